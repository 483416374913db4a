import type { RedisOutcome } from './probes/redis-outcome.ts'
import { freshKey, isDown, isUp, type RedisSessions, type StandingLook, seenWithin, streams } from './redis-sessions.ts'

/** Milliseconds that a broken link may take until it is up again: Redis tries once a second. */
const reconnects = 10_000
/** Bytes written while links are broken: far less than a backlog of the usual size holds. */
const missed = 64 * 1024

/** The links of all replicas, broken at the master, which takes a write before they are up again. */
export interface BrokenLinks {
  readonly before: readonly StandingLook[]
  readonly broken: RedisOutcome<unknown>
  readonly after: readonly StandingLook[]
  /** How many bytes of the value written meanwhile each replica has in the end, of how many. */
  readonly bytes: number
  readonly held: readonly { readonly pod: string; readonly read: RedisOutcome<number> }[]
}

export async function breakLinks(sessions: RedisSessions): Promise<BrokenLinks> {
  const { master, replicas } = sessions
  const { key } = freshKey()
  const before = await sessions.standing()
  const at = sessions.at(master)
  // In one transaction: none of the replicas may be back before the write.
  const [, , , broken] = await Promise.all([
    at.call('MULTI'),
    at.call('CLIENT', 'KILL', 'TYPE', 'replica'),
    at.call('SET', key, 'x'.repeat(missed)),
    at.call('EXEC'),
  ])
  const held = await seenWithin(
    reconnects,
    () =>
      Promise.all(
        replicas.map(async (pod) => ({
          pod,
          read: (await sessions.at(pod).call('STRLEN', key)) as RedisOutcome<number>,
        })),
      ),
    (reads) => reads.every(({ read }) => read.kind === 'reply' && read.value === missed),
  )
  const after = await seenWithin(
    reconnects,
    () => sessions.standing(),
    (all) => all.filter(({ pod }) => pod !== master).every(isUp),
  )
  await at.del(key)
  return { before, broken, after, bytes: missed, held }
}

/** A replica that is told not to serve what may be stale, and loses its master for a while. */
export interface Staleness {
  readonly pod: string
  readonly value: string
  readonly without: StandingLook
  readonly with: StandingLook
  /** What reading a key came to before the link was lost, while it was, and when it was up again. */
  readonly reads: { readonly [moment in 'before' | 'during' | 'after']: RedisOutcome<string | null> }
}

export async function loseMaster(sessions: RedisSessions): Promise<Staleness> {
  const pod = sessions.replicas.at(-1) ?? ''
  const { key, value } = freshKey()
  const standing = async (): Promise<StandingLook> => {
    const [look] = await sessions.standing([pod])
    if (look === undefined) throw new Error(`nobody was asked of ${pod}`)
    return look
  }
  const at = sessions.at(pod)
  await sessions.at(sessions.master).set(key, value)
  await sessions.at(sessions.master).wait(sessions.replicas.length, streams)
  const serves = await sessions.exchange(pod, 'replica-serve-stale-data', 'no')
  // A password that the master does not take keeps the link down, and leaves the replica's master as it is.
  const password = await sessions.exchange(pod, 'masterauth', 'rollcall')
  const before = await at.get(key)
  await at.call('CLIENT', 'KILL', 'TYPE', 'master')
  const without = await seenWithin(2000, standing, isDown)
  const during = await at.get(key)
  await sessions.exchange(pod, 'masterauth', password)
  const restored = await seenWithin(reconnects, standing, isUp)
  const after = await at.get(key)
  await sessions.exchange(pod, 'replica-serve-stale-data', serves || 'yes')
  await sessions.at(sessions.master).del(key)
  return { pod, value, without, with: restored, reads: { before, during, after } }
}
