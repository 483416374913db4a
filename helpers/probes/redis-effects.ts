import { mapReply, type RedisOutcome } from './redis-outcome.ts'
import type { RedisSession } from './redis-session.ts'
import type { SessionOf } from './redis-standing.ts'

/** What one Pod holds: a line for each key, with a digest of its value and when it ends. */
export interface Holding {
  readonly pod: string
  readonly keys: RedisOutcome<readonly string[]>
}

/** What all hold after writes of many kinds, and after everything has been deleted at once. */
export interface Effects {
  readonly master: string
  /** The first write that the master did not take; undefined where it took all. */
  readonly refused?: { readonly command: string; readonly outcome: RedisOutcome<unknown> }
  readonly written: readonly Holding[]
  readonly flushed: readonly Holding[]
}

/** Whether a value that one Pod has taken is there on each. */
export interface Apartness {
  readonly key: string
  readonly value: string
  readonly writer: string
  readonly write: RedisOutcome<string>
  readonly reads: readonly { readonly pod: string; readonly read: RedisOutcome<string | null> }[]
}

/** A database that nobody else uses, so that all of it can be compared and deleted. */
const database = '9'
/** Milliseconds until every replica has taken what was written. */
const acknowledge = 2_000

/** DEL, EXPIRE, transactions and scripts beside plain writes of every type; one script writes what no replica could work out. */
const writes: readonly (readonly string[])[] = [
  ['SET', 'kept', 'value'],
  ['SET', 'deleted', 'value'],
  ['DEL', 'deleted'],
  ['SET', 'ending', 'value'],
  ['EXPIRE', 'ending', '60'],
  ['SET', 'ending-too', 'value', 'PX', '60000'],
  ['MULTI'],
  ['SET', 'counter', '1'],
  ['INCRBY', 'counter', '41'],
  ['EXEC'],
  ['RPUSH', 'list', 'a', 'b', 'c'],
  ['LPOP', 'list'],
  // Integers: any other set is told in the order in which a server happens to keep it.
  ['SADD', 'set', '1', '2'],
  ['HSET', 'hash', 'field', 'value'],
  ['ZADD', 'sorted', '1', 'a', '2', 'b'],
  ['EVAL', "local now = redis.call('TIME') return redis.call('SET', KEYS[1], now[1] .. '.' .. now[2])", '1', 'script'],
]

/** The value of a key as DUMP gives it, which depends on nothing but the value, and the millisecond at which it ends. */
const digest = `
local lines, keys = {}, redis.call('KEYS', '*')
table.sort(keys)
for _, key in ipairs(keys) do
  local ends = redis.pcall('PEXPIRETIME', key)
  lines[#lines + 1] = key .. ' ' .. redis.sha1hex(redis.call('DUMP', key)) .. ' ' .. (type(ends) == 'number' and ends or '?')
end
return lines`

/** Writes in many ways on the master, and compares what all hold; then deletes everything there, and compares again. */
export async function writeManyWays(at: SessionOf, master: string, replicas: readonly string[]): Promise<Effects> {
  const pods = [master, ...replicas]
  const holdings = async (): Promise<Holding[]> => {
    await at(master).wait(replicas.length, acknowledge)
    return Promise.all(pods.map(async (pod) => ({ pod, keys: await held(at(pod)) })))
  }
  const selected = await Promise.all(pods.map((pod) => at(pod).call('SELECT', database)))
  // Whoever is in another database would delete what is not his.
  const outside = selected.find((one) => one.kind !== 'reply')
  if (outside !== undefined)
    return { master, refused: { command: 'SELECT', outcome: outside }, written: [], flushed: [] }
  for (const [name = '', ...args] of [['FLUSHDB'], ...writes]) {
    const outcome = await at(master).call(name, ...args)
    if (outcome.kind !== 'reply') return { master, refused: { command: name, outcome }, written: [], flushed: [] }
  }
  const written = await holdings()
  await at(master).call('FLUSHDB')
  return { master, written, flushed: await holdings() }
}

async function held(session: RedisSession): Promise<RedisOutcome<readonly string[]>> {
  return mapReply(await session.call('EVAL', digest, '0'), (reply) => (Array.isArray(reply) ? reply.map(String) : []))
}

/** Writes a key on one Pod, reads it on every Pod, and deletes it. */
export async function readElsewhere(
  at: SessionOf,
  writer: string,
  pods: readonly string[],
  { key, value }: { readonly key: string; readonly value: string },
): Promise<Apartness> {
  const write = await at(writer).set(key, value)
  const reads = await Promise.all(pods.map(async (pod) => ({ pod, read: await at(pod).get(key) })))
  await at(writer).del(key)
  return { key, value, writer, write, reads }
}
