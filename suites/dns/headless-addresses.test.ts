import {
  addressType,
  answersExactly,
  describe,
  expectedAddresses,
  type Family,
  type Lookout,
  namedFamilies,
  notApplicable,
  type Observation,
  type StageView,
  slicesHoldPods,
  specs,
  staged,
} from '../../helpers/harness.ts'

// With `clusterIP: None` there is no virtual address to hide behind: DNS must name the Pods themselves.
const test = staged('headless')

/** What the headless Services answer in one family, compared with their Pods. */
async function everyPod(stage: StageView, lookout: Lookout, family: Family): Promise<Observation[]> {
  const snapshot = await stage.snapshot()
  const having = (names: readonly string[]) => names.filter((name) => namedFamilies(snapshot, name).includes(family))
  // A Service that asks for nothing has one family, also where the cluster has two.
  const services = [having(['web', 'db']), having(['db-families'])].find((names) => names.length > 0) ?? []
  if (services.length === 0) return notApplicable(`the cluster gives its Services no ${family} family`)
  const judged = services.map(async (name) => [
    slicesHoldPods(snapshot, name, family),
    ...answersExactly(
      await lookout.dns.ask(addressType(family), stage.fqdn(name), ['tcp', 'udp']),
      expectedAddresses(snapshot, name, family),
    ),
  ])
  return (await Promise.all(judged)).flat()
}

describe('a headless Service', () => {
  test(
    'answers A with every ready Pod, and nothing else',
    { meta: { id: 'dns.headless.a.exact-set', level: 'MUST', spec: `${specs.dns} 2.4.1` } },
    async ({ stage, lookout, decide }) => decide(() => everyPod(stage, lookout, 'IPv4')),
  )

  test(
    'answers AAAA with every ready Pod, and nothing else',
    { meta: { id: 'dns.headless.aaaa.exact-set', level: 'MUST', spec: `${specs.dns} 2.4.1` } },
    async ({ stage, lookout, decide }) => decide(() => everyPod(stage, lookout, 'IPv6')),
  )
})
