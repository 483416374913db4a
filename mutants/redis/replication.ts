import type { Bench } from '../bench.ts'
import { together } from '../mechanism.ts'
import type { Mutant } from '../mutant.ts'
import { packetRule, suspend } from '../verbs/node.ts'
import { redisCommand, redisSetting } from '../verbs/redis.ts'
import { printed, redisSays } from '../witnesses.ts'

/** The name by which the members of the replicated set know one of them. */
export const nameOf = (bench: Bench, pod: string): string => `${pod}.redis-headless.${bench.namespaces.redis}.svc`

/** The address of a member of that set, or of a server beside it, by its Pod. */
export async function addressOf(bench: Bench, pod: string): Promise<string> {
  return (await bench.pod('redis', pod)).status?.podIP ?? ''
}

/** The node that runs it. */
export const nodeOf =
  (pod: string) =>
  async (bench: Bench): Promise<string> =>
    (await bench.pod('redis', pod)).spec?.nodeName ?? ''

/** The name of a member below its Service, with the zone. */
export const fullName = (bench: Bench, pod: string): string => `${pod}.${bench.fqdn('redis-headless', 'redis')}`

/** A server that can be reached by no Pod but itself: `what` it is, in a word. */
export function shut(pod: string, what: string): Pick<Mutant, 'mechanism' | 'witness'> {
  return {
    mechanism: packetRule(`the node refuses connections to one ${what}`, nodeOf(pod), async (bench) => ({
      table: 'filter',
      chain: 'FORWARD',
      rule: ['-d', await addressOf(bench, pod), '-p', 'tcp', '--dport', '6379', '-j', 'REJECT'],
    })),
    witness: printed(nodeOf(pod), () => ['iptables', '-S', 'FORWARD'], /--dport 6379 -j REJECT/),
  }
}

/** Whoever writes to a replica notices that it takes what it should refuse. */
const taken = {
  'redis.readonly.error': 'Redis',
  'redis.readonly.multi': 'Redis',
  'redis.readonly.script': 'Redis',
  'redis.readonly.sort-getex': 'Redis',
  'redis.routing.headless-vs-master': 'Redis',
} as const

/** A replica that follows its master no longer. */
export const detached = {
  'redis.link-up': 'Redis',
  'redis.offset': 'Redis',
  'redis.propagate': 'Redis',
  'redis.propagate.by-name': 'Redis',
  'redis.propagate.types': 'Redis',
  'redis.role': 'Redis',
  'redis.wait.all': 'Redis',
} as const

/** Whom the master does not list, it lists by no address. */
export const unlisted: NonNullable<Mutant['alongside']> = { 'redis.peer-ip': ['inconclusive'] }

/** A master that takes no write. */
const unwritable = {
  'redis.propagate': 'Redis',
  'redis.propagate.types': 'Redis',
  'redis.routing.headless-vs-master': 'Redis',
} as const

/** Who waits for a write, or reads it, has none to go by. */
const unanswered: NonNullable<Mutant['alongside']> = {
  'redis.propagate.by-name': ['inconclusive'],
  'redis.wait.all': ['inconclusive'],
}

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
    kills: { ...taken, 'redis.readonly.default': 'Redis' },
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
      ...detached,
      ...taken,
      'redis.readonly.default': 'Redis',
      'redis.readonly.wait': 'Redis',
      'redis.replid': 'Redis',
    },
    alongside: { ...unlisted, 'redis.readonly.no-effect': ['inconclusive'] },
  },
  {
    id: 'M-R03',
    breaks: 'a replica follows the address of its master instead of its name',
    mechanism: following('redis-1', (bench) => addressOf(bench, 'redis-0'), 'REPLICAOF the address of redis-0'),
    witness: redisSays('redis-1', ['INFO', 'replication'], /master_host:[\d.]+\s[\s\S]*master_link_status:up/),
    kills: { 'redis.link-up': 'Redis' },
    culprit: () => 'redis-1',
  },
  {
    id: 'M-R04',
    breaks: 'a replica has lost its master, which refuses its password',
    mechanism: severed,
    witness: linkDown,
    kills: detached,
    alongside: unlisted,
  },
  {
    id: 'M-R08',
    breaks: 'a replica without its master refuses to be read',
    mechanism: together(redisSetting('redis-1', 'replica-serve-stale-data', 'no'), severed),
    witness: redisSays('redis-1', ['GET', 'mutant'], /MASTERDOWN/),
    kills: {
      ...detached,
      'redis.readonly.reads': 'Redis',
      'redis.readonly.script': 'Redis',
      'redis.readonly.wait': 'Redis',
    },
    alongside: { ...unlisted, 'redis.readonly.no-effect': ['inconclusive'] },
  },
  {
    id: 'M-R06',
    breaks: 'the master takes no write, since it wants more replicas than there are',
    mechanism: redisSetting('redis-0', 'min-replicas-to-write', '9'),
    witness: redisSays('redis-0', ['SET', 'mutant', '1'], /NOREPLICAS/),
    kills: unwritable,
    alongside: unanswered,
    culprit: () => 'NOREPLICAS',
  },
  {
    id: 'M-R21',
    breaks: 'the master takes no write, since it is out of memory',
    mechanism: redisSetting('redis-0', 'maxmemory', '1'),
    witness: redisSays('redis-0', ['SET', 'mutant', '1'], /OOM/),
    kills: unwritable,
    alongside: unanswered,
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
    kills: {
      'redis.readonly.error': 'Redis',
      'redis.readonly.multi': 'Redis',
      'redis.readonly.sort-getex': 'Redis',
      'redis.routing.headless-vs-master': 'Redis',
    },
    // Within a script the server says the same in other words.
    alongside: { 'redis.readonly.script': ['non-conformant'] },
    culprit: () => 'NOPERM',
  },
  {
    id: 'M-R10',
    breaks: 'a replica has stopped without ending',
    mechanism: suspend('SIGSTOP to one replica', nodeOf('redis-2'), () => '^redis-server', 'redis-2'),
    witness: printed(nodeOf('redis-2'), () => ['ps', '-eo', 'stat,args'], /^T\S*\s+redis-server/m),
    kills: { 'redis.propagate': 'Redis', 'redis.routing.headless-vs-master': 'data path', 'redis.wait.all': 'Redis' },
    // After a minute the master lists it no longer (repl-timeout).
    alongside: {
      'redis.announce.hostname': ['inconclusive', 'non-conformant'],
      'redis.link-up': ['inconclusive'],
      'redis.offset': ['inconclusive'],
      'redis.peer-ip': ['inconclusive'],
      'redis.propagate.by-name': ['non-conformant'],
      'redis.propagate.types': ['inconclusive'],
      'redis.readonly.default': ['inconclusive'],
      'redis.readonly.error': ['inconclusive'],
      'redis.readonly.multi': ['inconclusive'],
      'redis.readonly.no-effect': ['inconclusive'],
      'redis.readonly.reads': ['inconclusive'],
      'redis.readonly.script': ['inconclusive'],
      'redis.readonly.sort-getex': ['inconclusive'],
      'redis.readonly.wait': ['inconclusive'],
      'redis.replid': ['inconclusive'],
      'redis.role': ['inconclusive', 'non-conformant'],
    },
  },
  {
    id: 'M-R19',
    breaks: 'a replica follows another replica',
    mechanism: following('redis-2', (bench) => nameOf(bench, 'redis-1'), 'REPLICAOF redis-1'),
    witness: redisSays('redis-2', ['INFO', 'replication'], /master_host:redis-1[\s\S]*master_link_status:up/),
    kills: {
      'redis.announce.hostname': 'Redis',
      'redis.link-up': 'Redis',
      'redis.propagate': 'Redis',
      'redis.role': 'Redis',
      'redis.wait.all': 'Redis',
    },
    alongside: unlisted,
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
      ...taken,
      'redis.announce.hostname': 'Redis',
      'redis.link-up': 'Redis',
      'redis.offset': 'Redis',
      'redis.propagate': 'Redis',
      'redis.propagate.types': 'Redis',
      'redis.readonly.default': 'Redis',
      'redis.readonly.wait': 'Redis',
      'redis.role': 'Redis',
    },
    alongside: { ...unlisted, ...unanswered, 'redis.readonly.no-effect': ['inconclusive'] },
  },
]
