import {
  describe,
  endpointsArePods,
  type Observation,
  readyFollowsPods,
  servingFollowsPods,
  specs,
  staged,
  terminatingFollowsPods,
} from '../../helpers/harness.ts'

// A proxy sends to a Pod that is being deleted only where there is no other, and has it from here that it is.
const test = staged('changing')
const pod = 'leaving-0'
const services = ['web', 'db', 'peers']

describe('an EndpointSlice', () => {
  test('counts a Pod as terminating exactly while it is being deleted, and lists it until it is gone', {
    meta: {
      id: 'eps.cond.terminating',
      level: 'MUST',
      spec: `${specs.endpointSlice} endpoints[].conditions.terminating`,
    },
  }, async ({ stage, lookout, decide }) => {
    const look = async (): Promise<Observation[]> => {
      const [headless, changing] = await Promise.all([lookout.stage('headless').snapshot(), stage.snapshot()])
      return [
        ...services.flatMap((service) => terminatingFollowsPods(headless, service)),
        ...[endpointsArePods, terminatingFollowsPods, servingFollowsPods, readyFollowsPods].flatMap((judge) =>
          judge(changing, 'leaving'),
        ),
      ]
    }
    await decide(look, { after: async (hands) => void (await hands.arrived(pod)) })
    await decide(look, {
      after: (hands) => hands.departing(pod),
      lastly: (hands) => hands.remove('pods', pod, 0),
    })
  })
})
