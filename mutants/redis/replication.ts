import type { Bench } from '../bench.ts'
import { together } from '../mechanism.ts'
import type { Mutant } from '../mutant.ts'
import { suspend } from '../verbs/node.ts'
import { redisCommand, redisSetting } from '../verbs/redis.ts'
import { printed, redisSays } from '../witnesses.ts'

const nameOf = (bench: Bench, pod: string): string => `${pod}.redis-headless.${bench.namespaces.redis}.svc`

/** A Pod follows another master than it was given; undone by the name that it was given. */
function following(pod: string, master: (bench: Bench) => string | Promise<string>, does: string) {
  return redisCommand(does, pod, async (bench) => ({
    apply: [['REPLICAOF', await master(bench), '6379']],
    undo: [['REPLICAOF', nameOf(bench, 'redis-0'), '6379']],
  }))
}

const severed = together(
  redisSetting('redis-1', 'masterauth', 'wrong'),
  redisCommand('CLIENT KILL TYPE replica', 'redis-0', () => ({
    apply: [['CLIENT', 'KILL', 'TYPE', 'replica']],
    undo: [],
  })),
)
const linkDown = redisSays('redis-1', ['INFO', 'replication'], /master_link_status:down/)

/** The replicated set is not what its names promise. */
export const replication: readonly Mutant[] = [
  {
    id: 'M-R01',
    breaks: 'a replica takes writes',
    mechanism: redisSetting('redis-1', 'replica-read-only', 'no'),
    witness: redisSays('redis-1', ['CONFIG', 'GET', 'replica-read-only'], /\bno\b/),
    kills: { 'redis.readonly.error': 'Redis' },
    alongside: { 'redis.readonly.no-effect': ['inconclusive'] },
    culprit: () => 'redis-1',
  },
  {
    id: 'M-R02',
    breaks: 'a replica has become a second master',
    mechanism: redisCommand('REPLICAOF NO ONE', 'redis-1', (bench) => ({
      apply: [['REPLICAOF', 'NO', 'ONE']],
      undo: [['REPLICAOF', nameOf(bench, 'redis-0'), '6379']],
    })),
    witness: redisSays('redis-1', ['INFO', 'replication'], /role:master/),
    kills: {
      'redis.role': 'Redis',
      'redis.link-up': 'Redis',
      'redis.propagate': 'Redis',
      'redis.readonly.error': 'Redis',
    },
    alongside: { 'redis.readonly.no-effect': ['inconclusive'] },
  },
  {
    id: 'M-R03',
    breaks: 'a replica follows the address of its master instead of its name',
    mechanism: following(
      'redis-1',
      async (bench) => (await bench.pod('redis', 'redis-0')).status?.podIP ?? '',
      'REPLICAOF the address of redis-0',
    ),
    witness: redisSays('redis-1', ['INFO', 'replication'], /master_host:[\d.]+\s[\s\S]*master_link_status:up/),
    kills: { 'redis.link-up': 'Redis' },
    culprit: () => 'redis-1',
  },
  {
    id: 'M-R04',
    breaks: 'a replica has lost its master, which refuses its password',
    mechanism: severed,
    witness: linkDown,
    kills: { 'redis.link-up': 'Redis', 'redis.role': 'Redis', 'redis.propagate': 'Redis' },
  },
  {
    id: 'M-R08',
    breaks: 'a replica without its master refuses to be read',
    mechanism: together(redisSetting('redis-1', 'replica-serve-stale-data', 'no'), severed),
    witness: redisSays('redis-1', ['GET', 'mutant'], /MASTERDOWN/),
    kills: {
      'redis.link-up': 'Redis',
      'redis.role': 'Redis',
      'redis.propagate': 'Redis',
    },
    alongside: { 'redis.readonly.no-effect': ['inconclusive'] },
  },
  {
    id: 'M-R06',
    breaks: 'the master takes no write, since it wants more replicas than there are',
    mechanism: redisSetting('redis-0', 'min-replicas-to-write', '9'),
    witness: redisSays('redis-0', ['SET', 'mutant', '1'], /NOREPLICAS/),
    kills: { 'redis.propagate': 'Redis' },
    culprit: () => 'NOREPLICAS',
  },
  {
    id: 'M-R21',
    breaks: 'the master takes no write, since it is out of memory',
    mechanism: redisSetting('redis-0', 'maxmemory', '1'),
    witness: redisSays('redis-0', ['SET', 'mutant', '1'], /OOM/),
    kills: { 'redis.propagate': 'Redis' },
    culprit: () => 'OOM',
  },
  {
    id: 'M-R07',
    breaks: 'a replica refuses writes for another reason than that it is one',
    mechanism: redisCommand('ACL SETUSER default -@write', 'redis-1', () => ({
      apply: [['ACL', 'SETUSER', 'default', '-@write']],
      undo: [['ACL', 'SETUSER', 'default', '+@all']],
    })),
    witness: redisSays('redis-1', ['ACL', 'DRYRUN', 'default', 'SET', 'a', 'b'], /no permissions/),
    kills: { 'redis.readonly.error': 'Redis' },
    culprit: () => 'NOPERM',
  },
  {
    id: 'M-R10',
    breaks: 'a replica has stopped without ending',
    mechanism: suspend(
      'SIGSTOP to one replica',
      async (bench) => (await bench.pod('redis', 'redis-2')).spec?.nodeName ?? '',
      () => '^redis-server',
      'redis-2',
    ),
    witness: printed(
      async (bench) => (await bench.pod('redis', 'redis-2')).spec?.nodeName ?? '',
      () => ['ps', '-eo', 'stat,args'],
      /^T\S*\s+redis-server/m,
    ),
    kills: { 'redis.propagate': 'Redis' },
    alongside: {
      'redis.role': ['inconclusive'],
      'redis.link-up': ['inconclusive'],
      'redis.readonly.error': ['inconclusive'],
      'redis.readonly.no-effect': ['inconclusive'],
    },
  },
  {
    id: 'M-R19',
    breaks: 'a replica follows another replica',
    mechanism: following('redis-2', (bench) => nameOf(bench, 'redis-1'), 'REPLICAOF redis-1'),
    witness: redisSays('redis-2', ['INFO', 'replication'], /master_host:redis-1[\s\S]*master_link_status:up/),
    kills: { 'redis.role': 'Redis', 'redis.link-up': 'Redis', 'redis.propagate': 'Redis' },
  },
  {
    id: 'M-R20',
    breaks: 'the master is at another ordinal than clients are told',
    mechanism: together(
      redisCommand('takes over as the master', 'redis-1', (bench) => ({
        apply: [['REPLICAOF', 'NO', 'ONE']],
        undo: [['REPLICAOF', nameOf(bench, 'redis-0'), '6379']],
      })),
      redisCommand('REPLICAOF redis-1', 'redis-0', (bench) => ({
        apply: [['REPLICAOF', nameOf(bench, 'redis-1'), '6379']],
        undo: [['REPLICAOF', 'NO', 'ONE']],
      })),
      following('redis-2', (bench) => nameOf(bench, 'redis-1'), 'REPLICAOF redis-1'),
    ),
    witness: redisSays('redis-1', ['INFO', 'replication'], /role:master[\s\S]*connected_slaves:2/),
    kills: {
      'redis.role': 'Redis',
      'redis.link-up': 'Redis',
      'redis.propagate': 'Redis',
      'redis.readonly.error': 'Redis',
    },
    alongside: { 'redis.readonly.no-effect': ['inconclusive'] },
  },
]
