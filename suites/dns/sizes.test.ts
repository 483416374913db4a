import {
  type AddressesOf,
  describe,
  fillsMessage,
  holdsAll,
  holdsAllWithin,
  type Lookout,
  type Observation,
  type StageView,
  sliceAddresses,
  specs,
  staged,
} from '../../helpers/harness.ts'

// Services without Pods, of many sizes: their EndpointSlices are made by hand, and hold what DNS has to answer with.
const test = staged('crowds')

/** What the API says of each name of these Services. */
async function truthOf(stage: StageView, services: readonly string[]): Promise<AddressesOf> {
  const snapshot = await stage.snapshot()
  const known = new Map(services.map((one) => [stage.fqdn(one), sliceAddresses(snapshot, one, 'IPv4')]))
  return (name) => known.get(name) ?? []
}

async function allOverTcp(stage: StageView, lookout: Lookout, services: readonly string[]): Promise<Observation[]> {
  const truth = await truthOf(stage, services)
  const questions = services.map((one) => ({ name: stage.fqdn(one), type: 'A' as const }))
  return holdsAll(await lookout.dns.everywhere(questions), truth)
}

describe('a headless Service', () => {
  // 28 addresses are the most that fit a plain datagram: where an answer begins to need TCP is where clients lose Pods.
  test(
    'answers with all of 1, 3, 10, 28, 29, 64 or 100 endpoints, or says that there are more',
    { meta: { id: 'dns.size.small', level: 'MUST', spec: `${specs.dns} 2.4.1; RFC 1035 4.2.1` } },
    async ({ stage, lookout, decide }) =>
      decide(async () => {
        const services = [1, 3, 10, 28, 29, 64, 100].map((size) => `crowd-${size}`)
        const truth = await truthOf(stage, services)
        const questions = services.map((one) => ({ name: stage.fqdn(one), type: 'A' as const }))
        const [streams, datagrams] = await Promise.all([
          lookout.dns.everywhere(questions),
          lookout.dns.everywhere(questions, ['udp']),
        ])
        return [...holdsAll(streams, truth), ...holdsAllWithin(datagrams, truth)]
      }),
  )

  // What TC promises: a client that comes again over TCP gets everything.
  test(
    'answers over TCP with every endpoint that no datagram can hold',
    { meta: { id: 'dns.proto.tcp-complete', level: 'MUST', spec: 'RFC 7766 5; RFC 2181 9' } },
    async ({ stage, lookout, decide }) => decide(() => allOverTcp(stage, lookout, ['crowd-100'])),
  )

  test(
    'answers with the endpoints of all its EndpointSlices',
    { meta: { id: 'dns.headless.a.large', level: 'SHOULD', spec: `${specs.dns} 2.4.1; ${specs.endpointSlice}` } },
    async ({ stage, lookout, decide }) => decide(() => allOverTcp(stage, lookout, ['crowd-250'])),
  )

  test(
    'answers over TCP with all of 300 or 1,000 endpoints',
    { meta: { id: 'dns.size.thousand', level: 'SHOULD', spec: `${specs.dns} 2.4.1` } },
    async ({ stage, lookout, decide }) => decide(() => allOverTcp(stage, lookout, ['crowd-300', 'crowd-1000'])),
  )

  // A DNS message ends at 64 KiB. Whoever grows beyond it has to know that clients see only some of the Pods.
  test(
    'answers over TCP with all of 4,000 endpoints, and with as many of 5,000 as a message holds',
    { meta: { id: 'dns.size.limit', level: 'SHOULD', spec: `${specs.dns} 2.4.1; RFC 1035 4.2.2` } },
    async ({ stage, lookout, decide }) =>
      decide(async () => {
        const truth = await truthOf(stage, ['crowd-5000'])
        return [
          ...(await allOverTcp(stage, lookout, ['crowd-4000'])),
          ...fillsMessage(await lookout.dns.ask('A', stage.fqdn('crowd-5000')), truth),
        ]
      }),
  )
})
