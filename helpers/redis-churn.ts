import type { RedisOutcome } from './probes/redis-outcome.ts'
import { type Comeback, comeBack } from './redis-comeback.ts'
import { type Missing, missingEverywhere } from './redis-missing.ts'
import {
  freshKey,
  isDown,
  isWhole,
  links,
  openSession,
  RedisSessions,
  type ReplicatedSet,
  type StandingLook,
  seenWithin,
  streams,
} from './redis-sessions.ts'
import { Writer, type Written } from './redis-writer.ts'
import type { KubernetesApi } from './target/api.ts'
import { type Seen, seen } from './target/seen.ts'

/** What a replica did while its master was gone. */
export interface Orphaned {
  readonly pod: string
  /** Whether it said in that time that its link is down. */
  readonly down: boolean
  readonly read: RedisOutcome<string | null>
  readonly write: RedisOutcome<string>
}

/** A Pod that was deleted, and the set once all links were up again, or as they were at the end. */
export interface Rejoined extends Comeback {
  /** Whether all links were up in the end, to the master that has the name now. */
  readonly whole: boolean
  readonly before: readonly StandingLook[]
  readonly after: readonly StandingLook[]
  /** What the Pods lack of what was written and acknowledged until then. */
  readonly missing: readonly Missing[]
}

/** A replica and then the master of a set are deleted while somebody writes. */
export interface Churn {
  readonly replica: Rejoined
  /** Absent where the replica did not come back to all that it had: nobody deletes what then may be the only copy. */
  readonly master?: Rejoined & {
    readonly value: string
    readonly orphaned: readonly Orphaned[]
    /** What was read, once the master was back, of the value that all had before. */
    readonly reads: readonly { readonly pod: string; readonly read: RedisOutcome<string | null> }[]
  }
  readonly written: Written
  /** What each Pod lacks in the end of all acknowledged writes. */
  readonly missing: readonly Missing[]
  /** All Pods in the end. */
  readonly end: readonly StandingLook[]
}

/** Deletes the last replica and then the master of a set, one after the other, with a writer at work. */
export async function churn(api: KubernetesApi, set: ReplicatedSet): Promise<Seen<Churn>> {
  const [master] = set.pods
  const writer = new Writer(() => openSession(api, set.namespace, master))
  try {
    const replica = await rejoin(api, set, set.pods.at(-1) ?? '', writer)
    if (!replica.seen) return replica
    const lost = replica.value.whole ? await loseMaster(api, set, writer) : undefined
    if (lost?.seen === false) return lost
    const written = await writer.stop()
    const { end, missing } = await RedisSessions.with(api, set, async (sessions) => ({
      missing: await missingEverywhere(sessions, writer),
      end: await sessions.standing(),
    }))
    return seen({
      replica: replica.value,
      ...(lost === undefined ? {} : { master: lost.value }),
      written,
      missing,
      end,
    })
  } finally {
    await writer.stop()
  }
}

async function rejoin(api: KubernetesApi, set: ReplicatedSet, pod: string, writer: Writer): Promise<Seen<Rejoined>> {
  const before = await RedisSessions.with(api, set, (sessions) => sessions.standing())
  const back = await comeBack(api, set.namespace, pod)
  if (!back.seen) return back
  if (back.value.now === undefined) return seen({ ...back.value, whole: false, before, after: [], missing: [] })
  const after = await joined(api, set)
  const missing = await RedisSessions.with(api, set, (sessions) => missingEverywhere(sessions, writer))
  return seen({ ...back.value, whole: isWhole(after), before, after, missing })
}

/** Deletes the master, with an eye on what its replicas do without it. */
async function loseMaster(
  api: KubernetesApi,
  set: ReplicatedSet,
  writer: Writer,
): Promise<Seen<NonNullable<Churn['master']>>> {
  const [master] = set.pods
  const { key, value } = freshKey()
  let isBack = false
  const { rejoined, orphaned } = await RedisSessions.with(api, set, async (sessions) => {
    await sessions.at(master).set(key, value)
    await sessions.at(master).wait(sessions.replicas.length, streams)
    const watched = sessions.replicas.map((pod) => orphan(sessions, pod, { key, value }, () => isBack))
    const rejoining = rejoin(api, set, master, writer).finally(() => {
      isBack = true
    })
    return { rejoined: await rejoining, orphaned: await Promise.all(watched) }
  })
  if (!rejoined.seen) return rejoined
  const reads = await RedisSessions.with(api, set, (sessions) =>
    Promise.all(set.pods.map(async (pod) => ({ pod, read: await sessions.at(pod).get(key) }))),
  )
  return seen({ ...rejoined.value, value, orphaned, reads })
}

async function orphan(
  sessions: RedisSessions,
  pod: string,
  { key, value }: { key: string; value: string },
  isBack: () => boolean,
): Promise<Orphaned> {
  const look = await seenWithin(
    2 * links,
    async () => (await sessions.standing([pod]))[0],
    (one) => isBack() || (one !== undefined && (isDown(one) || one.replication.kind === 'lost')),
  )
  const down = look !== undefined && isDown(look)
  return { pod, down, read: await sessions.at(pod).get(key), write: await sessions.at(pod).set(key, `not ${value}`) }
}

/** What the set says once every link is up to the master that has the name now, or in the end. */
async function joined(api: KubernetesApi, set: ReplicatedSet): Promise<StandingLook[]> {
  const look = (): Promise<StandingLook[]> => RedisSessions.with(api, set, (sessions) => sessions.standing())
  return seenWithin(links, look, (all) => isWhole(all) && listsOnly(all))
}

/** Whether the master has nobody in its list any more who has gone. */
function listsOnly([master, ...replicas]: readonly StandingLook[]): boolean {
  return master?.replication.kind === 'reply' && master.replication.value.replicas.length === replicas.length
}
