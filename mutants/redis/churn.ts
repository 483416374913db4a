import { pathOf } from '../../helpers/target/objects.ts'
import { together } from '../mechanism.ts'
import type { Mutant } from '../mutant.ts'
import { altered } from '../verbs/admission.ts'
import { dryRun, kvName, madeWhole, strangerBeside } from '../verbs/failover.ts'
import { create, patch } from '../verbs/objects.ts'
import { redisCommand } from '../verbs/redis.ts'
import { redisSays, stands } from '../witnesses.ts'

const statefulSet = (bench: { namespaces: { failover: string } }) =>
  pathOf('statefulsets', bench.namespaces.failover, 'kv')

/** What a master and its replicas come to while the set is not whole. */
const unharmed = {
  'redis.master.reschedule': ['inconclusive'],
  'redis.master.data': ['inconclusive'],
  'redis.ledger.accounted': ['inconclusive'],
} as const

/** The replicated set does not bear that its Pods go and come. */
export const churn: readonly Mutant[] = [
  {
    id: 'M-R03.kv',
    breaks: 'a replica follows the address of its master instead of its name',
    mechanism: redisCommand(
      'REPLICAOF the address of kv-0',
      'kv-1',
      async (bench) => ({
        apply: [['REPLICAOF', (await bench.pod('failover', 'kv-0')).status?.podIP ?? '', '6379']],
        undo: [['REPLICAOF', kvName(bench, 'kv-0'), '6379']],
      }),
      'failover',
    ),
    witness: redisSays('kv-1', ['INFO', 'replication'], /master_host:[\d.]+\s/, 'failover'),
    kills: { 'redis.master.reschedule': 'Redis' },
    alongside: { 'redis.master.data': ['inconclusive'], 'redis.ledger.accounted': ['inconclusive'] },
    culprit: () => 'kv-1',
  },
  {
    id: 'M-R12.kv',
    breaks: 'nothing is stored, and the set says that its data are kept',
    mechanism: patch('the StatefulSet says that its data are kept', statefulSet, {
      metadata: { annotations: { 'rollcall.dev/data': 'kept' } },
    }),
    witness: stands('the annotation of the StatefulSet', statefulSet, (one) =>
      JSON.stringify(one).includes('"rollcall.dev/data":"kept"'),
    ),
    kills: { 'redis.master.data': 'Redis', 'redis.ledger.accounted': 'Redis' },
  },
  {
    id: 'M-R17.kv',
    breaks: 'somebody empties the master again and again',
    mechanism: strangerBeside('a Pod that is none of the set sends FLUSHALL', 'mutant-flusher', (bench) => {
      const flush = `redis-cli -h ${kvName(bench, 'kv-0')} -r -1 -i 0.5 FLUSHALL`
      return `while :; do ${flush}; sleep 0.3; done`
    }),
    witness: redisSays('kv-0', ['CLIENT', 'LIST'], /cmd=flushall/, 'failover'),
    kills: { 'redis.ledger.accounted': 'Redis' },
    // Between two of them, somebody may see what he has written.
    alongside: {
      'redis.replica.reschedule': ['non-conformant'],
      'redis.master.reschedule': ['non-conformant'],
    },
  },
  {
    id: 'M-R51',
    breaks: 'a replica that comes back follows nobody, and is a master of its own',
    mechanism: together(
      madeWhole('kv-2'),
      altered('an admission policy takes its master from a replica that comes back', {
        set: 'failover',
        group: '',
        resource: 'pods',
        operation: 'CREATE',
        when: "object.metadata.name.endsWith('kv-2')",
        patches: `[JSONPatch{op: "replace", path: "/spec/containers/0/command/2", value: "exec redis-server --dir /tmp --save '' --protected-mode no"}]`,
      }),
    ),
    witness: dryRun('mutant-kv-2', /exec redis-server/),
    kills: { 'redis.replica.reschedule': 'Redis' },
    alongside: unharmed,
  },
  {
    id: 'M-S10.kv',
    breaks: 'a quota is full, and a Pod that was deleted may not be made again',
    mechanism: together(
      madeWhole(),
      create('a quota with room for one Pod less than there are', (bench) => [
        {
          collection: `/api/v1/namespaces/${bench.namespaces.failover}/resourcequotas`,
          object: {
            apiVersion: 'v1',
            kind: 'ResourceQuota',
            metadata: { name: 'mutant', namespace: bench.namespaces.failover },
            spec: { hard: { pods: '2' } },
          },
        },
      ]),
    ),
    witness: stands(
      'the use of the quota',
      (bench) => `/api/v1/namespaces/${bench.namespaces.failover}/resourcequotas/mutant`,
      (one) => (one as { status?: { used?: { pods?: string } } } | undefined)?.status?.used?.pods === '3',
    ),
    kills: { 'redis.replica.reschedule': 'pod' },
    alongside: unharmed,
    culprit: () => 'exceeded quota',
  },
]
