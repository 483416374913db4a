import { setTimeout as delay } from 'node:timers/promises'
import { parseStanding } from './probes/redis-server-info.ts'
import type { RedisSession } from './probes/redis-session.ts'

/** Milliseconds between two writes, and for which a write waits until one replica has it. */
const beat = 25
const acknowledge = 500

/** What was written to one master between its start and its end. */
export interface Era {
  readonly runId: string
  /** Writes that it took, and those of them that at least one replica had before the next. */
  readonly taken: number
  readonly acknowledged: number
}

/** All that a writer has done. */
export interface Written {
  readonly eras: readonly Era[]
  /** Writes that a server refused, and those whose fate is unknown. */
  readonly refused: number
  readonly unknown: number
  readonly milliseconds: number
  /** The longest time in which no write was taken, in ms. */
  readonly longestGap: number
}

interface Line {
  readonly key: string
  readonly runId: string
  readonly acknowledged: boolean
}

/**
 * Writes one key after the other to whoever has the name of the master, each on the connection on which it waits until a
 * replica has it (WAIT counts the writes of its own connection). Dials again when the connection is lost.
 */
export class Writer {
  readonly #open: () => Promise<RedisSession>
  readonly #prefix = `rollcall:ledger:${Math.random().toString(36).slice(2)}`
  readonly #lines: Line[] = []
  readonly #began = Date.now()
  readonly #writing: Promise<void>
  #isOver = false
  #refused = 0
  #unknown = 0
  #last = Date.now()
  #longestGap = 0
  #tried = 0

  constructor(open: () => Promise<RedisSession>) {
    this.#open = open
    this.#writing = this.#write()
  }

  /** Keys of the acknowledged writes so far, with the server that took them. */
  get acknowledged(): readonly Line[] {
    return this.#lines.filter((one) => one.acknowledged)
  }

  async stop(): Promise<Written> {
    this.#isOver = true
    await this.#writing
    this.#taken()
    const runIds = [...new Set(this.#lines.map((one) => one.runId))]
    const eras = runIds.map((runId) => {
      const own = this.#lines.filter((one) => one.runId === runId)
      return { runId, taken: own.length, acknowledged: own.filter((one) => one.acknowledged).length }
    })
    const milliseconds = Date.now() - this.#began
    return { eras, refused: this.#refused, unknown: this.#unknown, milliseconds, longestGap: this.#longestGap }
  }

  async #write(): Promise<void> {
    while (!this.#isOver) {
      const session = await this.#open()
      try {
        await this.#writeOn(session)
      } finally {
        session.close()
      }
      await delay(beat)
    }
  }

  async #writeOn(session: RedisSession): Promise<void> {
    const told = await session.call('INFO', 'server')
    const { runId } = told.kind === 'reply' ? parseStanding(String(told.value)) : {}
    if (runId === undefined) return
    while (!this.#isOver) {
      const key = `${this.#prefix}:${this.#tried++}`
      const write = await session.set(key, key)
      if (write.kind === 'refused') this.#refused++
      else if (write.kind === 'reply') {
        this.#taken()
        const counted = await session.wait(1, acknowledge)
        this.#lines.push({ key, runId, acknowledged: counted.kind === 'reply' && counted.value > 0 })
        if (counted.kind === 'lost') return
      } else {
        this.#unknown++
        return
      }
      await delay(beat)
    }
  }

  #taken(): void {
    this.#longestGap = Math.max(this.#longestGap, Date.now() - this.#last)
    this.#last = Date.now()
  }
}
