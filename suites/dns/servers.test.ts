import {
  addressType,
  answersAlike,
  backendsAgree,
  describe,
  expectedAddresses,
  familiesOf,
  namedEndpoints,
  notApplicable,
  serviceNamed,
  specs,
  staged,
} from '../../helpers/harness.ts'

const test = staged('headless')

describe('cluster DNS', () => {
  test(
    'answers the same over UDP and over TCP',
    { meta: { id: 'dns.proto.udp-and-tcp', level: 'MUST', spec: 'RFC 7766 5; RFC 1035 4.2' } },
    async ({ stage, lookout, decide }) =>
      decide(async () => {
        const [family = 'IPv4'] = familiesOf(serviceNamed(await stage.snapshot(), 'web'))
        const both = await lookout.dns.ask(addressType(family), stage.fqdn('web'), ['tcp', 'udp'])
        return answersAlike(both, both, (one, twin) => one.transport !== twin.transport)
      }),
  )

  test(
    'answers the same at every backend',
    { meta: { id: 'dns.server.replicas-agree', level: 'MUST', spec: `${specs.dns} 2.4.1` } },
    async ({ stage, lookout, decide }) =>
      decide(async () => {
        const { service } = lookout.roll.facts.dns
        if (!service.seen) return notApplicable(`DNS backends: ${service.reason}`)
        if (service.value.backends.length < 2) return notApplicable('fewer than two DNS backends are there to agree')
        const snapshot = await stage.snapshot()
        const [family = 'IPv4'] = familiesOf(serviceNamed(snapshot, 'db'))
        const names = [
          ...['web', 'db'].map((name) => ({ name, addresses: expectedAddresses(snapshot, name, family) })),
          ...namedEndpoints(snapshot, 'db', family).map(({ hostname, addresses }) => ({
            name: `${hostname}.db`,
            addresses,
          })),
        ]
        const judged = names.map(async ({ name, addresses }) =>
          backendsAgree(await lookout.dns.ask(addressType(family), stage.fqdn(name)), addresses),
        )
        return (await Promise.all(judged)).flat()
      }),
  )
})
