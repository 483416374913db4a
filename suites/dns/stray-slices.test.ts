import {
  answersExactly,
  describe,
  noAddress,
  notApplicable,
  type Observation,
  sliceAddresses,
  slicesOf,
  specs,
  staged,
} from '../../helpers/harness.ts'

// A slice belongs to the Service that its label names, and to none without: anything else would let whoever may write a
// slice put addresses under names that are not theirs.
const test = staged('slices')

describe('an EndpointSlice', () => {
  test(
    'adds nothing to the names of any Service without the label that names one',
    {
      meta: {
        id: 'dns.custom.unlabelled',
        level: 'MUST',
        spec: `${specs.endpointSlice} label kubernetes.io/service-name`,
      },
    },
    async ({ stage, lookout, decide }) =>
      decide(async () => {
        const snapshot = await stage.snapshot()
        const stray = snapshot.slices.find((slice) => slice.metadata?.name === 'made-labelled-2')
        const label = stray?.metadata?.labels?.['kubernetes.io/service-name']
        if (stray === undefined || label !== undefined)
          return notApplicable('somebody has labelled the slice made-labelled-2, or taken it away')
        const own = await lookout.dns.ask('A', stage.fqdn('made-labelled'))
        const judged = (stray.endpoints ?? []).map(async ({ hostname }) =>
          noAddress(await lookout.dns.ask('A', stage.fqdn(`${hostname}.made-labelled`)), own, () => []),
        )
        const named: Observation[] = (await Promise.all(judged)).flat()
        return [...answersExactly(own, sliceAddresses(snapshot, 'made-labelled', 'IPv4')), ...named]
      }),
  )

  test(
    'makes no names for a Service that does not exist',
    { meta: { id: 'dns.custom.no-service', level: 'MUST', spec: `${specs.dns} 2.4; ${specs.endpointSlice}` } },
    async ({ stage, lookout, decide }) =>
      decide(async () => {
        const snapshot = await stage.snapshot()
        const slices = slicesOf(snapshot, 'made-absent')
        if (slices.length === 0) return notApplicable('somebody has taken the slice of made-absent away')
        const presence = await lookout.dns.ask('A', stage.fqdn('hand-made'))
        const below = slices.flatMap((slice) => (slice.endpoints ?? []).map((one) => `${one.hostname}.made-absent`))
        const questions = ['made-absent', ...below].map((name) => ({ name: stage.fqdn(name), type: 'A' as const }))
        return noAddress(await lookout.dns.everywhere(questions), presence, () => [])
      }),
  )

  test(
    'counts an endpoint by its readiness alone, whether or not it serves or terminates',
    {
      meta: {
        id: 'dns.custom.serving-ignored',
        level: 'SHOULD',
        spec: `${specs.endpointSlice} endpoints[].conditions; ${specs.dns} 2.4.1`,
      },
    },
    async ({ stage, lookout, decide }) =>
      decide(async () =>
        answersExactly(
          await lookout.dns.ask('A', stage.fqdn('made-serving')),
          sliceAddresses(await stage.snapshot(), 'made-serving', 'IPv4'),
        ),
      ),
  )
})
