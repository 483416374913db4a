import {
  allSlicesHoldPods,
  controllerManages,
  describe,
  endpointsArePods,
  type Hands,
  madeService,
  ownedByLiveService,
  specs,
  staged,
} from '../../helpers/harness.ts'

// Whoever installs anew what was there a moment ago must not be left without endpoints: controllers have taken the slices of the
// old Service for those of the new one, and written none when they went (kubernetes/kubernetes#94720 and #141592).
const test = staged('changing')
const service = 'recreated'
const times = 5
/** A controller that has failed in such a hurry comes back after 1, 2, 4, 8 s and so on (ItemExponentialFailureRateLimiter of client-go). */
const comeback = 30_000

describe('a Service', () => {
  test('has slices of its own with its Pods after others of its name came and went in quick succession', {
    meta: { id: 'eps.recreated', level: 'MUST', spec: `${specs.services}/#endpointslices` },
  }, async ({ stage, decide }) => {
    const look = async () => {
      const snapshot = await stage.snapshot()
      return [
        ...controllerManages(snapshot, service),
        ownedByLiveService(snapshot, service),
        ...endpointsArePods(snapshot, service),
        ...allSlicesHoldPods(snapshot, service),
      ]
    }
    const after = async (hands: Hands): Promise<void> => {
      for (let made = 0; made < times; made++) {
        await hands.remove('services', service)
        await hands.apply(madeService(service, { selector: { app: 'rollcall-hidden' } }))
      }
    }
    await decide(look, { after, within: comeback })
  })
})
