import { together } from '../mechanism.ts'
import type { Mutant } from '../mutant.ts'
import { kvName, strangerBeside } from '../verbs/failover.ts'
import { redisCommand, redisSetting } from '../verbs/redis.ts'
import { redisSays } from '../witnesses.ts'

/** The replicated set does not bear what operators do to it. */
export const failover: readonly Mutant[] = [
  {
    id: 'M-R04.kv',
    breaks: 'a replica has lost its master, which refuses its password',
    mechanism: together(
      redisSetting('kv-1', 'masterauth', 'wrong', 'failover'),
      redisCommand(
        'CLIENT KILL TYPE replica',
        'kv-0',
        () => ({ apply: [['CLIENT', 'KILL', 'TYPE', 'replica']], undo: [] }),
        'failover',
      ),
    ),
    witness: redisSays('kv-1', ['INFO', 'replication'], /master_link_status:down/, 'failover'),
    kills: {
      'redis.psync.reconnect': 'Redis',
      'redis.wait.partial': 'Redis',
      'redis.minreplicas': 'Redis',
      'redis.failover.back': 'Redis',
    },
    alongside: { 'redis.failover.promote': ['inconclusive', 'non-conformant'] },
  },
  {
    id: 'M-R50',
    breaks: 'a stranger replicates all data, and counts as a replica',
    mechanism: strangerBeside('a Pod that is none of the set follows its master', 'mutant-stranger', (bench) => {
      const flags = `--dir /tmp --save '' --protected-mode no --replicaof ${kvName(bench, 'kv-0')} 6379`
      return `exec redis-server ${flags}`
    }),
    witness: redisSays('kv-0', ['INFO', 'replication'], /connected_slaves:3/, 'failover'),
    kills: { 'redis.wait.partial': 'Redis', 'redis.minreplicas': 'Redis' },
  },
  {
    id: 'M-R52',
    breaks: 'a replica has become a second master',
    mechanism: redisCommand(
      'REPLICAOF NO ONE',
      'kv-2',
      (bench) => ({
        apply: [['REPLICAOF', 'NO', 'ONE']],
        undo: [['REPLICAOF', kvName(bench, 'kv-0'), '6379']],
      }),
      'failover',
    ),
    witness: redisSays('kv-2', ['INFO', 'replication'], /role:master/, 'failover'),
    kills: {
      'redis.readonly.local': 'Redis',
      'redis.psync.reconnect': 'Redis',
      'redis.stale-no': 'Redis',
      'redis.wait.partial': 'Redis',
      'redis.minreplicas': 'Redis',
    },
    alongside: { 'redis.failover.promote': ['inconclusive', 'non-conformant'] },
  },
  {
    id: 'M-R53',
    breaks: 'a replica would take no writes were it promoted, since it wants more replicas than it would have',
    mechanism: redisSetting('kv-1', 'min-replicas-to-write', '3', 'failover'),
    witness: redisSays('kv-1', ['CONFIG', 'GET', 'min-replicas-to-write'], /\b3\b/, 'failover'),
    kills: { 'redis.failover.promote': 'Redis' },
    alongside: { 'redis.failover.back': ['inconclusive'] },
    culprit: () => 'NOREPLICAS',
  },
  {
    id: 'M-R54',
    breaks: 'a master would take writes were it a replica',
    mechanism: redisSetting('kv-0', 'replica-read-only', 'no', 'failover'),
    witness: redisSays('kv-0', ['CONFIG', 'GET', 'replica-read-only'], /\bno\b/, 'failover'),
    kills: { 'redis.failover.back': 'Redis' },
  },
  {
    id: 'M-R55',
    breaks: 'the backlog of the master is too small for what is written while a link is down',
    mechanism: redisSetting('kv-0', 'repl-backlog-size', '16384', 'failover'),
    witness: redisSays('kv-0', ['CONFIG', 'GET', 'repl-backlog-size'], /\b16384\b/, 'failover'),
    kills: { 'redis.psync.reconnect': 'Redis' },
    culprit: () => 'kv-0',
  },
  {
    id: 'M-R56',
    breaks: 'a replica takes no write even when it may, since its user may not write',
    mechanism: redisCommand(
      'ACL SETUSER default -@write',
      'kv-2',
      () => ({
        apply: [['ACL', 'SETUSER', 'default', '-@write']],
        undo: [['ACL', 'SETUSER', 'default', '+@all']],
      }),
      'failover',
    ),
    witness: redisSays('kv-2', ['ACL', 'DRYRUN', 'default', 'SET', 'a', 'b'], /no permissions/, 'failover'),
    kills: { 'redis.readonly.local': 'Redis', 'redis.minreplicas': 'Redis' },
    culprit: () => 'NOPERM',
  },
  {
    id: 'M-R57',
    breaks: 'the master follows one of its replicas, so that what is written there comes to it',
    mechanism: together(
      redisCommand(
        'takes over as the master',
        'kv-2',
        (bench) => ({
          apply: [['REPLICAOF', 'NO', 'ONE']],
          undo: [['REPLICAOF', kvName(bench, 'kv-0'), '6379']],
        }),
        'failover',
      ),
      redisCommand(
        'REPLICAOF kv-2',
        'kv-0',
        (bench) => ({
          apply: [['REPLICAOF', kvName(bench, 'kv-2'), '6379']],
          undo: [['REPLICAOF', 'NO', 'ONE']],
        }),
        'failover',
      ),
    ),
    witness: redisSays('kv-0', ['INFO', 'replication'], /role:slave[\s\S]*master_link_status:up/, 'failover'),
    kills: { 'redis.readonly.local': 'Redis' },
  },
]
