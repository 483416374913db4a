import {
  type AddressesOf,
  answersSoon,
  describe,
  fewLost,
  holdsAllWithin,
  type StageView,
  sliceAddresses,
  specs,
  staged,
  tellsSize,
} from '../../helpers/harness.ts'

// Services without Pods, with 1 to 100 endpoints: what fits a datagram, what nearly does, and what does not.
const test = staged('crowds')

/** What the API says of each name of these Services. */
async function truthOf(stage: StageView, services: readonly string[]): Promise<AddressesOf> {
  const snapshot = await stage.snapshot()
  const known = new Map(services.map((one) => [stage.fqdn(one), sliceAddresses(snapshot, one, 'IPv4')]))
  return (name) => known.get(name) ?? []
}

describe('a DNS server', () => {
  // Who does not learn that something is missing never asks again over TCP, and takes some of the Pods for all of them.
  test(
    'says by TC that an answer does not fit the 512 bytes of a plain datagram, and sends no more than those',
    { meta: { id: 'dns.proto.truncate-tc', level: 'MUST', spec: 'RFC 1035 4.2.1; RFC 2181 9' } },
    async ({ stage, lookout, decide }) =>
      decide(async () => {
        const services = ['crowd-64', 'crowd-100']
        const truth = await truthOf(stage, services)
        const questions = services.map((one) => ({ name: stage.fqdn(one), type: 'A' as const }))
        return holdsAllWithin(await lookout.dns.everywhere(questions, ['udp']), truth)
      }),
  )

  test(
    'answers a question that names a datagram size with an OPT record, and within that size',
    { meta: { id: 'dns.proto.edns-size', level: 'SHOULD', spec: 'RFC 6891 6.1.1, 6.2.3' } },
    async ({ stage, lookout, decide }) =>
      decide(async () => {
        const truth = await truthOf(stage, ['crowd-64'])
        const question = { name: stage.fqdn('crowd-64'), type: 'A' } as const
        const questions = [512, 4096].map((udpPayloadSize) => ({ ...question, udpPayloadSize }))
        return tellsSize(await lookout.dns.everywhere(questions, ['udp']), truth)
      }),
  )

  // Between nodes a tunnel may take less than the client's network does: then small answers arrive and large ones never do. Each way from a
  // node to a backend is tried, however many there are.
  test(
    'reaches every node with a datagram of nearly 1232 bytes, from every backend',
    { meta: { id: 'dns.proto.udp-intact', level: 'MUST', spec: 'RFC 6891 6.2.3; RFC 9715 3' } },
    async ({ stage, lookout, decide }) =>
      decide(async () => {
        const services = ['crowd-1', 'crowd-64', 'crowd-100']
        const truth = await truthOf(stage, services)
        const questions = services.map((one) => ({ name: stage.fqdn(one), type: 'A' as const, udpPayloadSize: 1232 }))
        return holdsAllWithin(await lookout.dns.everyWay(questions), truth)
      }),
  )

  // Everything else here is asked for once more where it gets lost: who has to tell that much gets lost is this one.
  test(
    'answers nearly all of fifty questions that come as datagrams at once',
    { meta: { id: 'dns.proto.udp-loss', level: 'SHOULD', spec: 'kubernetes/perf-tests dns-performance-metrics' } },
    async ({ lookout, decide }) => decide(async () => fewLost(await lookout.dns.volleys(lookout.apiName))),
  )

  // The stub resolver of glibc asks both at once, and waits five seconds for an answer that got lost.
  test(
    'answers A and AAAA within a second when one socket asks for both at once',
    { meta: { id: 'dns.proto.parallel-a-aaaa', level: 'SHOULD', spec: `${specs.dns} 2.4.1; RFC 5452 9` } },
    async ({ stage, lookout, decide }) =>
      decide(async () => answersSoon(await lookout.dns.pairs(stage.fqdn('crowd-1')))),
  )
})
