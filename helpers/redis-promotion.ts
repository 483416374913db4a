import type { RedisOutcome } from './probes/redis-outcome.ts'
import { freshKey, isUp, type RedisSessions, type StandingLook, seenWithin, streams } from './redis-sessions.ts'

/** Milliseconds that a replica may take until it follows another master: Redis tries once a second. */
const follows = 10_000

/** A replica takes over, the others follow it, the former master too, and all goes back. */
export interface Promotion {
  readonly promoted: string
  readonly former: string
  /** All Pods before; the promoted one right after; all once the others follow it, and once the former master does. */
  readonly before: readonly StandingLook[]
  readonly alone: StandingLook
  readonly followed: readonly StandingLook[]
  readonly returned: readonly StandingLook[]
  /** A write on the promoted one. */
  readonly write: RedisOutcome<string>
  /** A write on the former master that nobody has replicated, and what it read of that once it was a replica. */
  readonly stray: RedisOutcome<string>
  readonly strayRead: RedisOutcome<string | null>
  /** What the former master then made of a write. */
  readonly refused: RedisOutcome<string>
  /** What it then read of the write on the promoted one, and what that had written. */
  readonly read: RedisOutcome<string | null>
  readonly value: string
  /** All Pods once everything was put back. */
  readonly after: readonly StandingLook[]
}

/** Fails over by hand, as an operator does, and back. Whatever comes of it, each Pod is told its first master in the end. */
export async function promote(sessions: RedisSessions): Promise<Promotion> {
  const { master: former, replicas, set } = sessions
  const [promoted = '', ...others] = replicas
  const follow = (pod: string, master: string): Promise<unknown> =>
    sessions.at(pod).call('REPLICAOF', `${master}.${set.service}.${set.namespace}.svc.${set.clusterDomain}`, '6379')
  const lead = (pod: string): Promise<unknown> => sessions.at(pod).call('REPLICAOF', 'NO', 'ONE')
  const allUp = (pods: readonly string[]) => (all: readonly StandingLook[]) =>
    all.filter(({ pod }) => pods.includes(pod)).every(isUp)
  const { key, value } = freshKey()
  const stray = `${key}:stray`
  // A ping in the stream between two commands of ours would put one replica ahead of the other.
  const period = await sessions.exchange(former, 'repl-ping-replica-period', '3600')
  try {
    await sessions.at(former).set(key, 'before')
    await sessions.at(former).wait(replicas.length, streams)
    const before = await sessions.standing()
    await lead(promoted)
    const [alone] = await sessions.standing([promoted])
    if (alone === undefined) throw new Error(`nobody was asked of ${promoted}`)
    await Promise.all(others.map((pod) => follow(pod, promoted)))
    await seenWithin(follows, () => sessions.standing(others), allUp(others))
    // Asked anew: of Pods that are asked at a time the promoted one may have answered before the others came to it.
    const followed = await sessions.standing()
    const write = await sessions.at(promoted).set(key, value)
    const strayed = await sessions.at(former).set(stray, 'nobody has this')
    await follow(former, promoted)
    const returned = await seenWithin(follows, () => sessions.standing(), allUp([former]))
    const refused = await sessions.at(former).set(key, 'on a replica')
    const read = await seenWithin(
      streams,
      () => sessions.at(former).get(key),
      (one) => one.kind === 'reply' && one.value === value,
    )
    const strayRead = await sessions.at(former).get(stray)
    const after = await restored()
    const told = { before, alone, followed, returned, after, write, stray: strayed, strayRead, refused, read, value }
    return { promoted, former, ...told }
  } finally {
    await sessions.exchange(former, 'repl-ping-replica-period', period || '10')
  }

  async function restored(): Promise<StandingLook[]> {
    await lead(former)
    await Promise.all(replicas.map((pod) => follow(pod, former)))
    const after = await seenWithin(follows, () => sessions.standing(), allUp(replicas))
    await Promise.all([key, stray].map((one) => sessions.at(former).del(one)))
    return after
  }
}
