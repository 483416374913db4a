import type { RedisOutcome } from './probes/redis-outcome.ts'
import { freshKey, type RedisSessions, type StandingLook, streams } from './redis-sessions.ts'

/** A replica that is told to take writes of its own, and what became of one. */
export interface LocalWrite {
  readonly pod: string
  /** What the replica is once it was told. */
  readonly standing: StandingLook
  readonly value: string
  readonly write: RedisOutcome<string>
  /** What each Pod read of it, all of the set. */
  readonly reads: readonly { readonly pod: string; readonly read: RedisOutcome<string | null> }[]
  /** Another write, once the replica was told to be as before. */
  readonly refused: RedisOutcome<string>
}

export async function writeLocally(sessions: RedisSessions): Promise<LocalWrite> {
  const { master, replicas, set } = sessions
  const pod = replicas.at(-1) ?? ''
  const { key, value } = freshKey()
  const later = `${key}:later`
  const setting = await sessions.exchange(pod, 'replica-read-only', 'no')
  const [standing] = await sessions.standing([pod])
  if (standing === undefined) throw new Error(`nobody was asked of ${pod}`)
  const write = await sessions.at(pod).set(key, value)
  // Whatever would carry it away has as long as a write of the master takes to all.
  await sessions.at(master).set(later, value)
  await sessions.at(master).wait(replicas.length, streams)
  const reads = await Promise.all(set.pods.map(async (one) => ({ pod: one, read: await sessions.at(one).get(key) })))
  // While it may still be deleted there: nobody else would.
  await sessions.at(pod).del(key)
  await sessions.exchange(pod, 'replica-read-only', setting || 'yes')
  const refused = await sessions.at(pod).set(key, 'on a replica')
  await Promise.all([key, later].map((one) => sessions.at(master).del(one)))
  return { pod, standing, value, write, reads, refused }
}
