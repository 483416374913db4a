import {
  addressType,
  answersExactly,
  describe,
  type Endpoint,
  isEndpointReady,
  type Lookout,
  namedFamilies,
  noAddress,
  type Observation,
  type StageView,
  sliceAddresses,
  slicesOf,
  specs,
  staged,
} from '../../helpers/harness.ts'

// A Service without selector has no Pods, and no controller that writes for it: what somebody else has written is the truth.
const test = staged('slices')
const service = 'hand-made'

/** Asks for the name of every endpoint of the Service that is in question, and for that of a ready one beside it. */
async function everyName(
  stage: StageView,
  lookout: Lookout,
  inQuestion: (endpoint: Endpoint) => boolean,
): Promise<Observation[]> {
  const snapshot = await stage.snapshot()
  const presence = await lookout.dns.ask('A', stage.fqdn(service))
  const judged = slicesOf(snapshot, service).map(async ({ addressType: family, endpoints }) => {
    const asked = (endpoints ?? []).filter(inQuestion).map(async (endpoint) => {
      const seen = await lookout.dns.ask(
        addressType(family as 'IPv4' | 'IPv6'),
        stage.fqdn(`${endpoint.hostname}.${service}`),
      )
      return isEndpointReady(endpoint) ? answersExactly(seen, endpoint.addresses) : noAddress(seen, presence, () => [])
    })
    return (await Promise.all(asked)).flat()
  })
  return (await Promise.all(judged)).flat()
}

describe('a headless Service without selector', () => {
  test(
    'answers with every ready endpoint of the EndpointSlices that carry its name',
    { meta: { id: 'dns.custom.slice-a', level: 'MUST', spec: `${specs.dns} 2.4.1; ${specs.endpointSlice}` } },
    async ({ stage, lookout, decide }) =>
      decide(
        async () => {
          const snapshot = await stage.snapshot()
          const judged = namedFamilies(snapshot, service).map(async (family) =>
            answersExactly(
              await lookout.dns.ask(addressType(family), stage.fqdn(service), ['tcp', 'udp']),
              sliceAddresses(snapshot, service, family),
            ),
          )
          return (await Promise.all(judged)).flat()
        },
        { ofSlices: true },
      ),
  )

  test(
    'gives each endpoint that has a hostname a name of its own',
    { meta: { id: 'dns.custom.hostname', level: 'MUST', spec: `${specs.dns} 2.4.1; ${specs.endpointSlice}` } },
    async ({ stage, lookout, decide }) =>
      decide(async () => everyName(stage, lookout, (one) => one.conditions?.ready === true)),
  )

  test(
    'counts an endpoint as ready unless it says that it is not',
    { meta: { id: 'dns.custom.ready-nil', level: 'MUST', spec: `${specs.endpointSlice} EndpointConditions.Ready` } },
    async ({ stage, lookout, decide }) =>
      decide(async () => everyName(stage, lookout, (one) => one.conditions?.ready !== true)),
  )
})
