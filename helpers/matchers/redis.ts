import type { RedisOutcome } from '../probes/redis-outcome.ts'
import { outcomeText } from '../probes/redis-outcome.ts'
import type { Replication } from '../probes/redis-replication.ts'
import type { Offsets } from '../probes/redis-standing.ts'
import type { Observation, Verdict } from '../report/record.ts'

/** What one Redis pod said of its replication. */
export interface ReplicationLook {
  readonly pod: string
  readonly replication: RedisOutcome<Replication>
}

/** An observation at a Redis pod. */
export function atRedis(pod: string, verdict: Verdict, expected: string, observed: string): Observation {
  return { vantage: pod, backend: '', hop: 'Redis', verdict, expected, observed }
}

/** Compares a reply; a pod that did not tell was not seen. */
function toldBy(
  look: ReplicationLook,
  expected: string,
  judge: (told: Replication) => readonly [boolean, string],
): Observation {
  const { pod, replication } = look
  if (replication.kind !== 'reply') return atRedis(pod, 'inconclusive', expected, outcomeText(replication))
  const [right, observed] = judge(replication.value)
  return atRedis(pod, right ? 'conformant' : 'non-conformant', expected, observed)
}

/**
 * Decides redis.role: the pod named `master` is the one master, with every other pod connected to it, and those are
 * replicas. Roles keep the old word `slave` in Redis.
 */
export function judgeRoles(looks: readonly ReplicationLook[], master: string): readonly Observation[] {
  return looks.map((look) => {
    const replicas = looks.length - 1
    const expected = look.pod === master ? `role:master, connected_slaves:${replicas}` : 'role:slave'
    return toldBy(look, expected, ({ role, connectedReplicas }) =>
      look.pod === master || role !== 'slave'
        ? [
            look.pod === master && role === 'master' && connectedReplicas === replicas,
            seenRole(role, connectedReplicas),
          ]
        : [true, `role:${role}`],
    )
  })
}

function seenRole(role: string, connectedReplicas: number | undefined): string {
  return `role:${role === '' ? 'not told' : role}, connected_slaves:${connectedReplicas ?? 'not told'}`
}

/** Whether a host is the name, or begins with it: the whole name ends in the zone, which Redis is told where `ndots` are few. */
function isNamed(host: string, name: string): boolean {
  const [told, wanted] = [host, name].map((one) => `${one.toLowerCase().replace(/\.$/, '')}.`)
  return told?.startsWith(wanted ?? '') === true
}

/**
 * Decides redis.link-up for replicas: each follows the master by the DNS name that it was given, over a link that is up,
 * with no full synchronisation under way. An address in place of the name breaks when the master gets another one.
 */
export function judgeLinks(replicas: readonly ReplicationLook[], masterName: string): readonly Observation[] {
  const expected = `master_host:${masterName}, master_link_status:up, master_sync_in_progress:0`
  return replicas.map((look) =>
    toldBy(look, expected, ({ role, masterHost, masterLinkStatus, masterSyncInProgress }) => {
      if (masterHost === undefined) return [false, `role:${role}, no master_host`]
      const right = isNamed(masterHost, masterName) && masterLinkStatus === 'up' && masterSyncInProgress === false
      const syncing = masterSyncInProgress === undefined ? 'not told' : Number(masterSyncInProgress)
      const link = `master_link_status:${masterLinkStatus ?? 'not told'}, master_sync_in_progress:${syncing}`
      return [right, `master_host:${masterHost}, ${link}`]
    }),
  )
}

/**
 * Decides redis.replid: all Pods know one and the same history of writes, that of the master. One with another history has not
 * got its data from there.
 */
export function judgeReplids(looks: readonly ReplicationLook[], master: string): readonly Observation[] {
  const own = looks.find((one) => one.pod === master)?.replication
  const replid = own?.kind === 'reply' ? own.value.replid : undefined
  return looks.map((look) => {
    const expected = `master_replid:${replid ?? 'that of the master'}`
    // Without the word of the master there is nothing to compare with.
    if (replid === undefined && look.pod !== master)
      return atRedis(look.pod, 'inconclusive', expected, `${master} does not tell its own`)
    return toldBy(look, expected, (told) => [
      told.replid !== undefined && told.replid === replid,
      `master_replid:${told.replid ?? 'not told'}`,
    ])
  })
}

/** Decides redis.readonly.default: a replica that nobody has set up otherwise says that it takes no writes. */
export function judgeReadonlyDefault(replicas: readonly ReplicationLook[]): readonly Observation[] {
  return replicas.map((look) =>
    toldBy(look, 'slave_read_only:1', ({ role, replicaReadOnly }) => [
      replicaReadOnly === true,
      replicaReadOnly === undefined ? `role:${role}, no slave_read_only` : `slave_read_only:${Number(replicaReadOnly)}`,
    ]),
  )
}

/** Decides redis.offset: each replica comes as far in the stream of writes as the master was. PINGs move it on meanwhile. */
export function judgeOffsets({ master, replicas }: Offsets): readonly Observation[] {
  const told = master.replication.kind === 'reply' ? master.replication.value.masterOffset : undefined
  if (told === undefined) {
    const observed = master.replication.kind === 'reply' ? 'not told' : outcomeText(master.replication)
    return [atRedis(master.pod, 'inconclusive', 'master_repl_offset', observed)]
  }
  return replicas.map((look) =>
    toldBy(look, `slave_repl_offset of at least ${told}`, ({ role, replicaOffset }) =>
      replicaOffset === undefined
        ? [false, `role:${role}, no slave_repl_offset`]
        : [replicaOffset >= told, `slave_repl_offset:${replicaOffset}`],
    ),
  )
}
