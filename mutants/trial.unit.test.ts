import { describe, expect, test } from 'vitest'
import type { RequirementRecord, Verdict } from '../helpers/report/record.ts'
import type { Bench } from './bench.ts'
import { together } from './mechanism.ts'
import type { Mechanism, Mutant, Witness } from './mutant.ts'
import { type Case, NotRestored, runCase } from './trial.ts'

/** A cluster with one thing that can be broken, and a log of what was done to it. */
class Toy {
  broken = false
  readonly log: string[] = []
  readonly controller = new AbortController()

  bench(): Bench {
    const bench = {
      signal: this.controller.signal,
      uninterrupted: () => ({ ...bench, signal: new AbortController().signal }),
    }
    return bench as unknown as Bench
  }

  mechanism(name = 'switch'): Mechanism {
    return {
      does: name,
      read: async () => ({ before: this.broken }),
      apply: async () => {
        this.log.push(`apply ${name}`)
        this.broken = true
      },
      undo: async (_, state) => {
        this.log.push(`undo ${name}`)
        this.broken = (state as { before: boolean }).before
      },
      remains: async () => (this.broken ? 'broken' : undefined),
    }
  }

  readonly witness: Witness = {
    looksAt: 'the toy',
    see: async () => ({ shows: this.broken, saw: this.broken ? 'broken' : 'whole' }),
  }

  look = async (): Promise<RequirementRecord[]> => {
    this.log.push(`look ${this.broken ? 'broken' : 'whole'}`)
    const verdict: Verdict = this.broken ? 'non-conformant' : 'conformant'
    const rest = { level: 'MUST', spec: '', title: '', area: '', seconds: 0, evidence: [], observations: [] } as const
    return [{ id: 'a.b', verdict, reason: '', ...(this.broken ? { hop: 'pod' as const } : {}), ...rest }]
  }

  case(more: Partial<Mutant> = {}): Case {
    const change: Mutant = {
      id: 'M-1',
      breaks: 'the toy',
      mechanism: this.mechanism(),
      witness: this.witness,
      kills: { 'a.b': 'pod' },
      ...more,
    }
    return { kind: 'mutant', change }
  }
}

describe('runCase', () => {
  test('breaks, looks, mends and looks again', async () => {
    const toy = new Toy()
    const result = await runCase(toy.case(), { bench: toy.bench(), look: toy.look, lookAgain: toy.look })
    expect(result).toMatchObject({ id: 'M-1', kind: 'mutant', outcome: 'killed', hop: 'pod', note: '' })
    expect(toy.log).toEqual(['apply switch', 'look broken', 'undo switch', 'look whole'])
  })

  test('calls it an error, not a survivor, where applying fails, and mends what was half done', async () => {
    const toy = new Toy()
    const mechanism = { ...toy.mechanism(), apply: async () => Promise.reject(new Error('no such node')) }
    const result = await runCase(toy.case({ mechanism }), { bench: toy.bench(), look: toy.look, lookAgain: toy.look })
    expect(result).toMatchObject({ outcome: 'error', note: 'no such node' })
    expect(toy.log).toEqual(['undo switch', 'look whole'])
  })

  test('says so where the cluster cannot be mended', async () => {
    const toy = new Toy()
    const mechanism = { ...toy.mechanism(), undo: async () => Promise.reject(new Error('the node is gone')) }
    const done = runCase(toy.case({ mechanism }), { bench: toy.bench(), look: toy.look, lookAgain: toy.look })
    await expect(done).rejects.toThrow(NotRestored)
    await expect(done).rejects.toMatchObject({ result: { outcome: 'error', note: 'not restored: the node is gone' } })
  })

  test('mends before it obeys an interrupt', async () => {
    const toy = new Toy()
    const look = async (): Promise<RequirementRecord[]> => {
      toy.controller.abort(new Error('interrupted by SIGINT'))
      return toy.look()
    }
    await expect(runCase(toy.case(), { bench: toy.bench(), look, lookAgain: toy.look })).rejects.toThrow(
      'interrupted by SIGINT',
    )
    expect(toy.broken).toBe(false)
    expect(toy.log).toEqual(['apply switch', 'look broken', 'undo switch'])
  })
})

describe('the look once all is undone', () => {
  test('is at what was convicted or could not be seen, and at everything where nothing was looked at', async () => {
    const toy = new Toy()
    const asked: (readonly string[])[] = []
    const lookAgain = async (ids: readonly string[]): Promise<RequirementRecord[]> => {
      asked.push(ids)
      return toy.look()
    }
    const look = async (): Promise<RequirementRecord[]> =>
      (await toy.look()).flatMap((one) => [one, { ...one, id: 'c.d', verdict: 'conformant' }])
    await runCase(toy.case(), { bench: toy.bench(), look, lookAgain })
    const failing = { ...toy.mechanism(), apply: async () => Promise.reject(new Error('no such node')) }
    await runCase(toy.case({ mechanism: failing }), { bench: toy.bench(), look, lookAgain })
    expect(asked).toEqual([['a.b'], []])
  })
})

describe('together', () => {
  test('undoes in the opposite order, to the end, and tells the first failure', async () => {
    const toy = new Toy()
    const failing: Mechanism = { ...toy.mechanism('b'), undo: async () => Promise.reject(new Error('b is stuck')) }
    const both = together(toy.mechanism('a'), failing, toy.mechanism('c'))
    const state = await both.read(toy.bench())
    await both.apply(toy.bench(), state)
    await expect(both.undo(toy.bench(), state)).rejects.toThrow('b is stuck')
    expect(toy.log).toEqual(['apply a', 'apply b', 'apply c', 'undo c', 'undo a'])
  })
})
