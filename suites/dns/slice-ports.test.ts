import { describe, glueIsTrue, noRecord, specs, srvEndpoints, srvPorts, staged } from '../../helpers/harness.ts'

// With no virtual address that translates, a client connects to the port that it is told: it has to be the endpoint's.
const test = staged('slices')

describe('a headless Service', () => {
  test(
    'answers SRV with the port of its EndpointSlice where that of the Service is another',
    {
      meta: {
        id: 'dns.headless.srv.port-value',
        level: 'SHOULD',
        spec: `${specs.endpointSlice} ports[].port; ${specs.dns} 2.4.2`,
      },
    },
    async ({ stage, lookout, decide }) =>
      decide(async () => {
        const endpoints = srvEndpoints(await stage.snapshot(), 'made-shared', 'http')
        const seen = await lookout.dns.ask('SRV', stage.fqdn('_http._tcp.made-shared'))
        return srvPorts(seen, { serviceName: stage.fqdn('made-shared'), endpoints })
      }),
  )

  test(
    'answers SRV with the port of each endpoint where endpoints have different ones of one name',
    {
      meta: {
        id: 'dns.headless.srv.per-endpoint-port',
        level: 'SHOULD',
        spec: `${specs.endpointSlice} ports[].port; ${specs.dns} 2.4.2`,
      },
    },
    async ({ stage, lookout, decide }) =>
      decide(async () => {
        const endpoints = srvEndpoints(await stage.snapshot(), 'made-joined', 'http')
        const seen = await lookout.dns.ask('SRV', stage.fqdn('_http._tcp.made-joined'))
        return srvPorts(seen, { serviceName: stage.fqdn('made-joined'), endpoints })
      }),
  )

  test(
    'answers no SRV record for a port that the Service names and its EndpointSlice does not',
    {
      meta: {
        id: 'dns.custom.srv-needs-port-name',
        level: 'SHOULD',
        spec: `${specs.endpointSlice} ports[].name; ${specs.dns} 2.4.2`,
      },
    },
    async ({ stage, lookout, decide }) =>
      decide(async () => {
        const presence = await lookout.dns.ask('SRV', stage.fqdn('_http._tcp.hand-made'))
        return noRecord(await lookout.dns.ask('SRV', stage.fqdn('_http._tcp.made-unnamed')), presence)
      }),
  )

  test(
    'sends along with SRV records the addresses of their endpoints, or none',
    { meta: { id: 'dns.headless.srv.additional', level: 'SHOULD', spec: `${specs.dns} 2.4.2` } },
    async ({ stage, lookout, decide }) =>
      decide(async () => {
        const snapshot = await stage.snapshot()
        const judged = ['hand-made', 'made-joined'].map(async (service) => {
          const endpoints = srvEndpoints(snapshot, service, 'http')
          const seen = await lookout.dns.ask('SRV', stage.fqdn(`_http._tcp.${service}`))
          return glueIsTrue(seen, { serviceName: stage.fqdn(service), endpoints })
        })
        return (await Promise.all(judged)).flat()
      }),
  )
})
