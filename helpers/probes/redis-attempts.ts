import type { RedisOutcome } from './redis-outcome.ts'
import type { RedisSession } from './redis-session.ts'

/** One command and what became of it. */
export interface Attempt {
  readonly command: string
  readonly outcome: RedisOutcome<unknown>
}

/** What a replica made of commands that are not for it, and of some that look like them. */
export interface Attempts {
  readonly pod: string
  readonly wait: Attempt
  /** A write after MULTI, and EXEC after that. */
  readonly queued: Attempt
  readonly exec: Attempt
  /** A script that writes, and one that says in its first line that it might. */
  readonly writingScripts: readonly Attempt[]
  /** A script that reads, run as one that may do no more (since Redis 7.0). */
  readonly readingScript: Attempt
  /** Commands that count as writes, and would change nothing here. */
  readonly idleWrites: readonly Attempt[]
}

/** What a replica made of commands that only read. */
export interface Reads {
  readonly pod: string
  readonly reads: readonly Attempt[]
  /** What a subscriber of the replica heard when a message was published there. */
  readonly heard: RedisOutcome<string>
  readonly message: string
}

async function attempt(session: RedisSession, command: string, ...words: readonly string[]): Promise<Attempt> {
  const [name = '', ...args] = [...command.split(' '), ...words]
  return { command, outcome: await session.call(name, ...args) }
}

/**
 * Tries on a replica what it has to refuse, and a script that it has to run. No key that is named exists, and one that is
 * written all the same ends soon.
 */
export async function tryWrites(session: RedisSession, pod: string, key: string): Promise<Attempts> {
  const wait = await attempt(session, 'WAIT 0 100')
  await attempt(session, 'MULTI')
  const queued = await attempt(session, 'SET', key, 'queued', 'PX', '5000')
  const exec = await attempt(session, 'EXEC')
  const writes = "return redis.call('SET', KEYS[1], 'script', 'PX', '5000')"
  const mightWrite = "#!lua\nreturn redis.call('GET', KEYS[1])"
  const reads = "return redis.call('EXISTS', KEYS[1])"
  return {
    pod,
    wait,
    queued,
    exec,
    writingScripts: [
      { ...(await attempt(session, 'EVAL', writes, '1', key)), command: 'EVAL of a script that writes' },
      { ...(await attempt(session, 'EVAL', mightWrite, '1', key)), command: 'EVAL of a script without no-writes' },
    ],
    readingScript: { ...(await attempt(session, 'EVAL_RO', reads, '1', key)), command: 'EVAL_RO' },
    idleWrites: [
      await attempt(session, 'SORT', `${key}:none`),
      await attempt(session, 'GETEX', `${key}:none`),
      await attempt(session, 'EXPIRE', `${key}:none`, '5'),
      await attempt(session, 'DEL', `${key}:none`),
    ],
  }
}

/** Milliseconds until a message has come that was published before. */
const hearing = 3_000

/** Reads on a replica in several ways, and has `listener`, another connection to it, hear what is published there. */
export async function tryReads(
  session: RedisSession,
  listener: RedisSession,
  pod: string,
  key: string,
): Promise<Reads> {
  const reads: Attempt[] = []
  for (const command of ['PING', 'INFO server', 'DBSIZE']) reads.push(await attempt(session, command))
  for (const command of ['GET', 'EXISTS', 'TTL']) reads.push(await attempt(session, command, key))
  const message = `heard on ${pod}`
  const heard = await listener.hear(key, hearing, async () => {
    reads.push(await attempt(session, 'PUBLISH', key, message))
  })
  return { pod, reads, heard, message }
}
