import {
  addressType,
  describe,
  emptyIsNameError,
  familiesOf,
  type Lookout,
  noAddress,
  notApplicable,
  type Observation,
  type StageView,
  serviceNamed,
  sliceAddresses,
  specs,
  staged,
} from '../../helpers/harness.ts'

// The one Pod of `none-ready` never is. Where a virtual address would fall back to whoever is left, DNS has nobody to name.
const test = staged('headless')
const service = 'none-ready'

type Judge = typeof noAddress

async function ofNobody(stage: StageView, lookout: Lookout, judge: Judge): Promise<Observation[]> {
  const snapshot = await stage.snapshot()
  const families = familiesOf(serviceNamed(snapshot, service))
  if (families.some((family) => sliceAddresses(snapshot, service, family).length > 0))
    return notApplicable(`${service} has a ready endpoint`)
  const judged = families.map(async (family) => {
    const presence = await lookout.dns.ask(addressType(family), stage.fqdn('web-clusterip'))
    return judge(await lookout.dns.ask(addressType(family), stage.fqdn(service)), presence, () => [])
  })
  return (await Promise.all(judged)).flat()
}

describe('a headless Service that has no ready endpoint', () => {
  test(
    'answers with no address',
    { meta: { id: 'dns.headless.empty.no-address', level: 'MUST', spec: `${specs.dns} 2.4.1` } },
    async ({ stage, lookout, decide }) => decide(() => ofNobody(stage, lookout, noAddress)),
  )

  // An old client that gets NODATA takes the name for that of a Service whose Pods have another family.
  test(
    'answers NXDOMAIN',
    { meta: { id: 'dns.headless.empty', level: 'SHOULD', spec: `${specs.dns} 2.4.1` } },
    async ({ stage, lookout, decide }) => decide(() => ofNobody(stage, lookout, emptyIsNameError)),
  )
})
