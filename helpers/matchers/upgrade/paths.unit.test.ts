import { describe, expect, test } from 'vitest'
import { judge } from '../../report/verdict.ts'
import { budgets } from '../../upgrade/budgets.ts'
import type { DnsSample, JournalEntry, PathSample, SampleEntry, Target, WriteSample } from '../../upgrade/journal.ts'
import {
  between,
  journalOf,
  named,
  nodes,
  noon,
  type Story,
  showing,
  targets,
  truth,
  watchOf,
} from './journal-sample.ts'
import { directWorks, keptStays, masterWritable, virtualWorks } from './paths.ts'

const [control, worker] = nodes
const budget = budgets['in-place']

function fails(id: string, from: number, to: number, told: PathSample | WriteSample = { outcome: 'silent' }) {
  return (sound: SampleEntry, second: number): SampleEntry =>
    sound.node === control && between(second, from, to) ? showing(sound, id, told) : sound
}

const lostAtRedis: WriteSample = { outcome: 'lost', detail: 'closed', sequence: 1 }

const judged = (by: typeof directWorks, story: Story) => judge(by(watchOf(journalOf(story)), budget))

test.each([directWorks, virtualWorks, keptStays, masterWritable])('%o is conformant on a sound cluster', (by) => {
  expect(judged(by, {})).toEqual({ verdict: 'conformant', reason: '' })
})

describe('up.path.direct', () => {
  test('convicts a node from which a ready Pod cannot be reached', () => {
    const { verdict, hop, reason } = judged(directWorks, { look: fails('http up-web-b', 30, 60) })
    expect([verdict, hop]).toEqual(['non-conformant', 'data path'])
    expect(reason).toContain('time-out for 30 s from 2026-11-22 12:00:30 UTC')
    expect(reason).toContain(`only backend http up-web-b disagrees, at 1 of 3 vantages (${control})`)
  })

  test('forgives a hiccup, and whatever befalls a Pod that is not ready', () => {
    expect(judged(directWorks, { look: fails('http up-web-b', 30, 34) }).verdict).toBe('conformant')
    const pods = truth.pods.map((pod) => (pod.name === 'up-web-b' ? { ...pod, ready: false } : pod))
    const back: JournalEntry = { ...truth, at: noon + 70_000 }
    const unready: JournalEntry = { ...truth, at: noon + 30_000, pods }
    expect(judged(directWorks, { look: fails('http up-web-b', 28, 72), besides: [unready, back] }).verdict).toBe(
      'conformant',
    )
  })

  test('gives a node that joins late the time to settle, and takes it for seen from then on', () => {
    const [, , late] = nodes
    const joins = (from: number, to: number) => (sound: SampleEntry, second: number) => {
      if (sound.node !== late) return sound
      return second < 70 ? undefined : between(second, from, to) ? showing(sound, 'http up-web-a', deaf) : sound
    }
    const deaf: PathSample = { outcome: 'silent' }
    const pods = truth.pods.filter((pod) => pod.node !== late)
    const told = (entries: JournalEntry[]): JournalEntry[] =>
      entries.map((one) => (one.kind === 'truth' && one.at === noon ? { ...one, pods } : one))
    const besides: JournalEntry[] = [{ ...truth, at: noon + 69_000 }]
    const judgedLate = (from: number, to: number) =>
      judge(directWorks(watchOf(told(journalOf({ besides, look: joins(from, to), seconds: 160 }))), budget))
    expect(judgedLate(70, 85)).toEqual({ verdict: 'conformant', reason: '' })
    expect(judgedLate(120, 135)).toMatchObject({ verdict: 'non-conformant', hop: 'data path' })
  })

  test('counts the seconds in which connections fail, and not those between them, and none twice', () => {
    const look = (sound: SampleEntry, second: number): SampleEntry =>
      second === 30 || second === 35 ? fails('http up-web-b', 0, 120)(sound, second) : sound
    expect(judged(directWorks, { look }).verdict).toBe('conformant')
    const often = (sound: SampleEntry, second: number): SampleEntry =>
      second >= 30 && second < 60 && second % 3 === 0 ? fails('http up-web-b', 0, 120)(sound, second) : sound
    const { verdict, reason } = judged(directWorks, { look: often })
    expect(verdict).toBe('non-conformant')
    expect(reason).toContain('time-out for 10 s within 28 s from 2026-11-22 12:00:30 UTC in 10 looks')
  })

  test('convicts a way that fails one flow here and one there, and not one that fails now and then', () => {
    const every = (step: number) => (sound: SampleEntry, second: number) =>
      second % step === 7 ? fails('http up-web-b', 0, 1200)(sound, second) : sound
    const { verdict, reason } = judged(directWorks, { look: every(20), seconds: 220 })
    expect(verdict).toBe('non-conformant')
    expect(reason).toContain('in at most 2 % of looks where that is at 10 times or more')
    expect(reason).toContain('11 of 220 looks otherwise at 11 times; time-out for 1.0 s')
    expect(judged(directWorks, { look: every(20), seconds: 180 }).verdict).toBe('conformant')
    expect(judged(directWorks, { look: every(60), seconds: 1200 }).verdict).toBe('conformant')
  })

  test('convicts a way to a Pod at whose end another one answers, and nobody for an address that no Pod has', () => {
    const answeredBy = (detail: string): Story => ({
      look: fails('http up-web-b', 30, 60, { outcome: 'answered', detail }),
    })
    const { verdict, hop, reason } = judged(directWorks, answeredBy('10.244.1.9'))
    expect([verdict, hop]).toEqual(['non-conformant', 'data path'])
    expect(reason).toContain('wrong answer for 30 s from 2026-11-22 12:00:30 UTC')
    expect(reason).toContain('an answer of up-kv-0 at 10.244.1.9')
    expect(judged(directWorks, answeredBy('10.244.2.7')).verdict).toBe('conformant')
    expect(judged(directWorks, answeredBy('127.0.0.6')).verdict).toBe('conformant')
  })

  test('does not let a verdict hang on milliseconds', () => {
    const late = (sound: SampleEntry, second: number): SampleEntry =>
      second === 40 ? { ...sound, at: sound.at + 7 } : fails('write up-kv-0', 30, 40, lostAtRedis)(sound, second)
    expect(judged(masterWritable, { look: late }).verdict).toBe('conformant')
    expect(judged(masterWritable, { look: fails('write up-kv-0', 30, 42, lostAtRedis) }).verdict).toBe('non-conformant')
  })

  test('acquits a cluster whose API is away while its Pods go on', () => {
    const away: JournalEntry = { kind: 'gap', at: noon + 100_000, since: noon + 20_000, of: 'API', reason: 'refused' }
    expect(judged(directWorks, { besides: [away] }).verdict).toBe('conformant')
  })

  test('is inconclusive where the Pods were never there to be reached', () => {
    const pods = truth.pods.map((pod) => ({ ...pod, ready: false }))
    const entries = journalOf({ look: fails('http up-web-b', 0, 120) }).map((one) =>
      one.kind === 'truth' ? { ...one, pods } : one,
    )
    const silent = entries.map((one) =>
      one.kind === 'sample' ? { ...one, results: { 'http up-web-b': { outcome: 'silent' as const } } } : one,
    )
    expect(judge(directWorks(watchOf(silent), budget))).toMatchObject({ verdict: 'inconclusive' })
  })
})

describe('up.path.virtual', () => {
  test('convicts the rules of a node where the Pods themselves are reached, and the way where they are not', () => {
    expect(judged(virtualWorks, { look: fails('http up-web', 30, 60, { outcome: 'refused' }) })).toMatchObject({
      verdict: 'non-conformant',
      hop: 'node rules',
    })
    const both = (sound: SampleEntry, second: number): SampleEntry =>
      fails('http up-web-a', 30, 60)(fails('http up-web', 30, 60)(sound, second), second)
    expect(judged(virtualWorks, { look: both })).toMatchObject({ verdict: 'non-conformant', hop: 'data path' })
    const scattered = (sound: SampleEntry, second: number): SampleEntry => {
      const through = second % 20 === 7 ? fails('http up-web', 0, 220)(sound, second) : sound
      return second % 20 === 15 ? fails('http up-web-a', 0, 220)(through, second) : through
    }
    expect(judged(virtualWorks, { look: scattered, seconds: 220 })).toMatchObject({
      verdict: 'non-conformant',
      hop: 'data path',
    })
  })

  test('convicts rules that lead to a Pod which is none of the endpoints, unless it has been one until now', () => {
    const look = fails('http up-web', 30, 60, { outcome: 'answered', detail: '10.244.1.9' })
    expect(judged(virtualWorks, { look })).toMatchObject({
      verdict: 'non-conformant',
      hop: 'node rules',
      reason: expect.stringContaining('an answer of up-kv-0 at 10.244.1.9'),
    })
    const own = fails('http up-web', 30, 60, { outcome: 'answered', detail: '10.244.2.7' })
    expect(judged(virtualWorks, { look: own }).verdict).toBe('conformant')
    const twin = named('up-web-headless')
    const addresses = { ...truth.addresses, [twin]: ['10.244.1.5'] }
    const left: JournalEntry = { ...truth, at: noon + 29_000, addresses }
    const late = (to: number) => ({
      look: fails('http up-web', 30, to, { outcome: 'answered', detail: '10.244.2.7' }),
      besides: [left],
    })
    expect(judged(virtualWorks, late(34)).verdict).toBe('conformant')
    expect(judged(virtualWorks, late(100)).verdict).toBe('non-conformant')
  })

  test('convicts a Service of which one connection in two fails', () => {
    const look = (sound: SampleEntry, second: number): SampleEntry =>
      second % 2 === 0 ? fails('http up-web', 30, 60)(sound, second) : sound
    expect(judged(virtualWorks, { look }).verdict).toBe('non-conformant')
  })
})

describe('up.path.kept', () => {
  test('convicts one break, as its Pod was there', () => {
    expect(judged(keptStays, { look: fails('kept up-kv-0', 30, 31, { outcome: 'broken' }) })).toMatchObject({
      verdict: 'non-conformant',
      hop: 'data path',
      reason: expect.stringContaining('broken connection'),
    })
  })

  test('forgives it with a Pod that was replaced', () => {
    const pods = truth.pods.map((pod) => (pod.name === 'up-kv-0' ? { ...pod, uid: 'another' } : pod))
    const besides: JournalEntry[] = [{ ...truth, at: noon + 32_000, pods }]
    expect(judged(keptStays, { look: fails('kept up-kv-0', 30, 31, { outcome: 'broken' }), besides }).verdict).toBe(
      'conformant',
    )
  })
})

describe('up.redis.master', () => {
  const refused: WriteSample = { outcome: 'refused', detail: 'READONLY', sequence: 1 }
  const unnamed: WriteSample = { outcome: 'lost', detail: 'name', sequence: 1 }
  const resolver = 'dns resolver 10.96.0.10'

  test('convicts a master that takes no writes while it is ready, and says what it said', () => {
    expect(judged(masterWritable, { look: fails('write up-kv-0', 30, 50, refused) })).toMatchObject({
      verdict: 'non-conformant',
      hop: 'Redis',
      reason: expect.stringContaining('READONLY at the master for 20 s from 2026-11-22 12:00:30 UTC'),
    })
  })

  test.each([
    ['name', 'node resolver'],
    ['connect', 'data path'],
    ['closed', 'Redis'],
  ])('looks for a write that was lost with %s at the %s', (detail, hop) => {
    const lost: WriteSample = { outcome: 'lost', detail, sequence: 1 }
    expect(judged(masterWritable, { look: fails('write up-kv-0', 30, 50, lost) })).toMatchObject({ hop })
  })

  test.each([
    ['is silent', (all: readonly DnsSample[]) => all.map((one) => ({ ...one, rcode: 'timeout', records: [] }))],
    ['refuses', (all: readonly DnsSample[]) => all.map((one) => ({ ...one, rcode: 'REFUSED', records: [] }))],
    [
      'is silent of one name',
      (all: readonly DnsSample[]) => all.with(1, { ...(all[1] as DnsSample), rcode: 'timeout' }),
    ],
    ['has no time for all questions', (all: readonly DnsSample[]) => all.slice(0, 2)],
    ['is not asked', () => undefined],
  ])('leaves a name that is not found to up.dns-continuity while the resolver %s', (_, spoil) => {
    const look = (sound: SampleEntry, second: number): SampleEntry => {
      if (sound.node !== control || !between(second, 30, 50)) return sound
      const { [resolver]: told, ...rest } = sound.results
      const spoilt = spoil(told as readonly DnsSample[])
      return { ...sound, results: { ...rest, 'write up-kv-0': unnamed, ...(spoilt && { [resolver]: spoilt }) } }
    }
    expect(judged(masterWritable, { look })).toMatchObject({ verdict: 'conformant' })
    const [excused] = watchOf(journalOf({ look })).looked.windows.filter((one) => one.role === 'write')
    expect(excused?.excuse).toBe(`node ${control} had not all its answers from ${resolver} either`)
  })

  test('holds a name that is not found against the node whose resolver answers, whoever else is silent', () => {
    const silent = (one: DnsSample): DnsSample => ({ ...one, rcode: 'timeout', records: [] })
    const look = (sound: SampleEntry, second: number): SampleEntry => {
      const lost = fails('write up-kv-0', 30, 50, unnamed)(sound, second)
      const told = sound.results['dns coredns-a'] as readonly DnsSample[]
      return showing(lost, 'dns coredns-a', told.map(silent))
    }
    expect(judged(masterWritable, { look })).toMatchObject({ verdict: 'non-conformant', hop: 'node resolver' })
  })

  test('does not take a resolver for the own one that only Pods of other nodes are given', () => {
    const others: Target = { ...(targets[0] as Target & { kind: 'dns' }), id: 'dns others', address: '169.254.20.10' }
    const told: JournalEntry = { kind: 'targets', at: noon - 1, targets: [...targets, others] }
    const deaf: DnsSample[] = [{ name: named('up-kv'), type: 'A', rcode: 'timeout', records: [] }]
    const look = (sound: SampleEntry, second: number): SampleEntry =>
      showing(fails('write up-kv-0', 30, 50, unnamed)(sound, second), 'dns others', deaf)
    const entries = journalOf({ look }).map((one) => (one.kind === 'targets' ? told : one))
    const given = { [control]: ['10.96.0.10'] }
    expect(judge(masterWritable(watchOf(entries, given), budget)).hop).toBe('node resolver')
    expect(judge(masterWritable(watchOf(entries), budget)).verdict).toBe('conformant')
  })

  test('asks no more of a resolver than a sampler was told to ask', () => {
    const more = targets.map((one) =>
      one.kind === 'dns'
        ? { ...one, questions: [...one.questions, { name: named('up-new'), type: 'A' as const }] }
        : one,
    )
    const besides: JournalEntry[] = [{ kind: 'targets', at: noon + 29_000, targets: more }]
    expect(judged(masterWritable, { look: fails('write up-kv-0', 26, 38, unnamed), besides }).verdict).toBe(
      'non-conformant',
    )
  })

  test('forgives it as long as the master is not ready, and as its old address may be known', () => {
    const pods = truth.pods.map((pod) => (pod.name === 'up-kv-0' ? { ...pod, node: worker, ready: false } : pod))
    const besides: JournalEntry[] = [
      { ...truth, at: noon + 30_000, pods },
      { ...truth, at: noon + 50_000 },
    ]
    const lost: WriteSample = { outcome: 'lost', detail: 'connect', sequence: 1 }
    expect(judged(masterWritable, { look: fails('write up-kv-0', 28, 85, lost), besides }).verdict).toBe('conformant')
    expect(judged(masterWritable, { look: fails('write up-kv-0', 28, 85, refused), besides }).verdict).toBe(
      'non-conformant',
    )
  })
})
