import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { between, journalOf, nodes, noon, saying, watchOf } from '../matchers/upgrade/journal-sample.ts'
import type { CanaryEntry, SampleEntry } from '../upgrade/journal.ts'
import type { RequirementRecord } from './record.ts'
import { sampleRecord } from './report-sample.ts'
import { type SoakedRun, type SoakOccasion, soakedWatchIn, soakJson, soakJsonSchema, soakReport } from './soak.ts'
import { soakText } from './soak-text.ts'
import { soakedWatch } from './soaked-watch.ts'

const occasion: SoakOccasion = {
  started: '2025-11-21T08:00:00.000Z',
  finished: '2025-11-21T08:01:00.000Z',
  asked: 2,
  interrupted: false,
  problems: [],
}

function run(whole: number, records: readonly RequirementRecord[], problems: readonly string[] = []): SoakedRun {
  return { seconds: { whole, staging: whole / 2, looking: whole / 4 }, problems, records }
}

const good = (id: string, seconds = 1) => sampleRecord({ id, seconds })
const bad = (id: string, reason: string) => sampleRecord({ id, verdict: 'non-conformant', reason })
const open = (id: string, reason: string) => sampleRecord({ id, verdict: 'inconclusive', reason })

describe('soakReport', () => {
  test('counts verdicts and spreads times per requirement, and tells the most frequent trouble first', () => {
    const report = soakReport({ ...occasion, asked: 3 }, [
      run(10, [good('a.a', 1), open('b.b', 'exec broke')]),
      run(12, [good('a.a', 3), bad('b.b', 'wrong')]),
      run(11, [good('a.a', 2), bad('b.b', 'wrong')], ['could not clean up']),
    ])
    expect(report.run).toMatchObject({ asked: 3, done: 3, exit: 1, problems: ['could not clean up'] })
    expect(report.seconds.whole).toEqual({ min: 10, median: 11, p99: 12, max: 12 })
    expect(report.verdicts).toEqual({ conformant: 3, 'non-conformant': 2, inconclusive: 1, 'not-applicable': 0 })
    expect(report.requirements).toMatchObject([
      { id: 'a.a', verdicts: { conformant: 3 }, seconds: { min: 1, median: 2, p99: 3, max: 3 } },
      { id: 'b.b', verdicts: { conformant: 0, 'non-conformant': 2, inconclusive: 1 } },
    ])
    expect(report.troubles).toEqual([
      { id: 'b.b', verdict: 'non-conformant', reason: 'wrong', count: 2 },
      { id: 'b.b', verdict: 'inconclusive', reason: 'exec broke', count: 1 },
    ])
  })

  test.for<[string, number, Partial<SoakOccasion>, SoakedRun[]]>([
    ['all good', 0, {}, [run(1, [good('a.a')]), run(1, [good('a.a')])]],
    ['a SHOULD blamed', 1, {}, [run(1, [{ ...bad('a.a', 'x'), level: 'SHOULD' }]), run(1, [good('a.a')])]],
    ['one inconclusive', 2, {}, [run(1, [open('a.a', 'x')]), run(1, [good('a.a')])]],
    ['a problem of one run', 2, {}, [run(1, [good('a.a')], ['x']), run(1, [good('a.a')])]],
    ['a problem outside', 2, { problems: ['x'] }, [run(1, [good('a.a')]), run(1, [good('a.a')])]],
    ['a run too few', 2, {}, [run(1, [good('a.a')])]],
    ['nothing judged', 2, {}, [run(1, []), run(1, [])]],
    ['interrupted', 130, { interrupted: true }, [run(1, [bad('a.a', 'x')])]],
  ])('%s: exit code %i', ([, exit, change, runs]) => {
    expect(soakReport({ ...occasion, ...change }, runs).run.exit).toBe(exit)
  })

  test('is written as its schema says, without secrets', async () => {
    const token = 'Bearer abcdefghijkl'
    const text = soakJson(soakReport(occasion, [run(1, [bad('a.a', token)])]))
    expect(text).not.toContain('abcdefghijkl')
    expect(text).toContain('rollcall.dev/soak/v1')
    const written = await readFile(join(import.meta.dirname, '../../reports/soak.schema.json'), 'utf8')
    expect(JSON.parse(written), 'reports/README.md tells how to write the schema file again').toEqual(soakJsonSchema())
  })
})

describe('a soak that was watched', () => {
  const canary: CanaryEntry = {
    ...{ kind: 'canary' as const, at: noon, name: 'up-canary-0', ready: 1200, sliced: 1300 },
    ...{ answered: { 'node-a coredns': 1500, 'node-b coredns': 1700 }, direct: {}, virtual: {} },
    gone: { 'node-a coredns': 2000 },
  }
  const broken = (sound: SampleEntry, second: number): SampleEntry =>
    sound.node === nodes[1] && between(second, 30, 64)
      ? saying(sound, 'dns coredns-a', 'up-kv', { rcode: 'NXDOMAIN' })
      : sound
  const { watched, looked } = watchOf(journalOf({ look: broken, besides: [canary] }))
  const seen = soakedWatch(watched, looked)

  test('spreads the lengths of windows, kind by kind, and the times of canaries', () => {
    const lasted = { min: 34, median: 34, p99: 34, max: 34 }
    expect(seen.windows.find((one) => one.kind === 'NXDOMAIN')).toEqual({
      ...{ kind: 'NXDOMAIN', count: 1, excused: 0, seconds: lasted },
    })
    expect(seen.windows.filter((one) => one.count > 0)).toHaveLength(1)
    expect(seen.canaries).toMatchObject({ count: 1, stuck: 0, steps: { ready: { p99: 1.2 }, answered: { max: 1.7 } } })
    expect(seen.looks).toBeGreaterThan(1000)
    expect(seen.missed).toBe(0)
  })

  test('is told in its report and text, and found again in the report', () => {
    const report = soakReport({ ...occasion, watched: seen }, [run(10, [good('a.a')])])
    expect(soakText(report)).toMatch(/NXDOMAIN +1 +0 +34\.000/)
    expect(soakText(report)).toMatch(/canary ready +1 +1\.200/)
    expect(soakedWatchIn(soakJson(report))).toEqual(seen)
    expect([soakedWatchIn('nonsense'), soakedWatchIn('{}')]).toEqual([undefined, undefined])
    expect(soakedWatchIn(soakJson(soakReport(occasion, [])))).toBeUndefined()
  })
})

test('people read times, counts and troubles', () => {
  const runs = [run(10, [good('a.a', 1), bad('b.b', 'wrong')]), run(12, [good('a.a', 3), good('b.b')])]
  expect(soakText(soakReport(occasion, runs))).toBe(
    [
      '                                          min s median s    P99 s    max s',
      'whole run                                  10.0     11.0     12.0     12.0',
      'staging                                     5.0      5.5      6.0      6.0',
      'looking                                     2.5      2.8      3.0      3.0',
      '',
      'requirement   good   bad  open   n/a',
      'a.a              2     0     0     0      1.000    2.000    3.000    3.000',
      'b.b              1     1     0     0      0.500    0.750    1.000    1.000',
      '',
      '1 times  b.b  non-conformant  wrong',
      '',
      '2 of 2 runs',
      '3 passed, 1 failed',
      '',
    ].join('\n'),
  )
})
