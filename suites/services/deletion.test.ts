import {
  answersExactly,
  clusterAddresses,
  describe,
  type Lookout,
  madeService,
  madeSlice,
  type Observation,
  onlyForeignSlices,
  type StageView,
  specs,
  staged,
} from '../../helpers/harness.ts'

// Its selector matches nothing, so that the slice which the controller writes costs no Pod; ours, beside it, has no owner.
const test = staged('fresh')
const service = 'orphaned'
const own = [{ addresses: ['198.51.100.121'], hostname: 'first', conditions: { ready: true } }]
/** Upstream's conformance test gives the garbage collector as long (EndpointSlice, "empty" Service). */
const collection = 90_000

async function everyAddress(stage: StageView, lookout: Lookout): Promise<Observation[]> {
  const truth = clusterAddresses(await stage.snapshot(), service).filter((one) => one.family === 'IPv4')
  const seen = await lookout.dns.ask('A', stage.fqdn(service))
  return truth.flatMap(({ addresses }) => answersExactly(seen, addresses))
}

describe('a headless Service that is deleted', () => {
  test('takes its names and the slices that the controller has written along, and leaves those of others', {
    meta: { id: 'svc.headless.delete-gc', level: 'MUST', spec: `${specs.dns} 2.4; ${specs.endpointSlice}` },
  }, async ({ stage, lookout, decide }) => {
    await decide(() => everyAddress(stage, lookout), {
      after: async (hands) => {
        await hands.apply(madeSlice(service, own))
        await hands.apply(madeService(service, { selector: { app: 'rollcall-nobody' } }))
        await hands.until('the slice that the controller writes', (snapshot) =>
          snapshot.slices.some(
            (one) => one.metadata?.ownerReferences?.some((owner) => owner.name === service) === true,
          ),
        )
      },
    })
    await decide(() => everyAddress(stage, lookout), { after: (hands) => hands.remove('services', service) })
    const all = async () => [
      onlyForeignSlices(await stage.snapshot(), service),
      ...(await everyAddress(stage, lookout)),
    ]
    await decide(all, { within: collection })
  })
})
