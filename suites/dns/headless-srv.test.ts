import {
  addressType,
  describe,
  familiesOf,
  serviceNamed,
  specs,
  srvCounts,
  srvEndpoints,
  srvTargets,
  staged,
  targetQuestions,
} from '../../helpers/harness.ts'

// SRV is how peers find each other with their ports: one record per endpoint and named port, each leading to its Pod.
const test = staged('headless')
const services = ['web', 'db']
const ports = ['http', 'admin']

describe('a headless Service', () => {
  test(
    'answers SRV with N endpoints for each of M named ports',
    { meta: { id: 'dns.headless.srv.n-by-m', level: 'MUST', spec: `${specs.dns} 2.4.2` } },
    async ({ stage, lookout, decide }) =>
      decide(async () => {
        const snapshot = await stage.snapshot()
        const asked = services.flatMap((service) =>
          ports.map((port) => ({
            name: stage.fqdn(`_${port}._tcp.${service}`),
            endpoints: srvEndpoints(snapshot, service, port),
          })),
        )
        const sightings = await lookout.dns.everywhere(asked.map(({ name }) => ({ name, type: 'SRV' })))
        return srvCounts(sightings, (name) => asked.find((one) => one.name === name)?.endpoints ?? [])
      }),
  )

  test(
    'answers SRV with targets that resolve to the endpoints they stand for',
    { meta: { id: 'dns.headless.srv.target', level: 'MUST', spec: `${specs.dns} 2.4.2` } },
    async ({ stage, lookout, decide }) =>
      decide(async () => {
        const snapshot = await stage.snapshot()
        const judged = services.map(async (service) => {
          const types = familiesOf(serviceNamed(snapshot, service)).map(addressType)
          const srv = await lookout.dns.ask('SRV', stage.fqdn(`_http._tcp.${service}`))
          const resolved = await lookout.dns.follow(srv, targetQuestions(types))
          const endpoints = srvEndpoints(snapshot, service, 'http')
          return srvTargets(srv, resolved, { serviceName: stage.fqdn(service), endpoints })
        })
        return (await Promise.all(judged)).flat()
      }),
  )
})
