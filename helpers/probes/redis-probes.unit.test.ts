import { describe, expect, test } from 'vitest'
import { tryReads, tryWrites } from './redis-attempts.ts'
import { readElsewhere, writeManyWays } from './redis-effects.ts'
import { type RedisOutcome, refusal } from './redis-outcome.ts'
import { parseReplication } from './redis-replication.ts'
import type { RedisSession } from './redis-session.ts'
import { readMembership, readOffsets } from './redis-standing.ts'

const ok: RedisOutcome<string> = { kind: 'reply', value: 'OK' }
const lost: RedisOutcome<never> = { kind: 'lost', text: 'reset' }

/** A server that answers as it is told, and keeps what it was asked. */
class FakeSession implements RedisSession {
  readonly asked: string[] = []
  readonly #answers: (words: string) => RedisOutcome<unknown> | undefined

  constructor(answers: (words: string) => RedisOutcome<unknown> | undefined = () => undefined) {
    this.#answers = answers
  }

  async call(command: string, ...args: readonly string[]): Promise<RedisOutcome<unknown>> {
    const words = [command, ...args].join(' ')
    this.asked.push(words)
    return this.#answers(words) ?? ok
  }

  async replication() {
    const told = await this.call('INFO', 'replication')
    return told.kind === 'reply' ? { ...told, value: parseReplication(String(told.value)) } : told
  }

  async role() {
    return ok
  }

  async set(key: string, value: string) {
    return (await this.call('SET', key, value)) as RedisOutcome<string>
  }

  async get(key: string) {
    return (await this.call('GET', key)) as RedisOutcome<string | null>
  }

  async del(key: string) {
    return (await this.call('DEL', key)) as RedisOutcome<number>
  }

  async wait() {
    return { kind: 'reply', value: 1 } as const
  }

  async hear(_channel: string, _ms: number, meanwhile: () => Promise<void>) {
    await meanwhile()
    return { kind: 'reply', value: 'heard on redis-1' } as const
  }

  close(): void {}
}

function among(sessions: Readonly<Record<string, FakeSession>>) {
  return (pod: string): FakeSession => {
    const session = sessions[pod]
    if (session === undefined) throw new Error(`no session with ${pod}`)
    return session
  }
}

const told = (...lines: readonly string[]): RedisOutcome<string> => ({ kind: 'reply', value: lines.join('\r\n') })

describe('readOffsets', () => {
  const master = () =>
    new FakeSession((words) => (words.startsWith('INFO') ? told('role:master', 'master_repl_offset:50') : undefined))

  test('waits for a replica that is on its way, after a write', async () => {
    let offset = 30
    const replica = new FakeSession(() => {
      offset += 10
      return told('role:slave', `slave_repl_offset:${offset}`)
    })
    const first = master()
    const { replicas } = await readOffsets(among({ a: first, b: replica }), 'a', ['b'], 'k')
    expect(first.asked[0]).toBe('SET k counted PX 5000')
    expect(replicas).toMatchObject([{ pod: 'b', replication: { value: { replicaOffset: 50 } } }])
    expect(replica.asked).toHaveLength(2)
  })

  test('asks a replica no more that is lost', async () => {
    const replica = new FakeSession(() => lost)
    const { replicas } = await readOffsets(among({ a: master(), b: replica }), 'a', ['b'], 'k')
    expect([replicas, replica.asked.length]).toEqual([[{ pod: 'b', replication: lost }], 1])
  })
})

describe('readMembership', () => {
  test('reads the lists of the master, and what each replica announces', async () => {
    const master = new FakeSession((words) =>
      words === 'ROLE' ? { kind: 'reply', value: ['master', 7, [['b.ns', '6379', '7']]] } : told('role:master'),
    )
    const named = new FakeSession(() => ({ kind: 'reply', value: ['replica-announce-ip', 'b.ns'] }))
    const unnamed = new FakeSession(() => ({ kind: 'reply', value: ['replica-announce-ip', ''] }))
    const seen = await readMembership(among({ a: master, b: named, c: unnamed }), 'a', ['b', 'c'])
    expect(seen.role).toEqual({ kind: 'reply', value: ['b.ns'] })
    expect(seen.announced.map(({ name }) => name)).toEqual([
      { kind: 'reply', value: 'b.ns' },
      { kind: 'reply', value: '' },
    ])
    expect(named.asked).toEqual(['CONFIG GET replica-announce-ip'])
  })

  test('reads no list of replicas from a server that is one', async () => {
    const replica = new FakeSession(() => ({ kind: 'reply', value: ['slave', 'a', 6379, 'connected', 7] }))
    expect((await readMembership(among({ a: replica }), 'a', [])).role).toEqual({ kind: 'reply', value: [] })
  })
})

describe('tryWrites and tryReads', () => {
  test('tell what became of each command, and which it was', async () => {
    const readonly = refusal('READONLY no')
    const session = new FakeSession((words) =>
      /^(SET|SORT|GETEX|EXPIRE|DEL|EVAL) /.test(words) ? readonly : undefined,
    )
    const seen = await tryWrites(session, 'redis-1', 'k')
    expect([seen.queued.outcome, ...seen.idleWrites.map((one) => one.outcome)]).toEqual(Array(5).fill(readonly))
    expect(seen.idleWrites.map((one) => one.command)).toEqual(['SORT', 'GETEX', 'EXPIRE', 'DEL'])
    expect(seen.wait.outcome).toEqual(ok)
    // What is not refused ends by itself: the key that is written, and those that a command might make.
    expect(session.asked.filter((words) => words.startsWith('SET '))).toEqual(['SET k queued PX 5000'])
    const [, , , , script] = session.asked
    expect(script).toContain("'PX', '5000'")
  })

  test('publish while another connection listens', async () => {
    const session = new FakeSession()
    const seen = await tryReads(session, new FakeSession(), 'redis-1', 'k')
    expect(seen.reads.map((one) => one.command)).toEqual([
      'PING',
      'INFO server',
      'DBSIZE',
      'GET',
      'EXISTS',
      'TTL',
      'PUBLISH',
    ])
    expect(seen.heard).toEqual({ kind: 'reply', value: seen.message })
  })
})

describe('writeManyWays', () => {
  test('writes, compares and deletes in a database of its own', async () => {
    const digest = (words: string): RedisOutcome<unknown> | undefined =>
      words.includes('DUMP') ? { kind: 'reply', value: ['kept 3a -1'] } : undefined
    const [master, replica] = [new FakeSession(digest), new FakeSession(digest)]
    const { refused, written } = await writeManyWays(among({ a: master, b: replica }), 'a', ['b'])
    expect(refused).toBeUndefined()
    expect(written).toEqual(['a', 'b'].map((pod) => ({ pod, keys: { kind: 'reply', value: ['kept 3a -1'] } })))
    expect(master.asked.slice(0, 2)).toEqual(['SELECT 9', 'FLUSHDB'])
    expect(replica.asked.filter((words) => !words.startsWith('EVAL'))).toEqual(['SELECT 9'])
  })

  test('writes and deletes nothing where the database is not to be had', async () => {
    const master = new FakeSession((words) => (words.startsWith('SELECT') ? refusal('NOPERM no') : undefined))
    const { refused } = await writeManyWays(among({ a: master, b: new FakeSession() }), 'a', ['b'])
    expect(refused).toMatchObject({ command: 'SELECT', outcome: { code: 'NOPERM' } })
    expect(master.asked).toEqual(['SELECT 9'])
  })

  test('stops at the first write that is refused', async () => {
    const master = new FakeSession((words) => (words.startsWith('SET') ? refusal('OOM no') : undefined))
    const { refused } = await writeManyWays(among({ a: master, b: new FakeSession() }), 'a', ['b'])
    expect(refused).toMatchObject({ command: 'SET', outcome: { code: 'OOM' } })
  })
})

describe('readElsewhere', () => {
  test('reads on every Pod what one has taken, and deletes it there', async () => {
    const [writer, other] = [new FakeSession(), new FakeSession()]
    const seen = await readElsewhere(among({ a: writer, b: other }), 'a', ['a', 'b'], { key: 'k', value: 'v' })
    expect(seen.reads.map((one) => one.pod)).toEqual(['a', 'b'])
    expect(writer.asked).toEqual(['SET k v', 'GET k', 'DEL k'])
    expect(other.asked).toEqual(['GET k'])
  })
})
