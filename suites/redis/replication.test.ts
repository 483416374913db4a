import {
  describe,
  judgeLinks,
  judgeOffsets,
  judgePropagation,
  judgeReplids,
  judgeRoles,
  judgeWaitAll,
  podNames,
  specs,
  staged,
} from '../../helpers/harness.ts'

// Replicas know their master by its per-pod name alone: a headless Service that keeps its word is what holds the set together.
const test = staged('redis')
const master = 'redis-0'

describe('a replicated Redis set', () => {
  test(
    'has its master at ordinal 0 and a connected replica at every other',
    { meta: { id: 'redis.role', level: 'MUST', spec: `${specs.redis} INFO replication` } },
    async ({ stage, decide }) =>
      decide(async () => {
        const pods = podNames(await stage.snapshot('statefulSets'), 'redis')
        return stage.redis(pods, async (redis) => judgeRoles(await redis.replication(), master))
      }),
  )

  test(
    'keeps the link of every replica up to the DNS name it was given',
    { meta: { id: 'redis.link-up', level: 'MUST', spec: `${specs.redis} INFO replication` } },
    async ({ stage, decide }) =>
      decide(async () => {
        const pods = podNames(await stage.snapshot('statefulSets'), 'redis').filter((pod) => pod !== master)
        const name = `${master}.redis-headless.${stage.namespace}.svc`
        return stage.redis(pods, async (redis) => judgeLinks(await redis.replication(), name))
      }),
  )

  test(
    'has one history of writes, by one replication id',
    { meta: { id: 'redis.replid', level: 'MUST', spec: `${specs.redis} Replication ID explained` } },
    async ({ stage, decide }) =>
      decide(async () => {
        const pods = podNames(await stage.snapshot('statefulSets'), 'redis')
        return stage.redis(pods, async (redis) => judgeReplids(await redis.replication(), master))
      }),
  )

  test(
    'brings every replica as far as its master is',
    { meta: { id: 'redis.offset', level: 'MUST', spec: `${specs.redis} INFO replication` } },
    async ({ stage, decide }) =>
      decide(async () => {
        const pods = podNames(await stage.snapshot('statefulSets'), 'redis')
        return stage.redis(pods, async (redis) => judgeOffsets(await redis.offsets(master)))
      }),
  )

  test(
    'brings a write on the master to every replica',
    { meta: { id: 'redis.propagate', level: 'MUST', spec: `${specs.redis} WAIT` } },
    async ({ stage, decide }) =>
      decide(async () => {
        const pods = podNames(await stage.snapshot('statefulSets'), 'redis')
        return stage.redis(pods, async (redis) => judgePropagation(await redis.propagate(master)))
      }),
  )

  test(
    'counts every replica, and nobody besides, when a client waits for a write to be acknowledged',
    { meta: { id: 'redis.wait.all', level: 'MUST', spec: `${specs.redis} WAIT` } },
    async ({ stage, decide }) =>
      decide(async () => {
        const pods = podNames(await stage.snapshot('statefulSets'), 'redis')
        return stage.redis(pods, async (redis) => judgeWaitAll(await redis.propagate(master)))
      }),
  )
})
