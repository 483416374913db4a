import {
  countedReady,
  createdInOrder,
  describe,
  type Hands,
  isRunningUnready,
  partitioned,
  removedInOrder,
  runsUnready,
  seenByController,
  specs,
  staffed,
  staged,
} from '../../helpers/harness.ts'

// A Pod of `gated` is Ready as long as it has the file /tmp/ready: until then it runs, and serves nobody.
const test = staged('changing')
const range = { set: 'gated', first: 0 }
const [first, second] = ['gated-0', 'gated-1'] as const

/** Scales the set, and waits until its controller has seen that. */
async function scaled(hands: Hands, replicas: number, partition: number): Promise<void> {
  await hands.merge('statefulsets', range.set, { spec: { replicas, ...partitioned(partition) } })
  await seenByController(hands, range.set)
}

const touch = (hands: Hands, pod: string): Promise<void> => hands.run(pod, 'nginx', ['touch', '/tmp/ready'])

describe('a StatefulSet', () => {
  test('creates no Pod while one before it runs and is not Ready, and deletes none meanwhile either', {
    meta: { id: 'sts.order.ready', level: 'MUST', spec: `${specs.statefulSet} spec.podManagementPolicy` },
  }, async ({ stage, decide }) => {
    const look = async () => {
      const [up, down] = [await stage.history('gated up'), await stage.history('gated down')]
      return [
        ...runsUnready(up, first, second),
        ...createdInOrder(up, range),
        ...runsUnready(down, first, second),
        ...removedInOrder(down, range, 1),
      ]
    }
    await decide(look, {
      after: async (hands) => {
        await staffed(hands, range, 0)
        await hands.watched('gated up', range.set, async (until) => {
          await scaled(hands, 2, 0)
          await until(`${first} to run`, (pods) => isRunningUnready(pods.get(first)))
          await scaled(hands, 2, 1)
          await touch(hands, first)
          await until(`${second} to run`, (pods) => pods.get(second)?.phase === 'Running')
        })
        await hands.watched('gated down', range.set, async (until) => {
          await countedReady(hands, range.set, 1)
          await hands.run(first, 'nginx', ['rm', '-f', '/tmp/ready'])
          await until(`${first} not to be Ready`, (pods) => isRunningUnready(pods.get(first)))
          await countedReady(hands, range.set, 0)
          await scaled(hands, 1, 0)
          await touch(hands, first)
          await until(`no ${second}`, (pods) => !pods.has(second))
        })
      },
      lastly: (hands) => hands.merge('statefulsets', range.set, { spec: { replicas: 0 } }),
    })
  })
})
