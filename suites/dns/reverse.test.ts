import {
  describe,
  type Family,
  type Lookout,
  namedEndpoints,
  namedFamilies,
  notApplicable,
  type Observation,
  pointsOnlyTo,
  pointsTo,
  reverseName,
  type StageView,
  serviceNamed,
  specs,
  staged,
} from '../../helpers/harness.ts'

// From the address back to the name: what log files, and servers that check who calls, ask for.
const test = staged('headless')

/** Where the addresses of the endpoints with a hostname lead, of one family. */
async function hostsPointedTo(stage: StageView, lookout: Lookout, family: Family): Promise<Observation[]> {
  const snapshot = await stage.snapshot()
  // A Service that asks for nothing has one family, also where the cluster has two.
  const [own, both] = ['db', 'db-families'].map((name) => namedFamilies(snapshot, name).includes(family))
  if (!own && !both) return notApplicable(`no Service has an ${family} endpoint`)
  const [at, service] = own ? [stage, 'db'] : [lookout.stage('slices'), 'hand-made']
  const hosts = namedEndpoints(own ? snapshot : await at.snapshot(), service, family).flatMap(
    ({ hostname, addresses }) => addresses.map((address) => ({ address, name: at.fqdn(`${hostname}.${service}`) })),
  )
  const judged = hosts.map(async ({ address, name }) =>
    pointsTo(await lookout.dns.ask('PTR', reverseName(address)), name),
  )
  return (await Promise.all(judged)).flat()
}

describe('a ClusterIP Service', () => {
  test(
    'is the one name that PTR has for each of its cluster IPs',
    { meta: { id: 'dns.clusterip.ptr', level: 'MUST', spec: `${specs.dns} 2.3.3` } },
    async ({ stage, lookout, decide }) =>
      decide(async () => {
        const service = serviceNamed(await stage.snapshot(), 'web-clusterip')
        const judged = (service.spec?.clusterIPs ?? []).map(async (address) =>
          pointsOnlyTo(await lookout.dns.ask('PTR', reverseName(address)), stage.fqdn('web-clusterip')),
        )
        return (await Promise.all(judged)).flat()
      }),
  )
})

describe('a headless Service', () => {
  test(
    'answers PTR of the IPv4 address of a ready endpoint with its hostname, among others',
    { meta: { id: 'dns.headless.ptr.hostname', level: 'MUST', spec: `${specs.dns} 2.4.3` } },
    async ({ stage, lookout, decide }) => decide(() => hostsPointedTo(stage, lookout, 'IPv4')),
  )

  test(
    'answers PTR of the IPv6 address of a ready endpoint with its hostname, among others',
    { meta: { id: 'dns.headless.ptr.ipv6', level: 'MUST', spec: `${specs.dns} 2.4.3; RFC 3596 2.5` } },
    async ({ stage, lookout, decide }) => decide(() => hostsPointedTo(stage, lookout, 'IPv6')),
  )
})
