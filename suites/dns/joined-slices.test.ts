import {
  addressType,
  answersExactly,
  describe,
  type Lookout,
  namedEndpoints,
  namedFamilies,
  type Observation,
  type StageView,
  sliceAddresses,
  specs,
  staged,
} from '../../helpers/harness.ts'

// A Service has as many slices as its writers like, and an endpoint may be in two of them: who reads only one, or joins
// them without care, loses clients or sends them twice.
const test = staged('slices')

/** What the Service's own name answers in each family that its slices have, compared with all of them together. */
async function allTogether(stage: StageView, lookout: Lookout, service: string): Promise<Observation[]> {
  const snapshot = await stage.snapshot()
  const judged = namedFamilies(snapshot, service).map(async (family) => {
    const addresses = sliceAddresses(snapshot, service, family)
    if (addresses.length === 0) return []
    return answersExactly(await lookout.dns.ask(addressType(family), stage.fqdn(service)), addresses)
  })
  return (await Promise.all(judged)).flat()
}

describe('a headless Service', () => {
  test(
    'answers with the endpoints of all its EndpointSlices together',
    { meta: { id: 'dns.headless.a.join-slices', level: 'MUST', spec: `${specs.endpointSlice}; ${specs.dns} 2.4.1` } },
    async ({ stage, lookout, decide }) => decide(() => allTogether(stage, lookout, 'made-joined')),
  )

  test(
    'answers once with an address that is in two of its EndpointSlices',
    { meta: { id: 'dns.headless.a.dedup', level: 'MUST', spec: `${specs.endpointSlice}; RFC 2181 5` } },
    async ({ stage, lookout, decide }) => decide(() => allTogether(stage, lookout, 'made-twice')),
  )

  test(
    'answers for a hostname that several endpoints share with the addresses of all',
    {
      meta: {
        id: 'dns.headless.host.shared',
        level: 'MUST',
        spec: `${specs.dns} 2.4.1; ${specs.endpointSlice} endpoints[].hostname`,
      },
    },
    async ({ stage, lookout, decide }) =>
      decide(async () => {
        const snapshot = await stage.snapshot()
        const named = namedEndpoints(snapshot, 'made-shared', 'IPv4')
        const hostnames = [...new Set(named.map((one) => one.hostname))]
        const judged = hostnames.map(async (hostname) => {
          const addresses = named.filter((one) => one.hostname === hostname).flatMap((one) => one.addresses)
          return answersExactly(await lookout.dns.ask('A', stage.fqdn(`${hostname}.made-shared`)), addresses)
        })
        return (await Promise.all(judged)).flat()
      }),
  )
})
