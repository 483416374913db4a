import { setImmediate as soon } from 'node:timers/promises'
import { describe, expect, test } from 'vitest'
import { Turns } from './turns.ts'

/** Has files take turns, and tells what happens; each ends where it is told to. */
class Files {
  readonly told: string[] = []
  readonly #turns: Turns
  readonly #ends = new Map<string, () => void>()

  constructor(order: readonly string[], atOnce: number) {
    this.#turns = new Turns(order, atOnce)
  }

  async begin(file: string): Promise<void> {
    const isRead = await this.#turns.read()
    this.told.push(`reads ${file}`)
    await new Promise<void>((resolve) => this.#ends.set(`reading ${file}`, resolve))
    isRead()
    const turn = await this.#turns.run(file)
    this.told.push(`runs ${file}`)
    this.#ends.set(`giving way in ${file}`, () => turn.giveWay())
    await new Promise<void>((resolve) => this.#ends.set(`running ${file}`, resolve))
    turn.end()
  }

  /** Ends what a file is at, and lets others go on. */
  async end(...what: readonly string[]): Promise<string[]> {
    this.told.length = 0
    for (const one of what) {
      await soon()
      this.#ends.get(one)?.()
    }
    await soon()
    return this.told
  }
}

describe('files that take turns', () => {
  test('are read one after another, and none runs before all are read', async () => {
    const files = new Files(['a', 'b'], 2)
    for (const one of ['a', 'b']) void files.begin(one)
    await soon()
    expect(files.told).toEqual(['reads a'])
    expect(await files.end('reading a')).toEqual(['reads b'])
    expect(await files.end('reading b')).toEqual(['runs a', 'runs b'])
  })

  test('run in their order, whoever is read first, and so many at a time', async () => {
    const files = new Files(['a', 'b', 'c', 'd'], 2)
    for (const one of ['d', 'c', 'b', 'a']) void files.begin(one)
    const all = await files.end('reading d', 'reading c', 'reading b', 'reading a')
    expect(all.filter((one) => one.startsWith('runs')).sort()).toEqual(['runs a', 'runs b'])
    expect(await files.end('running b')).toEqual(['runs c'])
    expect(await files.end('running a', 'running c')).toEqual(['runs d'])
    expect(await files.end('running d')).toEqual([])
  })

  test('give way once to another while they wait, and take their turn from nobody when they end', async () => {
    const all = ['a', 'b', 'c', 'd', 'e', 'f', 'g']
    const files = new Files(all, 2)
    for (const one of all) void files.begin(one)
    await files.end(...all.map((one) => `reading ${one}`))
    expect(await files.end('giving way in a')).toEqual(['runs c'])
    expect(await files.end('giving way in a')).toEqual([])
    expect(await files.end('giving way in b')).toEqual(['runs d'])
    // As many as there are turns have given way.
    expect(await files.end('giving way in c')).toEqual([])
    expect(await files.end('running a')).toEqual([])
    expect(await files.end('giving way in c')).toEqual(['runs e'])
    expect(await files.end('running d', 'running e')).toEqual(['runs f', 'runs g'])
  })

  test('run alone where one at a time is wanted', async () => {
    const files = new Files(['a', 'b'], 1)
    for (const one of ['a', 'b']) void files.begin(one)
    await files.end('reading a', 'reading b')
    expect(files.told).toContain('runs a')
    expect(files.told).not.toContain('runs b')
    expect(await files.end('giving way in a')).toEqual([])
    expect(await files.end('running a')).toEqual(['runs b'])
  })
})
