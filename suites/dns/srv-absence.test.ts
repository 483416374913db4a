import {
  addressType,
  answersExactly,
  describe,
  familiesOf,
  noRecord,
  portsAreKept,
  serviceNamed,
  sliceAddresses,
  specs,
  srvCounts,
  srvEndpoints,
  staged,
} from '../../helpers/harness.ts'

// A record for a port that a Service does not have leads its clients to where nobody listens.
const test = staged('headless')

describe('a headless Service', () => {
  test(
    'answers no SRV record for a named port with another protocol',
    { meta: { id: 'dns.headless.srv.protocol', level: 'MUST', spec: `${specs.dns} 2.4.2` } },
    async ({ stage, lookout, decide }) =>
      decide(async () => {
        const presence = await lookout.dns.ask('SRV', stage.fqdn('_http._tcp.web'))
        return noRecord(await lookout.dns.ask('SRV', stage.fqdn('_http._udp.web')), presence)
      }),
  )

  test(
    'answers SRV of a TCP and a UDP port that share a number, and of neither with the protocol of the other',
    { meta: { id: 'dns.headless.srv.two-protocols', level: 'MUST', spec: `${specs.dns} 2.4.2` } },
    async ({ stage, lookout, decide }) =>
      decide(async () => {
        const [service, snapshot] = ['two-protocols', await stage.snapshot()]
        const named = (port: string, protocol: string) => ({
          ...{ name: stage.fqdn(`_${port}._${protocol}.${service}`), type: 'SRV' as const },
          endpoints: srvEndpoints(snapshot, service, port),
        })
        const asked = [named('stream', 'tcp'), named('datagram', 'udp')]
        const [own, others] = await Promise.all([
          lookout.dns.everywhere(asked),
          lookout.dns.everywhere([named('stream', 'udp'), named('datagram', 'tcp')]),
        ])
        return [
          ...portsAreKept(snapshot, stage.written(), service),
          ...srvCounts(own, (name) => asked.find((one) => one.name === name)?.endpoints ?? []),
          ...noRecord(others, own),
        ]
      }),
  )

  test(
    'answers no SRV record for a port that has no name',
    { meta: { id: 'dns.headless.srv.nameless-port', level: 'MUST', spec: `${specs.dns} 2.4.2` } },
    async ({ stage, lookout, decide }) =>
      decide(async () => {
        const [service, snapshot] = ['nameless-port', await stage.snapshot()]
        const [family = 'IPv4'] = familiesOf(serviceNamed(snapshot, service))
        const invented = [`_8080._tcp.${service}`, `_tcp.${service}`, `_http._tcp.${service}`].map((name) => ({
          name: stage.fqdn(name),
          type: 'SRV' as const,
        }))
        const [presence, addresses, seen] = await Promise.all([
          lookout.dns.ask('SRV', stage.fqdn('_http._tcp.web')),
          lookout.dns.ask(addressType(family), stage.fqdn(service)),
          lookout.dns.everywhere(invented),
        ])
        return [...answersExactly(addresses, sliceAddresses(snapshot, service, family)), ...noRecord(seen, presence)]
      }),
  )

  test(
    'answers no SRV record for a port by its number, or by its protocol alone',
    { meta: { id: 'dns.headless.srv.unnamed', level: 'MUST', spec: `${specs.dns} 2.4.2` } },
    async ({ stage, lookout, decide }) =>
      decide(async () => {
        const presence = await lookout.dns.ask('SRV', stage.fqdn('_http._tcp.web'))
        const invented = ['_8080._tcp.web', '_tcp.web'].map((name) => ({
          name: stage.fqdn(name),
          type: 'SRV' as const,
        }))
        return noRecord(await lookout.dns.everywhere(invented), presence)
      }),
  )
})
