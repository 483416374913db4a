import {
  describe,
  judgeIdleWrites,
  judgeReadonlyMulti,
  judgeReadonlyScript,
  judgeReadonlyWait,
  podNames,
  specs,
  staged,
} from '../../helpers/harness.ts'

// A write comes in other clothes, too: in a transaction, in a script, as a command that has nothing to change.
const test = staged('redis')
const master = 'redis-0'

describe('a Redis replica', () => {
  test(
    'has nobody to wait for, and says so with an error',
    { meta: { id: 'redis.readonly.wait', level: 'MUST', spec: `${specs.redis} WAIT` } },
    async ({ stage, decide }) =>
      decide(async () => {
        const pods = podNames(await stage.snapshot('statefulSets'), 'redis').filter((pod) => pod !== master)
        return stage.redis(pods, async (redis) => judgeReadonlyWait(await redis.tryOnReplicas(master)))
      }),
  )

  test(
    'refuses a write when it is queued, and the transaction with it',
    { meta: { id: 'redis.readonly.multi', level: 'SHOULD', spec: 'redis.io/docs/interact/transactions errors' } },
    async ({ stage, decide }) =>
      decide(async () => {
        const pods = podNames(await stage.snapshot('statefulSets'), 'redis').filter((pod) => pod !== master)
        return stage.redis(pods, async (redis) => judgeReadonlyMulti(await redis.tryOnReplicas(master)))
      }),
  )

  test(
    'refuses a script that writes, one that might before it begins, and runs one that only reads',
    { meta: { id: 'redis.readonly.script', level: 'SHOULD', spec: 'redis.io/docs/interact/programmability flags' } },
    async ({ stage, decide }) =>
      decide(async () => {
        const pods = podNames(await stage.snapshot('statefulSets'), 'redis').filter((pod) => pod !== master)
        return stage.redis(pods, async (redis) => judgeReadonlyScript(await redis.tryOnReplicas(master)))
      }),
  )

  test(
    'refuses what counts as a write even where it would change nothing',
    { meta: { id: 'redis.readonly.sort-getex', level: 'SHOULD', spec: `${specs.redis} read-only replica` } },
    async ({ stage, decide }) =>
      decide(async () => {
        const pods = podNames(await stage.snapshot('statefulSets'), 'redis').filter((pod) => pod !== master)
        return stage.redis(pods, async (redis) => judgeIdleWrites(await redis.tryOnReplicas(master)))
      }),
  )
})
