import {
  changedBy,
  createdAfter,
  createdInOrder,
  describe,
  missingAtMost,
  neverTwo,
  notApplicable,
  notingPods,
  otherThanTemplate,
  partitioned,
  partitionKept,
  podsUntouched,
  removedInOrder,
  replacedInReverse,
  scaledDown,
  scaledUp,
  seenByController,
  specs,
  staffed,
  staged,
  updated,
  updatedAtOnce,
  updatedFrom,
} from '../../helpers/harness.ts'

// One set on one journey: each test takes it on from wherever the last one has left it, and watches its Pods on the way. It
// counts from 1, so that a place in the order is not the number in the name.
const test = staged('changing')
const range = { set: 'ordered', first: 1 }
const { set, first } = range
const replicas = 3
/** Seconds that the second Pod waits for the first to be available. */
const available = 3

describe('a StatefulSet', () => {
  test('creates each Pod when all before it are Ready, and have been for minReadySeconds', {
    meta: { id: 'sts.order.up', level: 'MUST', spec: `${specs.statefulSet} spec.podManagementPolicy` },
  }, async ({ stage, decide }) => {
    const look = async () => [
      ...createdInOrder(await stage.history('available'), range),
      ...createdAfter(await stage.history('available'), range, available),
      ...createdInOrder(await stage.history('up'), range),
    ]
    await decide(look, { after: (hands) => scaledUp(hands, range, replicas, available) })
  })

  test('makes no other revision, and leaves its Pods alone, when its template has not changed', {
    meta: { id: 'sts.revision.idle', level: 'SHOULD', spec: `${specs.statefulSet} status.updateRevision` },
  }, async ({ stage, decide }) => {
    await decide(async () => podsUntouched(await stage.snapshot('statefulSets'), set), {
      after: async (hands) => {
        await staffed(hands, range, replicas)
        const snapshot = await stage.snapshot('statefulSets')
        await hands.merge('statefulsets', set, notingPods(snapshot, set))
        await changedBy(hands, set, otherThanTemplate(snapshot, set))
        await seenByController(hands, set)
      },
    })
  })

  test('replaces only the Pods from the partition on, and those before it by what they were', {
    meta: { id: 'sts.update.partition', level: 'MUST', spec: `${specs.statefulSet} spec.updateStrategy` },
  }, async ({ stage, decide }) => {
    const partition = replicas - 1
    await decide(async () => partitionKept(await stage.history('partition'), range, partition), {
      after: (hands) => updatedFrom(hands, range, replicas, partition),
    })
  })

  test('replaces its Pods from the last to the first, each when all after it are Ready', {
    meta: { id: 'sts.update.reverse', level: 'MUST', spec: `${specs.statefulSet} spec.updateStrategy` },
  }, async ({ stage, decide }) => {
    await decide(async () => replacedInReverse(await stage.history('update'), range, replicas), {
      after: (hands) => updated(hands, range, replicas),
    })
  })

  test('has never two Pods of one identity', {
    meta: { id: 'sts.at-most-one', level: 'MUST', spec: `${specs.statefulSet}; tasks/run-application/force-delete` },
  }, async ({ stage, decide }) => {
    await decide(async () => neverTwo(await stage.history('update')), {
      // What the test before has watched will do.
      after: async (hands) => (hands.hasWatched('update') ? undefined : updated(hands, range, replicas)),
    })
  })

  test('misses no more Pods at a time, while they are updated, than it says', {
    meta: {
      id: 'sts.update.max-unavailable',
      level: 'SHOULD',
      spec: `${specs.statefulSet} spec.updateStrategy.rollingUpdate.maxUnavailable`,
    },
  }, async ({ stage, decide }) => {
    const most = 2
    const spec = partitioned(0, { maxUnavailable: most })
    const merge = { name: set, contentType: 'application/merge-patch+json' }
    // Behind a feature gate, without which the API server drops the field.
    const isKept = async () => {
      const reply = await stage.tryOut('PATCH', 'statefulsets', { spec }, merge)
      return reply.kind === 'accepted' && JSON.stringify(reply.object.spec).includes('"maxUnavailable"')
    }
    const look = async () => {
      if (!(await isKept())) return notApplicable('the API server does not keep maxUnavailable')
      return missingAtMost(await stage.history('several'), range, { replicas, most })
    }
    await decide(look, {
      after: async (hands) => ((await isKept()) ? updatedAtOnce(hands, range, replicas, most) : undefined),
      lastly: (hands) => hands.merge('statefulsets', set, { spec: partitioned(0, { maxUnavailable: null }) }),
    })
  })

  test('deletes surplus Pods from the last on, one at a time, and none while one before it is not Ready', {
    meta: { id: 'sts.order.down', level: 'MUST', spec: `${specs.statefulSet} spec.podManagementPolicy` },
  }, async ({ stage, decide }) => {
    await decide(async () => removedInOrder(await stage.history('down'), range, first + 1), {
      after: (hands) => scaledDown(hands, range, replicas),
    })
  })
})
