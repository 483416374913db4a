import { describe, judgeEffects, podNames, specs, staged } from '../../helpers/harness.ts'

// A replica is told what came of a command, not the command: what only the master can know, as the time, is the same on all.
const test = staged('redis')
const master = 'redis-0'

describe('a replicated Redis set', () => {
  test(
    'holds the same everywhere after deletions, expiry, transactions, scripts and FLUSHDB',
    { meta: { id: 'redis.propagate.types', level: 'SHOULD', spec: `${specs.redis} How Redis replication works` } },
    async ({ stage, decide }) =>
      decide(async () => {
        const pods = podNames(await stage.snapshot('statefulSets'), 'redis')
        return stage.redis(pods, async (redis) => judgeEffects(await redis.effects(master)))
      }),
  )
})
