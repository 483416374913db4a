import { isReady, type Pod, pathOf } from '../../helpers/target/objects.ts'
import type { Bench } from '../bench.ts'
import { together } from '../mechanism.ts'
import type { Mechanism, Mutant } from '../mutant.ts'
import { frozen } from '../verbs/admission.ts'
import { packetRule } from '../verbs/node.ts'
import { type Patch, patch } from '../verbs/objects.ts'
import { redisCommand, redisSetting } from '../verbs/redis.ts'
import { redisSays, stands } from '../witnesses.ts'
import { addressOf, detached, fullName, nameOf, nodeOf, shut, unlisted } from './replication.ts'

const killReplicas = [['CLIENT', 'KILL', 'TYPE', 'replica']]

/** Something that a replica, or its way to the master, shows only on a new link: there is one after it, and one after its end. */
function onNewLinks(part: Mechanism): Mechanism {
  return together(
    redisCommand('lets the replicas link again', 'redis-0', () => ({ apply: [], undo: killReplicas })),
    part,
    redisCommand('CLIENT KILL TYPE replica', 'redis-0', () => ({ apply: killReplicas, undo: [] })),
  )
}

const independent = (bench: Bench): string => pathOf('statefulsets', bench.namespaces.redis, 'independent')

/** A rule of the user `default` at one server; undone by another. */
function rights(pod: string, rule: string, undo: string): Mechanism {
  return redisCommand(`ACL SETUSER default ${rule}`, pod, () => ({
    apply: [['ACL', 'SETUSER', 'default', rule]],
    undo: [['ACL', 'SETUSER', 'default', undo]],
  }))
}

interface SentinelChange {
  readonly key: string
  readonly value: string
  readonly before: string
}

/** One setting of a Sentinel, for all that it watches. */
function sentinelSet(pod: string, { key, value, before }: SentinelChange): Pick<Mutant, 'mechanism' | 'witness'> {
  const set = (to: string): string[] => ['SENTINEL', 'CONFIG', 'SET', key, to]
  return {
    mechanism: redisCommand(`SENTINEL CONFIG SET ${key} ${value}`, pod, () => ({
      apply: [set(value)],
      undo: [set(before)],
    })),
    witness: redisSays(pod, ['SENTINEL', 'CONFIG', 'GET', key], new RegExp(`${key}\\s+${value}`)),
  }
}

const lastPod = (bench: Bench): string => pathOf('pods', bench.namespaces.redis, 'redis-2')

/** The set, and servers beside it, look whole, and are not what their names promise. */
export const standing: readonly Mutant[] = [
  {
    id: 'M-R11',
    breaks: 'the master takes writes and does not answer them',
    mechanism: redisCommand('CLIENT PAUSE WRITE', 'redis-0', () => ({
      apply: [['CLIENT', 'PAUSE', '900000', 'WRITE']],
      undo: [['CLIENT', 'UNPAUSE']],
    })),
    witness: {
      looksAt: 'SET at redis-0, for a second',
      see: async (bench) => {
        const script = 'timeout 1 redis-cli SET mutant 1 PX 1000 >/dev/null 2>&1; echo $?'
        const said = await bench.inPod(bench.namespaces.redis, 'redis-0', 'redis', ['sh', '-c', script])
        return { shows: /^(124|143)$/.test(said.trim()), saw: `ended with code ${said.trim()}` }
      },
    },
    kills: { 'redis.routing.headless-vs-master': 'Redis' },
    // Whether a write was done that nobody has answered is not known.
    alongside: {
      'redis.offset': ['inconclusive'],
      'redis.propagate': ['inconclusive'],
      'redis.propagate.by-name': ['inconclusive'],
      'redis.propagate.types': ['inconclusive'],
      'redis.wait.all': ['inconclusive'],
    },
  },
  {
    id: 'M-R30',
    breaks: 'a replica has a history of its own, and says no more than that its link is down',
    mechanism: together(
      redisSetting('redis-1', 'masterauth', 'wrong'),
      redisCommand('REPLICAOF NO ONE, and back', 'redis-1', (bench) => ({
        apply: [
          ['REPLICAOF', 'NO', 'ONE'],
          ['REPLICAOF', nameOf(bench, 'redis-0'), '6379'],
        ],
        undo: [],
      })),
    ),
    witness: redisSays('redis-1', ['INFO', 'replication'], /role:slave[\s\S]*master_link_status:down/),
    kills: { ...detached, 'redis.replid': 'Redis' },
    alongside: unlisted,
  },
  {
    id: 'M-R31',
    breaks: 'an instance that was to be independent replicates the set beside it',
    mechanism: redisCommand('REPLICAOF redis-0', 'independent-1', (bench) => ({
      apply: [['REPLICAOF', nameOf(bench, 'redis-0'), '6379']],
      undo: [['REPLICAOF', 'NO', 'ONE']],
    })),
    witness: redisSays('independent-1', ['INFO', 'replication'], /role:slave[\s\S]*master_link_status:up/),
    kills: { 'redis.role': 'Redis', 'redis.standalone.independent': 'Redis' },
    // WAIT answers as soon as two of the three have the write.
    alongside: { 'redis.wait.all': ['non-conformant'] },
  },
  {
    id: 'M-R31.pair',
    breaks: 'one of two independent instances replicates the other',
    // This way round: the suite has a Sentinel watch independent-0 for a moment, which would lead a replica of it back to it later.
    mechanism: redisCommand('REPLICAOF independent-1', 'independent-0', (bench) => ({
      apply: [['REPLICAOF', `independent-1.independent.${bench.namespaces.redis}.svc`, '6379']],
      undo: [['REPLICAOF', 'NO', 'ONE']],
    })),
    witness: redisSays('independent-0', ['INFO', 'replication'], /role:slave[\s\S]*master_link_status:up/),
    kills: { 'redis.standalone.independent': 'Redis' },
    culprit: () => 'independent-0',
  },
  {
    id: 'M-R64',
    breaks: 'a member of a set is missing, and may not be made',
    mechanism: together(
      frozen('pods', '', ['CREATE', 'UPDATE'], (bench) => bench.namespaces.redis, 'statefulset-controller'),
      patch('one Pod more is wanted', independent, { spec: { replicas: 3 } }),
    ),
    witness: stands('how many Pods are wanted', independent, (set) => {
      return (set as { spec?: { replicas?: number } } | undefined)?.spec?.replicas === 3
    }),
    kills: { 'redis.members': 'pod' },
  },
  {
    id: 'M-R32',
    breaks: 'a replica lets nobody publish or subscribe',
    mechanism: rights('redis-1', 'resetchannels', 'allchannels'),
    witness: redisSays('redis-1', ['ACL', 'DRYRUN', 'default', 'PUBLISH', 'a', 'b'], /no permissions/),
    kills: { 'redis.readonly.reads': 'Redis' },
    culprit: () => 'redis-1',
  },
  {
    id: 'M-R33',
    breaks: 'an instance runs, and does not answer PING',
    mechanism: rights('independent-1', '-ping', '+@all'),
    witness: redisSays('independent-1', ['ACL', 'DRYRUN', 'default', 'PING'], /no permissions/),
    kills: { 'redis.standalone.reachable': 'Redis' },
    culprit: () => 'independent-1',
  },
  {
    id: 'M-R34',
    breaks: 'an instance can be reached by no Pod but itself',
    ...shut('independent-1', 'instance'),
    kills: { 'redis.standalone.reachable': 'data path' },
    culprit: () => 'independent-1',
  },
  {
    id: 'M-R35',
    breaks: 'a node hides a replica from its master behind another address',
    mechanism: onNewLinks(
      packetRule('the node of redis-1 masquerades it', nodeOf('redis-1'), async (bench) => ({
        table: 'nat',
        chain: 'POSTROUTING',
        rule: [
          ...['-s', await addressOf(bench, 'redis-1'), '-d', await addressOf(bench, 'redis-0')],
          ...['-p', 'tcp', '--dport', '6379', '-j', 'MASQUERADE'],
        ],
      })),
    ),
    witness: {
      looksAt: 'INFO replication at redis-0',
      see: async (bench) => {
        const said = await bench.redis('redis-0', ['INFO', 'replication'])
        const address = await addressOf(bench, 'redis-1')
        const shows = /connected_slaves:2/.test(said) && !said.includes(`ip=${address},`)
        return { shows, saw: said.replaceAll(/\s+/g, ' ') }
      },
    },
    kills: { 'redis.peer-ip': 'Redis' },
    culprit: () => 'redis-1',
  },
  {
    id: 'M-R36',
    breaks: 'a replica announces the name of another',
    mechanism: onNewLinks(
      redisCommand('CONFIG SET replica-announce-ip', 'redis-2', (bench) => {
        const announce = (pod: string): string[] => ['CONFIG', 'SET', 'replica-announce-ip', fullName(bench, pod)]
        return { apply: [announce('redis-1')], undo: [announce('redis-2')] }
      }),
    ),
    witness: redisSays('redis-0', ['INFO', 'replication'], /connected_slaves:2[\s\S]*ip=redis-1\./),
    kills: { 'redis.announce.hostname': 'Redis' },
  },
  {
    id: 'M-R37',
    breaks: 'a replica starts whether or not its master has a name',
    mechanism: patch(
      'the init container of redis-2 waits for nothing',
      (bench) => pathOf('statefulsets', bench.namespaces.redis, 'redis'),
      (set) => {
        const { template } = set.spec as { template: { spec: { initContainers: Patch[] } } }
        const initContainers = template.spec.initContainers.map((one) => ({ ...one, command: ['true'] }))
        return {
          spec: { updateStrategy: { rollingUpdate: { partition: 2 } }, template: { spec: { initContainers } } },
        }
      },
    ),
    witness: stands('redis-2 and its init container', lastPod, (object) => {
      const pod = object as Pod | undefined
      return isReady(pod) && pod?.spec?.initContainers?.[0]?.command?.[0] === 'true'
    }),
    kills: { 'redis.bootstrap.waits': 'pod' },
    // Its new address is news to DNS, and its link to the master may have to wait for that.
    alongside: { 'redis.announce.hostname': ['non-conformant'] },
    culprit: () => 'redis-2',
  },
  {
    id: 'M-R38',
    breaks: 'a Sentinel that is to report names reports addresses',
    ...sentinelSet('sentinel-0', { key: 'announce-hostnames', value: 'no', before: 'yes' }),
    kills: { 'redis.sentinel.hostnames': 'Redis' },
    culprit: () => 'sentinel-0',
  },
  {
    id: 'M-R39',
    breaks: 'a Sentinel takes names, although nobody has told it to',
    ...sentinelSet('sentinel-1', { key: 'resolve-hostnames', value: 'yes', before: 'no' }),
    kills: { 'redis.sentinel.hostnames': 'Redis' },
    culprit: () => 'sentinel-1',
  },
]
