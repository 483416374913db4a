import { expect, test } from 'vitest'
import type { RequirementRecord, Verdict } from '../helpers/report/record.ts'
import { brokenTimes, type TimedRun } from './broken-times.ts'

const run = (of: string, whole: number, ...verdicts: readonly Verdict[]): TimedRun => {
  const seconds = { staging: 10, looking: whole - 15, cleaning: 5, whole }
  const records = verdicts.map((verdict) => ({ verdict }) as RequirementRecord)
  return { of, end: { seconds, collector: { records: () => records } as unknown as TimedRun['end']['collector'] } }
}

test('a broken cluster is measured by the sound runs beside it, as many as there are', () => {
  const runs = [
    run('sound', 60, 'conformant'),
    run('M-D26', 105, 'non-conformant', 'inconclusive', 'non-conformant'),
    run('sound', 80, 'conformant'),
    run('M-P01', 40, 'non-conformant'),
  ]
  expect(brokenTimes(runs).replaceAll(/ +/g, ' ')).toBe(`\
run staging looking cleaning whole times sound non-conformant inconclusive
sound 10.0 45.0 5.0 60.0 0 0
M-D26 10.0 90.0 5.0 105.0 1.50 2 1
sound 10.0 65.0 5.0 80.0 0 0
M-P01 10.0 25.0 5.0 40.0 0.50 1 0
`)
})

test('no run is told as such where none came to its end', () => {
  expect(brokenTimes([])).toMatch(/^run .*inconclusive\n$/)
})
