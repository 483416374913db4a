import {
  addressType,
  answersExactly,
  describe,
  namedEndpoints,
  namedFamilies,
  noRecord,
  sliceAddresses,
  specs,
  staged,
} from '../../helpers/harness.ts'

// Only a headless Service may do without ports: names are all that it is for.
const test = staged('slices')
const service = 'made-portless'

describe('a headless Service without ports', () => {
  test(
    'answers with its endpoints, and gives each its own name',
    { meta: { id: 'dns.headless.a.portless', level: 'MUST', spec: `${specs.dns} 2.4.1; ${specs.service} spec.ports` } },
    async ({ stage, lookout, decide }) =>
      decide(async () => {
        const snapshot = await stage.snapshot()
        const asked = namedFamilies(snapshot, service).flatMap((family) => [
          { family, name: service, addresses: sliceAddresses(snapshot, service, family) },
          ...namedEndpoints(snapshot, service, family).map(({ hostname, addresses }) => ({
            family,
            name: `${hostname}.${service}`,
            addresses,
          })),
        ])
        const judged = asked.map(async ({ family, name, addresses }) =>
          answersExactly(await lookout.dns.ask(addressType(family), stage.fqdn(name)), addresses),
        )
        return (await Promise.all(judged)).flat()
      }),
  )

  test(
    'answers no SRV record, neither under its own name nor under that of a port',
    { meta: { id: 'dns.headless.srv.portless', level: 'SHOULD', spec: `${specs.dns} 2.4.2` } },
    async ({ stage, lookout, decide }) =>
      decide(async () => {
        const presence = await lookout.dns.ask('SRV', stage.fqdn('_http._tcp.hand-made'))
        const invented = [service, `_http._tcp.${service}`].map((name) => ({
          name: stage.fqdn(name),
          type: 'SRV' as const,
        }))
        return noRecord(await lookout.dns.everywhere(invented), presence)
      }),
  )
})
