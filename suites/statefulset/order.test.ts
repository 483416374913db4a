import {
  createdAfter,
  createdInOrder,
  describe,
  type Hands,
  neverTwo,
  notingPods,
  partitionKept,
  podsUntouched,
  removedInOrder,
  replacedInReverse,
  type Standing,
  specs,
  staged,
} from '../../helpers/harness.ts'

// One set on one journey: each test takes it on from wherever the last one has left it, and watches its Pods on the way. It
// counts from 1, so that a place in the order is not the number in the name.
const test = staged('changing')
const range = { set: 'ordered', first: 1 }
const { set, first } = range
const replicas = 3
/** Seconds that the second Pod waits for the first to be available. */
const available = 3

const change = (hands: Hands, spec: object) => hands.merge('statefulsets', set, { spec })

/** As many Pods as wanted, all Ready and to stay; of other uids than those in `gone`. */
const standing =
  (count: number, gone: readonly (string | undefined)[] = []) =>
  (pods: Standing): boolean =>
    pods.size === count && [...pods.values()].every((one) => one.ready && !one.leaving && !gone.includes(one.uid))

/** From whatever there is to so many Pods of one revision or two. */
async function staffed(hands: Hands, count: number): Promise<void> {
  await hands.watched('staffed', set, async (until) => {
    await change(hands, { replicas: count, minReadySeconds: 0, ordinals: { start: first } })
    await until(`${count} Ready Pods`, standing(count))
  })
  if (!hands.hasWatched('staffed')) throw new Error(`${set} has not come to ${count} Ready Pods`)
}

const partitioned = (partition: number) => ({ updateStrategy: { type: 'RollingUpdate', rollingUpdate: { partition } } })
const stamped = () => ({ template: { metadata: { annotations: { 'rollcall.dev/stamp': `${Date.now()}` } } } })

async function updated(hands: Hands): Promise<void> {
  await staffed(hands, replicas)
  const { status } = await hands.untilSet('the set to have a revision', set, (one) => one.status !== undefined)
  // What the partition has held back is an update already.
  const more = status?.currentRevision === status?.updateRevision ? stamped() : {}
  await hands.watched('update', set, async (until, before) => {
    await change(hands, { ...partitioned(0), ...more })
    await until('the last Pod to be replaced', standing(replicas, [before.get(`${set}-${first}`)?.uid]))
  })
}

describe('a StatefulSet', () => {
  test('creates each Pod when all before it are Ready, and have been for minReadySeconds', {
    meta: { id: 'sts.order.up', level: 'MUST', spec: `${specs.statefulSet} spec.podManagementPolicy` },
  }, async ({ stage, decide }) => {
    const look = async () => [
      ...createdInOrder(await stage.history('available'), range),
      ...createdAfter(await stage.history('available'), range, available),
      ...createdInOrder(await stage.history('up'), range),
    ]
    await decide(look, {
      after: async (hands) => {
        await staffed(hands, 0)
        await hands.watched('available', set, async (until) => {
          await change(hands, { replicas: 2, minReadySeconds: available })
          await until('two Ready Pods', standing(2))
        })
        await hands.watched('up', set, async (until) => {
          await change(hands, { replicas, minReadySeconds: 0 })
          await until('a third Ready Pod', standing(replicas))
        })
      },
    })
  })

  test('makes no other revision, and leaves its Pods alone, when its template has not changed', {
    meta: { id: 'sts.revision.idle', level: 'SHOULD', spec: `${specs.statefulSet} status.updateRevision` },
  }, async ({ stage, decide }) => {
    await decide(async () => podsUntouched(await stage.snapshot('statefulSets'), set), {
      after: async (hands) => {
        await staffed(hands, replicas)
        await hands.merge('statefulsets', set, notingPods(await stage.snapshot('statefulSets'), set))
        await change(hands, { revisionHistoryLimit: 5 + (Date.now() % 5) })
        await hands.untilSet('the controller to have seen it', set, ({ metadata, status }) => {
          return status?.observedGeneration === metadata?.generation
        })
      },
    })
  })

  test('replaces only the Pods from the partition on, and those before it by what they were', {
    meta: { id: 'sts.update.partition', level: 'MUST', spec: `${specs.statefulSet} spec.updateStrategy` },
  }, async ({ stage, decide }) => {
    const partition = replicas - 1
    await decide(async () => partitionKept(await stage.history('partition'), range, partition), {
      after: async (hands) => {
        await staffed(hands, replicas)
        await hands.watched('partition', set, async (until, before) => {
          const [lowest, highest] = [`${set}-${first}`, `${set}-${first + partition}`]
          await change(hands, { ...partitioned(partition), ...stamped() })
          await until('the last Pod to be replaced', standing(replicas, [before.get(highest)?.uid]))
          await hands.remove('pods', lowest)
          await until('the first Pod to be back', standing(replicas, [before.get(lowest)?.uid]))
        })
      },
    })
  })

  test('replaces its Pods from the last to the first, each when all after it are Ready', {
    meta: { id: 'sts.update.reverse', level: 'MUST', spec: `${specs.statefulSet} spec.updateStrategy` },
  }, async ({ stage, decide }) => {
    await decide(async () => replacedInReverse(await stage.history('update'), range, replicas), { after: updated })
  })

  test('has never two Pods of one identity', {
    meta: { id: 'sts.at-most-one', level: 'MUST', spec: `${specs.statefulSet}; tasks/run-application/force-delete` },
  }, async ({ stage, decide }) => {
    await decide(async () => neverTwo(await stage.history('update')), {
      // What the test before has watched will do.
      after: async (hands) => (hands.hasWatched('update') ? undefined : updated(hands)),
    })
  })

  test('deletes surplus Pods from the last on, one at a time, and none while one before it is not Ready', {
    meta: { id: 'sts.order.down', level: 'MUST', spec: `${specs.statefulSet} spec.podManagementPolicy` },
  }, async ({ stage, decide }) => {
    await decide(async () => removedInOrder(await stage.history('down'), range, first + 1), {
      after: async (hands) => {
        await staffed(hands, replicas)
        await hands.watched('down', set, async (until) => {
          await hands.remove('pods', `${set}-${first}`)
          // It counts only Pods that are to stay.
          await hands.untilSet('the controller to have seen that the first Pod leaves', set, ({ status }) => {
            return (status?.updatedReplicas ?? 0) < replicas
          })
          await change(hands, { replicas: 1 })
          await until('only the first Pod', standing(1))
        })
      },
    })
  })
})
