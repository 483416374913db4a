import {
  describe,
  judgeReadonlyDefault,
  judgeReadonlyError,
  judgeReadonlyNoEffect,
  judgeReads,
  podNames,
  specs,
  staged,
} from '../../helpers/harness.ts'

// A client that was sent to the wrong Pod has to learn it from the refusal, and must not have changed anything.
const test = staged('redis')
const master = 'redis-0'

describe('a Redis replica', () => {
  test(
    'takes no writes by its own account',
    { meta: { id: 'redis.readonly.default', level: 'MUST', spec: `${specs.redis} read-only replica` } },
    async ({ stage, decide }) =>
      decide(async () => {
        const pods = podNames(await stage.snapshot('statefulSets'), 'redis').filter((pod) => pod !== master)
        return stage.redis(pods, async (redis) => judgeReadonlyDefault(await redis.replication()))
      }),
  )

  test(
    'refuses a write with READONLY',
    { meta: { id: 'redis.readonly.error', level: 'MUST', spec: `${specs.redis} read-only replica` } },
    async ({ stage, decide }) =>
      decide(async () => {
        const pods = podNames(await stage.snapshot('statefulSets'), 'redis')
        return stage.redis(pods, async (redis) => judgeReadonlyError(await redis.writeToReplicas(master)))
      }),
  )

  test(
    'changes nothing by a write that it refuses',
    { meta: { id: 'redis.readonly.no-effect', level: 'MUST', spec: `${specs.redis} read-only replica` } },
    async ({ stage, decide }) =>
      decide(async () => {
        const pods = podNames(await stage.snapshot('statefulSets'), 'redis')
        return stage.redis(pods, async (redis) => judgeReadonlyNoEffect(await redis.writeToReplicas(master)))
      }),
  )

  test(
    'answers whatever reads, and passes on what is published there',
    { meta: { id: 'redis.readonly.reads', level: 'MUST', spec: `${specs.redis} read-only replica` } },
    async ({ stage, decide }) =>
      decide(async () => {
        const pods = podNames(await stage.snapshot('statefulSets'), 'redis').filter((pod) => pod !== master)
        return stage.redis(pods, async (redis) => judgeReads(await redis.readOnReplicas(master)))
      }),
  )
})
