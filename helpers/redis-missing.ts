import { mapReply, type RedisOutcome } from './probes/redis-outcome.ts'
import type { RedisSession } from './probes/redis-session.ts'
import { type RedisSessions, seenWithin, streams } from './redis-sessions.ts'
import type { Writer } from './redis-writer.ts'

/** What one Pod lacks of the acknowledged writes: how many of each server that took them, and one of them by name. */
export interface Missing {
  readonly pod: string
  readonly missing: RedisOutcome<Readonly<Record<string, number>>>
  readonly such?: string
}

/** What each Pod lacks of what is acknowledged by now, once the streams have had their time. */
export async function missingEverywhere(sessions: RedisSessions, writer: Writer): Promise<Missing[]> {
  const lines = writer.acknowledged
  const keys = lines.map((one) => one.key)
  const missingAt = async (pod: string): Promise<Missing> => {
    const told = await missingOn(sessions.at(pod), keys)
    if (told.kind !== 'reply') return { pod, missing: told }
    const lacking = lines.filter((one) => told.value.includes(one.key))
    const counts: Record<string, number> = {}
    for (const { runId } of lacking) counts[runId] = (counts[runId] ?? 0) + 1
    const such = lacking.at(-1)?.key
    return { pod, missing: { kind: 'reply', value: counts }, ...(such === undefined ? {} : { such }) }
  }
  const look = (): Promise<Missing[]> => Promise.all(sessions.set.pods.map(missingAt))
  // What the present master holds, its replicas are about to have.
  return seenWithin(streams, look, ([master, ...replicas]) =>
    replicas.every((one) => JSON.stringify(one.missing) === JSON.stringify(master?.missing)),
  )
}

/** Keys that one round trip asks for. */
const batch = 200

/** The keys of which a server does not hold what was written. */
export async function missingOn(
  session: RedisSession,
  keys: readonly string[],
): Promise<RedisOutcome<readonly string[]>> {
  const missing: string[] = []
  for (let from = 0; from < keys.length; from += batch) {
    const some = keys.slice(from, from + batch)
    const held = mapReply(await session.call('MGET', ...some), (values) => (Array.isArray(values) ? values : []))
    if (held.kind !== 'reply') return held
    missing.push(...some.filter((key, index) => held.value[index] !== key))
  }
  return { kind: 'reply', value: missing }
}
