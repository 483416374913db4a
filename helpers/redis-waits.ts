import type { RedisOutcome } from './probes/redis-outcome.ts'
import { freshKey, type RedisSessions, seenWithin, streams } from './redis-sessions.ts'

/** What one Pod answered when a key was read. */
interface Read {
  readonly pod: string
  readonly read: RedisOutcome<string | null>
}

/** What one Pod answered when a key was written. */
interface Write {
  readonly pod: string
  readonly write: RedisOutcome<string>
}

/** A replica that stands still for a while, and what WAIT counts of a write meanwhile. */
export interface Pause {
  readonly pod: string
  readonly replicas: number
  /** What WAIT counts before, during and after it. */
  readonly counted: { readonly [moment in 'before' | 'during' | 'after']: RedisOutcome<number> }
  /** Milliseconds that WAIT was told to wait meanwhile, and took. */
  readonly told: number
  readonly took: number
  /** Whether the replica stood still from the write to the answer; the server's words where it did not pause at all. */
  readonly paused: RedisOutcome<boolean>
}

/** Seconds that the replica stands still, once more and longer where that was over before we had seen it. */
const pauses = [3.5, 7]
/** Milliseconds of it that WAIT is told to wait. */
const told = 1000

/** Has one replica stand still for so many seconds; each further length is tried where the one before has shown nothing. */
export async function pauseReplica(
  sessions: RedisSessions,
  [still = 0, ...longer]: readonly number[] = pauses,
): Promise<Pause> {
  const pause = await pauseFor(sessions, still)
  const isOver = pause.paused.kind === 'reply' && !pause.paused.value
  return isOver && longer.length > 0 ? pauseReplica(sessions, longer) : pause
}

async function pauseFor(sessions: RedisSessions, still: number): Promise<Pause> {
  const { master, replicas } = sessions
  // On a machine with much to do its answer comes late, and so late it seems to have begun: some of it has to pass first.
  const lead = (2 / 7) * still * 1000
  const pod = replicas.at(-1) ?? ''
  const { key, value } = freshKey()
  const counted = async (ms: number): Promise<RedisOutcome<number>> => {
    await sessions.at(master).set(key, value)
    return sessions.at(master).wait(replicas.length, ms)
  }
  const before = await counted(streams)
  let ended: number | undefined
  const sent = Date.now()
  const sleeping = sessions
    .at(pod)
    .call('DEBUG', 'SLEEP', String(still))
    .finally(() => {
      ended = Date.now()
    })
  // Until it stands still, WAIT counts it; where it never does, this has to come to an end all the same.
  const isStill = (count: RedisOutcome<number>): boolean => count.kind === 'reply' && count.value < replicas.length
  await seenWithin(
    2 * lead,
    () => counted(50),
    (count) => ended !== undefined || (isStill(count) && Date.now() >= sent + lead),
  )
  const from = Date.now()
  const during = await counted(told)
  const until = Date.now()
  const slept = await sleeping
  const end = ended ?? until
  // Its answer tells when the pause ended, and so when it began at the latest.
  const covers = from >= end - still * 1000 && until <= end - 250
  const after = await counted(streams)
  await sessions.at(master).del(key)
  const paused = slept.kind === 'reply' ? { kind: 'reply' as const, value: covers } : slept
  return { pod, replicas: replicas.length, counted: { before, during, after }, told, took: until - from, paused }
}

/** A master that wants more replicas than there are, and replicas that are told to want as many. */
export interface Minimum {
  readonly wanted: number
  readonly before: Write
  readonly during: Write
  readonly onReplicas: readonly Write[]
  readonly after: Write
  /** What was read of the key once the master took writes again: the value of the last of them. */
  readonly value: string
  readonly reads: readonly Read[]
}

export async function wantReplicas(sessions: RedisSessions): Promise<Minimum> {
  const { master, replicas } = sessions
  const wanted = replicas.length + 1
  const { key, value } = freshKey()
  const write = async (pod: string, what: string): Promise<Write> => ({
    pod,
    write: await sessions.at(pod).set(key, what),
  })
  const before = await write(master, 'before')
  const settings = await Promise.all(
    sessions.set.pods.map((pod) => sessions.exchange(pod, 'min-replicas-to-write', String(wanted))),
  )
  const during = await write(master, 'during')
  const onReplicas = await Promise.all(replicas.map((pod) => write(pod, 'on a replica')))
  await sessions.exchange(master, 'min-replicas-to-write', settings[0] || '0')
  const after = await write(master, value)
  const reads = await seenWithin(
    streams,
    () => Promise.all(replicas.map(async (pod) => ({ pod, read: await sessions.at(pod).get(key) }))),
    (all) => all.every(({ read }) => read.kind === 'reply' && read.value === value),
  )
  for (const [index, pod] of sessions.set.pods.entries())
    await sessions.exchange(pod, 'min-replicas-to-write', settings[index] || '0')
  await sessions.at(master).del(key)
  return { wanted, before, during, onReplicas, after, value, reads }
}
