import { setTimeout as delay } from 'node:timers/promises'
import { describe, expect, test } from 'vitest'
import { type RedisOutcome, refusal } from './probes/redis-outcome.ts'
import type { RedisSession } from './probes/redis-session.ts'
import { missingOn } from './redis-missing.ts'
import { Writer } from './redis-writer.ts'

const lost: RedisOutcome<never> = { kind: 'lost', text: 'the connection is closed' }

/** A server that holds what it is given, until it ends. */
class Server {
  readonly held = new Map<string, string>()
  readonly runId: string
  isGone = false
  replicas = 1
  refuses = false

  constructor(runId: string) {
    this.runId = runId
  }

  session(): RedisSession {
    const here = <T>(value: T): RedisOutcome<T> => (this.isGone ? lost : { kind: 'reply', value })
    return {
      set: async (key: string, value: string) => {
        if (this.refuses) return refusal('READONLY no')
        if (!this.isGone) this.held.set(key, value)
        return here('OK')
      },
      wait: async () => here(this.replicas),
      call: async (command: string, ...keys: readonly string[]) =>
        here(command === 'INFO' ? `run_id:${this.runId}\r\n` : keys.map((key) => this.held.get(key) ?? null)),
      close: () => {},
    } as unknown as RedisSession
  }
}

describe('a writer', () => {
  test('writes on with whoever is there, and knows who took what', async () => {
    let server = new Server('run-1')
    const first = server
    const writer = new Writer(async () => server.session())
    await delay(150)
    first.isGone = true
    await delay(150)
    server = new Server('run-2')
    await delay(150)
    const { eras, unknown, longestGap, milliseconds } = await writer.stop()
    expect(eras.map(({ runId }) => runId)).toEqual(['run-1', 'run-2'])
    expect(eras.map(({ taken }) => taken)).toEqual([first.held.size, server.held.size])
    expect(writer.acknowledged).toHaveLength(first.held.size + server.held.size)
    expect(unknown).toBe(1)
    expect(longestGap).toBeGreaterThan(100)
    expect(milliseconds).toBeGreaterThan(longestGap)
  })

  test('counts a write as acknowledged only if a replica has it, and none that is refused', async () => {
    const server = new Server('run-1')
    server.replicas = 0
    const writer = new Writer(async () => server.session())
    await delay(100)
    server.refuses = true
    await delay(100)
    const { eras, refused } = await writer.stop()
    expect(eras).toEqual([{ runId: 'run-1', taken: server.held.size, acknowledged: 0 }])
    expect(writer.acknowledged).toEqual([])
    expect(refused).toBeGreaterThan(0)
  })
})

describe('missingOn', () => {
  test('tells the keys that are not there, or have another value, in any number', async () => {
    const server = new Server('run-1')
    const keys = Array.from({ length: 450 }, (_, index) => `k${index}`)
    for (const key of keys) server.held.set(key, key)
    server.held.delete('k3')
    server.held.set('k399', 'another')
    expect(await missingOn(server.session(), keys)).toEqual({ kind: 'reply', value: ['k3', 'k399'] })
  })

  test('tells nothing of a server that does not answer', async () => {
    const server = new Server('run-1')
    server.isGone = true
    expect(await missingOn(server.session(), ['k'])).toEqual(lost)
  })
})
