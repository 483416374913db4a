import { outcomeText, type RedisOutcome } from '../probes/redis-outcome.ts'
import type { Observation } from '../report/record.ts'
import { atRedis } from './redis.ts'

/** What one pod answered when a key was read. */
export interface RedisRead {
  readonly pod: string
  readonly read: RedisOutcome<string | null>
}

/** What one pod answered when a key was written. */
export interface RedisWrite {
  readonly pod: string
  readonly write: RedisOutcome<string>
}

/** A value written to the master, and read from its replicas. */
export interface Propagation extends RedisWrite {
  readonly key: string
  readonly value: string
  /** The answer to WAIT for all replicas, on the connection that wrote. */
  readonly acknowledged: RedisOutcome<number>
  readonly replicas: readonly RedisRead[]
}

/** A write that a replica had to refuse, and the key as it was read after it, on the replica and on the master. */
export interface RefusedWrite extends RedisWrite {
  readonly key: string
  /** The value before the write; null for none. */
  readonly before: string | null
  readonly reads: readonly RedisRead[]
}

function quoted(value: string | null): string {
  return value === null ? 'no value' : `"${value}"`
}

/** A refusal is the server's word against the requirement; a lost connection and a silent server say nothing. */
function verdictOn(outcome: RedisOutcome<unknown>, right: boolean): Observation['verdict'] {
  if (outcome.kind === 'lost' || outcome.kind === 'timeout') return 'inconclusive'
  return outcome.kind === 'reply' && right ? 'conformant' : 'non-conformant'
}

function readAs(pod: string, read: RedisOutcome<string | null>, value: string | null, expected: string): Observation {
  const right = read.kind === 'reply' && read.value === value
  return atRedis(pod, verdictOn(read, right), expected, read.kind === 'reply' ? quoted(read.value) : outcomeText(read))
}

/** Decides redis.propagate: the master takes the write, WAIT counts every replica, and each replica reads the value. */
export function judgePropagation({
  pod,
  key,
  value,
  write,
  acknowledged,
  replicas,
}: Propagation): readonly Observation[] {
  const taken = `takes SET ${key}, and WAIT counts ${replicas.length} replicas`
  if (write.kind !== 'reply') return [atRedis(pod, verdictOn(write, false), taken, `SET ${outcomeText(write)}`)]
  const counted = acknowledged.kind === 'reply' && acknowledged.value >= replicas.length
  return [
    atRedis(pod, verdictOn(acknowledged, counted), taken, `WAIT ${outcomeText(acknowledged)}`),
    ...replicas.map((replica) => readAs(replica.pod, replica.read, value, `GET ${key} is ${quoted(value)}`)),
  ]
}

/** Decides redis.wait.all: WAIT after a write counts every replica, and nobody besides. */
export function judgeWaitAll({ pod, write, acknowledged, replicas }: Propagation): readonly Observation[] {
  const expected = `WAIT for ${replicas.length} replicas after a write answers ${replicas.length}`
  // A write that was not taken leaves nothing to wait for: redis.propagate says why.
  if (write.kind !== 'reply') return [atRedis(pod, 'inconclusive', expected, `SET ${outcomeText(write)}`)]
  const counted = acknowledged.kind === 'reply' && acknowledged.value === replicas.length
  return [atRedis(pod, verdictOn(acknowledged, counted), expected, outcomeText(acknowledged))]
}

/** Decides redis.readonly.error: a replica refuses a write with the code READONLY, and with no other. */
export function judgeReadonlyError(writes: readonly RedisWrite[]): readonly Observation[] {
  return writes.map(({ pod, write }) => {
    const expected = 'the write is refused with the code READONLY'
    if (write.kind === 'reply') return atRedis(pod, 'non-conformant', expected, `the write succeeded: ${write.value}`)
    if (write.kind !== 'refused') return atRedis(pod, 'inconclusive', expected, outcomeText(write))
    const right = write.code === 'READONLY'
    return atRedis(
      pod,
      right ? 'conformant' : 'non-conformant',
      expected,
      `refused with the code ${write.code}: ${write.text}`,
    )
  })
}

/**
 * Decides redis.readonly.no-effect: after a refused write the key is as it was, on the replica and on the master. Where
 * no refusal was seen there is nothing to decide; redis.readonly.error says what happened instead.
 */
export function judgeReadonlyNoEffect(attempts: readonly RefusedWrite[]): readonly Observation[] {
  return attempts.flatMap(({ pod, key, before, write, reads }) =>
    reads.map((look) => {
      const expected = `GET ${key} is ${quoted(before)} after ${pod} refused to write it`
      const unseen = `no refusal of the write was seen on ${pod}: ${outcomeText(write)}`
      if (write.kind !== 'refused') return atRedis(look.pod, 'inconclusive', expected, unseen)
      // A read that is itself refused shows neither an effect nor none.
      if (look.read.kind === 'refused') return atRedis(look.pod, 'inconclusive', expected, outcomeText(look.read))
      return readAs(look.pod, look.read, before, expected)
    }),
  )
}
