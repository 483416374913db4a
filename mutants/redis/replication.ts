import type { Mutant } from '../mutant.ts'
import { redisCommand } from '../verbs/redis.ts'
import { redisSays } from '../witnesses.ts'

/** The replicated set is not what its names promise. */
export const replication: readonly Mutant[] = [
  {
    id: 'M-R02',
    breaks: 'a replica has become a second master',
    mechanism: redisCommand('REPLICAOF NO ONE', 'redis-1', (bench) => ({
      apply: [['REPLICAOF', 'NO', 'ONE']],
      undo: [['REPLICAOF', `redis-0.redis-headless.${bench.namespaces.redis}.svc`, '6379']],
    })),
    witness: redisSays('redis-1', ['INFO', 'replication'], /role:master/),
    kills: {
      'redis.role': 'Redis',
      'redis.link-up': 'Redis',
      'redis.propagate': 'Redis',
      'redis.readonly.error': 'Redis',
    },
    alongside: { 'redis.readonly.no-effect': ['inconclusive'] },
    culprit: () => 'redis-1',
  },
]
