import {
  addressType,
  answersExactly,
  answersSteadily,
  describe,
  familiesOf,
  foundByWalking,
  namedEndpoints,
  notApplicable,
  serviceNamed,
  sliceAddresses,
  specs,
  staged,
  vantagesAgree,
} from '../../helpers/harness.ts'

const test = staged('headless')
const times = 20

describe('a headless Service', () => {
  // One wrong answer in a thousand is enough for a cluster that elects its leader by names.
  test(
    'answers the same however often it is asked',
    { meta: { id: 'dns.headless.a.deterministic', level: 'MUST', spec: `${specs.dns} 2.4.1` } },
    async ({ stage, lookout, decide }) =>
      decide(async () => {
        const [family = 'IPv4'] = familiesOf(serviceNamed(await stage.snapshot(), 'nearby'))
        const question = { name: stage.fqdn('nearby'), type: addressType(family) }
        return answersSteadily(await lookout.dns.everywhere(Array.from({ length: times }, () => question)))
      }),
  )

  // Which endpoint is near is for a proxy to decide, and there is none: peers need all of them.
  test(
    'answers with every endpoint at every node, whatever its traffic policy',
    {
      meta: {
        id: 'dns.headless.a.no-topology-filter',
        level: 'SHOULD',
        spec: `${specs.service} spec.internalTrafficPolicy`,
      },
    },
    async ({ stage, lookout, decide }) =>
      decide(async () => {
        const snapshot = await stage.snapshot()
        const judged = familiesOf(serviceNamed(snapshot, 'nearby')).map(async (family) =>
          answersExactly(
            await lookout.dns.ask(addressType(family), stage.fqdn('nearby')),
            sliceAddresses(snapshot, 'nearby', family),
          ),
        )
        return (await Promise.all(judged)).flat()
      }),
  )

  // A name that has its namespace in it is asked for below the client's own namespace first.
  test(
    'is found from another namespace by a name that is qualified with its own',
    { meta: { id: 'dns.headless.a.cross-namespace', level: 'MUST', spec: `${specs.dns} 2.4.1; RFC 2308 2.1` } },
    async ({ stage, lookout, decide }) =>
      decide(async () => {
        const { clusterDomain } = lookout.roll.facts.dns
        const outside = lookout.vantages.filter(({ pod }) => pod.namespace !== stage.namespace)
        if (outside.length < lookout.vantages.length) return notApplicable('all Pods share one namespace in this run')
        const qualified = `db.${stage.namespace}`
        const walked = (namespace: string): string[] =>
          [`${namespace}.svc`, 'svc'].map((below) => `${qualified}.${below}.${clusterDomain}`)
        const snapshot = await stage.snapshot()
        const judged = familiesOf(serviceNamed(snapshot, 'db')).map(async (family) => {
          const names = [...new Set(outside.flatMap(({ pod }) => walked(pod.namespace)))]
          const seen = await lookout.dns.everywhere(names.map((name) => ({ name, type: addressType(family) })))
          return foundByWalking(seen, () => names, sliceAddresses(snapshot, 'db', family))
        })
        return (await Promise.all(judged)).flat()
      }),
  )
})

describe('cluster DNS', () => {
  // A node with a resolver of its own mind breaks whichever Pod happens to be scheduled there.
  test(
    'answers the same at every node',
    { meta: { id: 'dns.vantage.agree', level: 'MUST', spec: `${specs.dns} 2.3.1, 2.4` } },
    async ({ stage, lookout, decide }) =>
      decide(async () => {
        if (lookout.vantages.length < 2) return notApplicable('a single node has nobody to agree with')
        const snapshot = await stage.snapshot()
        const [family = 'IPv4'] = familiesOf(serviceNamed(snapshot, 'db'))
        const type = addressType(family)
        const known = [
          { name: stage.fqdn('db'), addresses: sliceAddresses(snapshot, 'db', family) },
          ...namedEndpoints(snapshot, 'db', family).map(({ hostname, addresses }) => ({
            name: stage.fqdn(`${hostname}.db`),
            addresses,
          })),
        ]
        const seen = await lookout.dns.everywhere([
          ...[...known.map((one) => one.name), stage.fqdn('web-clusterip')].map((name) => ({ name, type })),
          { name: stage.fqdn('_http._tcp.db'), type: 'SRV' },
        ])
        return vantagesAgree(seen, ({ name }) => known.find((one) => one.name === name)?.addresses)
      }),
  )
})
