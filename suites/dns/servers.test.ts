import {
  addressType,
  answersAlike,
  backendsAgree,
  describe,
  expectedAddresses,
  familiesOf,
  namedEndpoints,
  nameError,
  notApplicable,
  reverseName,
  type Sighting,
  serviceNamed,
  specs,
  staged,
} from '../../helpers/harness.ts'

const test = staged('headless')

/** Whether two sightings are of one question, asked over either transport. */
function isOverOther({ question: one, transport }: Sighting, { question: other, ...twin }: Sighting): boolean {
  return one.name === other.name && one.type === other.type && transport !== twin.transport
}

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
    'answers over UDP as over TCP with the names of Pods, SRV and PTR, and for a name that is not there',
    { meta: { id: 'dns.proto.udp-types', level: 'MUST', spec: 'RFC 7766 5; RFC 1035 4.2' } },
    async ({ stage, lookout, decide }) =>
      decide(async () => {
        const snapshot = await stage.snapshot()
        const [family = 'IPv4'] = familiesOf(serviceNamed(snapshot, 'db'))
        const type = addressType(family)
        const hosts = namedEndpoints(snapshot, 'db', family).flatMap(({ hostname, addresses }) => [
          { name: stage.fqdn(`${hostname}.db`), type },
          ...addresses.map((address) => ({ name: reverseName(address), type: 'PTR' as const })),
        ])
        const questions = [...hosts, { name: stage.fqdn('_http._tcp.db'), type: 'SRV' as const }]
        const both = await lookout.dns.everywhere(questions, ['tcp', 'udp'])
        const shown = both.filter(({ outcome }) => outcome.kind === 'answer' && outcome.answer.answers.length > 0)
        return [
          ...answersAlike(both, both, isOverOther, { emptyToo: true }),
          ...nameError(await lookout.dns.ask(type, stage.fqdn('nobody.db'), ['udp']), shown),
        ]
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
