import {
  describe,
  type Hands,
  isReady,
  nameFollowsPods,
  type Observation,
  specs,
  staged,
} from '../../helpers/harness.ts'

// From nobody to some and back: what an autoscaler does every night, and what a client has to notice without a restart.
const test = staged('changing')

/** Scales the StatefulSet, and waits until it has as many Pods, all Ready. */
const scaledTo = (replicas: number) => async (hands: Hands) => {
  await hands.merge('statefulsets', 'scaled', { spec: { replicas } })
  await hands.untilPods(`${replicas} Ready Pods of scaled`, (pods) => {
    const own = pods.filter((pod) => pod.metadata?.labels?.app === 'rollcall-scaled')
    return own.length === replicas && own.every((pod) => isReady(pod) && !pod.metadata?.deletionTimestamp)
  })
}

describe('a headless Service', () => {
  test('has the addresses of its Pods once there are some, and none once there are none', {
    meta: { id: 'dns.headless.scaled', level: 'MUST', spec: `${specs.dns} 2.4.1` },
  }, async ({ stage, lookout, decide }) => {
    const look = (): Promise<Observation[]> => nameFollowsPods(stage, lookout, 'scaled')
    await decide(look, {
      after: async (hands) => {
        await scaledTo(0)(hands)
        await scaledTo(2)(hands)
      },
    })
    await decide(look, { after: scaledTo(0) })
  })
})
