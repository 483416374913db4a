import {
  addressType,
  answersExactly,
  describe,
  familiesOf,
  isPublished,
  noAddress,
  podAddresses,
  publishedPods,
  selectedPods,
  serviceNamed,
  sliceNamesPod,
  specs,
  staged,
} from '../../helpers/harness.ts'

// A Pod is only named below a Service when it asks for it: by its hostname, and by the Service's name as its subdomain.
const test = staged('headless')

describe('a headless Service', () => {
  test(
    'gives every ready endpoint with a hostname a name of its own',
    { meta: { id: 'dns.headless.host.a', level: 'MUST', spec: `${specs.dns} 2.4.1` } },
    async ({ stage, lookout, decide }) =>
      decide(async () => {
        const snapshot = await stage.snapshot()
        const service = serviceNamed(snapshot, 'db')
        const pods = publishedPods(snapshot, service)
        const judged = pods.flatMap((pod) =>
          familiesOf(service).map(async (family) => {
            const hostname = pod.spec?.hostname ?? ''
            const addresses = podAddresses(pod, family)
            const answers = await lookout.dns.ask(addressType(family), stage.fqdn(`${hostname}.db`))
            // What no slice names so is not for DNS to know.
            const inSlices = sliceNamesPod(snapshot, { service: 'db', pod: hostname }, { family, addresses })
            return [inSlices, ...answersExactly(answers, addresses)]
          }),
        )
        return (await Promise.all(judged)).flat()
      }),
  )

  test(
    'gives no name to a Pod that has no hostname, or another subdomain',
    { meta: { id: 'dns.headless.host.needs-hostname', level: 'MUST', spec: `${specs.dns} 2.4.1` } },
    async ({ stage, lookout, decide }) =>
      decide(async () => {
        const snapshot = await stage.snapshot()
        const [family = 'IPv4'] = familiesOf(serviceNamed(snapshot, 'web'))
        const type = addressType(family)
        const presence = await lookout.dns.ask(type, stage.fqdn('web-clusterip'))
        const pods = ['web', 'peers'].flatMap((name) => {
          const service = serviceNamed(snapshot, name)
          return selectedPods(snapshot, service).map((pod) => ({ pod, service }))
        })
        const judged = pods.map(async ({ pod, service }) => {
          const name = stage.fqdn(`${pod.metadata?.name}.${service.metadata?.name}`)
          // A server that adds names of its own adds them for those who are ready.
          const added = isPublished(pod, service) ? podAddresses(pod, family) : []
          return noAddress(await lookout.dns.ask(type, name), presence, () => added)
        })
        return (await Promise.all(judged)).flat()
      }),
  )

  // Servers may name Pods as an addition of their own, but not by hostnames: those of one subdomain would meet those of another.
  test(
    'gives no name to the hostname of a Pod whose subdomain is another Service',
    { meta: { id: 'dns.headless.host.own-subdomain', level: 'MUST', spec: `${specs.dns} 2.1, 2.4.1` } },
    async ({ stage, lookout, decide }) =>
      decide(async () => {
        const snapshot = await stage.snapshot()
        const service = serviceNamed(snapshot, 'peers')
        const [family = 'IPv4'] = familiesOf(service)
        const type = addressType(family)
        const presence = await lookout.dns.ask(type, stage.fqdn('web-clusterip'))
        const hostnames = publishedPods(snapshot, service).flatMap(({ metadata, spec }) =>
          spec?.subdomain === 'peers' || spec?.hostname === metadata?.name ? [] : (spec?.hostname ?? []),
        )
        const judged = hostnames.map(async (hostname) => {
          const seen = await lookout.dns.ask(type, stage.fqdn(`${hostname}.peers`))
          const inSlices = sliceNamesPod(snapshot, { service: 'peers', pod: hostname }, { family, addresses: [] })
          return [inSlices, ...noAddress(seen, presence, () => [])]
        })
        return (await Promise.all(judged)).flat()
      }),
  )
})
