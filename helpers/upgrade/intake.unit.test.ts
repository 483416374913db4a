import { describe, expect, test } from 'vitest'
import { Intake } from './intake.ts'
import type { SampleEntry, Target } from './journal.ts'

const targets: readonly Target[] = [
  { kind: 'kept', id: 'kept', way: 'direct', address: '10.0.0.1', port: 1, of: 'kv-0' },
]
const intakeOf = (): Intake => new Intake('node-a', (version) => (version === 7 ? targets : undefined))
const line = (sequence: number, sampler = 50): string =>
  `S ${1000 + sequence * 1000} ${sampler} ${sequence} 12 7 0=answered`

describe('the lines of a node', () => {
  test('are each taken once, in whatever order they come, and again from another start', () => {
    const intake = intakeOf()
    const taken = [line(1), line(3), line(2), line(3), line(1), line(1, 60)].map((one) => intake.read(one)?.sequence)
    expect(taken).toEqual([1, 3, 2, undefined, undefined, 1])
    expect(intake.last).toBe(4000)
    expect(intake.read(line(4))).toEqual({
      ...{ kind: 'sample', at: 5000, node: 'node-a', sequence: 4, sampler: '50', took: 12 },
      results: { kept: { outcome: 'answered' } },
    })
  })

  test('are put right where the clock of the node is wrong, and not for the noise of looking at it', () => {
    const intake = intakeOf()
    intake.setClock(400, 0)
    expect(intake.read(line(1))?.at).toBe(2000)
    intake.setClock(-3_600_000, 3000)
    expect(intake.read(line(2))?.at).toBe(3000 - 3_600_000)
    expect(intake.last).toBe(3000)
  })

  test('do not leap with the time that a busy node takes to tell its clock', () => {
    const intake = intakeOf()
    intake.setClock(-3000, 3000)
    expect(intake.read(line(1))?.at).toBe(2000)
    intake.setClock(60_000, 20)
    intake.setClock(61_900, 1900)
    expect(intake.read(line(2))?.at).toBe(63_000)
    intake.setClock(0, 20)
    expect(intake.read(line(3))?.at).toBe(4000)
  })

  test('go on from where an earlier watch has ended', () => {
    const intake = intakeOf()
    const entry: SampleEntry = {
      kind: 'sample',
      at: 500_000,
      node: 'node-a',
      sequence: 2,
      sampler: '50',
      took: 1,
      results: {},
    }
    intake.resume(entry)
    expect(intake.last).toBe(440_000)
    expect([intake.read(line(2)), intake.read(line(3))?.sequence]).toEqual([undefined, 3])
  })

  test('that cannot be read are counted, and the last is told', () => {
    const intake = intakeOf()
    expect([intake.read('bash: fork'), intake.read('S 1 2 3 4 7 9=x 0=silent')?.results]).toEqual([
      undefined,
      { kept: { outcome: 'silent' } },
    ])
    expect(intake.strange).toEqual({ text: '9=x', count: 2 })
  })

  test('are forgotten in the end, the oldest first', () => {
    const intake = intakeOf()
    for (let sequence = 1; sequence <= 4002; sequence++) intake.read(line(sequence))
    expect([intake.read(line(1))?.sequence, intake.read(line(4002))]).toEqual([1, undefined])
  })
})
