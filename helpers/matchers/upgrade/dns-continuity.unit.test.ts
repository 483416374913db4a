import { describe, expect, test } from 'vitest'
import { judge } from '../../report/verdict.ts'
import { budgets } from '../../upgrade/budgets.ts'
import type { JournalEntry, SampleEntry } from '../../upgrade/journal.ts'
import { answersTrue, dnsContinues } from './dns-continuity.ts'
import {
  between,
  journalOf,
  named,
  nodes,
  noon,
  type Story,
  saying,
  showing,
  targets,
  truth,
  watchOf,
} from './journal-sample.ts'

const [, worker] = nodes
const resolver = 'dns resolver 10.96.0.10'
const [a, b] = ['dns coredns-a', 'dns coredns-b']
const budget = budgets['in-place']

const values = (story: Story) => answersTrue(watchOf(journalOf(story)), budget)
const continuity = (story: Story, profile: keyof typeof budgets = 'in-place') =>
  dnsContinues(watchOf(journalOf(story)), budgets[profile])

/** One name is denied by these servers for some seconds, at all nodes. */
function denied(servers: readonly string[], from: number, to: number) {
  return (sound: SampleEntry, second: number): SampleEntry =>
    between(second, from, to)
      ? servers.reduce((one, server) => saying(one, server, 'up-kv', { rcode: 'NXDOMAIN' }), sound)
      : sound
}

function silentAt(from: number, to: number) {
  return (sound: SampleEntry, second: number): SampleEntry =>
    between(second, from, to) ? saying(sound, resolver, 'up-kv', { rcode: 'timeout' }) : sound
}

describe('up.dns.values', () => {
  test('is conformant on a sound cluster, with one observation of each server at each node', () => {
    const observations = values({})
    expect(observations).toHaveLength(9)
    expect(judge(observations)).toEqual({ verdict: 'conformant', reason: '' })
    expect(observations[0]?.observed).toBe('that, in 120 looks')
    expect(new Set(observations.map((one) => one.expected)).size).toBe(1)
  })

  test('convicts the server that denies a name for longer than its propagation, and says when and what', () => {
    const look = denied([a, resolver], 30, 50)
    const event: JournalEntry = { kind: 'event', at: noon + 28_000, of: 'DNS', subject: 'coredns-a', text: 'replaced' }
    const { verdict, hop, reason } = judge(values({ look, besides: [event] }))
    expect([verdict, hop]).toEqual(['non-conformant', 'DNS backend'])
    expect(reason).toContain(
      `NXDOMAIN for 20 s from 2026-11-22 12:00:30 UTC in 20 looks; ${named('up-kv')} A: NXDOMAIN {} where ${named('up-kv')} A: NOERROR {10.244.1.9}; meanwhile DNS coredns-a: replaced`,
    )
    expect(reason).toContain('only backend dns coredns-a disagrees, at 3 of 3 vantages')
  })

  test('convicts a resolver behind which one of two servers lies, where these are not in sight', () => {
    const two = targets.filter((one) => one.kind !== 'dns' || one.role === 'resolver')
    const look = (sound: SampleEntry, second: number): SampleEntry => {
      const shown = Object.fromEntries(Object.entries(sound.results).filter(([id]) => id !== a && id !== b))
      return second % 2 === 0
        ? denied([resolver], 30, 60)({ ...sound, results: shown }, second)
        : { ...sound, results: shown }
    }
    const entries = journalOf({ look }).map((one) => (one.kind === 'targets' ? { ...one, targets: two } : one))
    expect(judge(answersTrue(watchOf(entries), budget))).toMatchObject({
      verdict: 'non-conformant',
      hop: 'node resolver',
    })
  })

  test('forgives what is over within the propagation', () => {
    expect(judge(values({ look: denied([a, resolver], 30, 39) })).verdict).toBe('conformant')
  })

  test('forgives a server that was on its way out', () => {
    const besides: JournalEntry[] = [
      { kind: 'targets', at: noon + 50_000, targets: targets.filter((one) => one.id !== a) },
    ]
    expect(judge(values({ look: denied([a], 36, 55), besides })).verdict).toBe('conformant')
  })

  test('is inconclusive where a node was hardly seen, and where nobody was', () => {
    const look = (sound: SampleEntry, second: number): SampleEntry | undefined =>
      sound.node === worker && second > 40 ? undefined : sound
    expect(judge(values({ look }))).toMatchObject({
      verdict: 'inconclusive',
      reason: expect.stringContaining('seen in 34 %'),
    })
    expect(judge(values({ look: () => undefined })).verdict).toBe('inconclusive')
    const unheard = values({ look: (sound) => (sound.node === worker ? undefined : sound) })
    expect(unheard.filter((one) => one.verdict !== 'conformant')).toMatchObject([
      { vantage: worker, verdict: 'inconclusive', observed: 'seen in 0 % of the time' },
    ])
    expect(judge(values({ seconds: 5 }))).toMatchObject({ verdict: 'inconclusive' })
  })

  test('still convicts where another node was not seen', () => {
    const look = (sound: SampleEntry, second: number): SampleEntry | undefined =>
      sound.node === worker && second > 20 ? undefined : denied([a], 60, 90)(sound, second)
    expect(judge(values({ look }))).toMatchObject({ verdict: 'non-conformant', hop: 'DNS backend' })
  })

  test('asks nothing of a node that has left for good', () => {
    const look = (sound: SampleEntry, second: number): SampleEntry | undefined =>
      sound.node === worker && second > 40 ? undefined : sound
    const left: JournalEntry = { ...truth, at: noon + 50_000, pods: truth.pods.filter((one) => one.node !== worker) }
    expect(judge(values({ look, besides: [left] })).verdict).toBe('conformant')
  })
})

describe('up.dns-continuity', () => {
  test('leaves out, at a node, the resolver that only Pods of other nodes are given', () => {
    const deaf = (sound: SampleEntry): SampleEntry =>
      sound.node === worker ? saying(sound, resolver, 'up-kv', { rcode: 'timeout' }) : sound
    const entries = journalOf({ look: deaf })
    expect(judge(dnsContinues(watchOf(entries), budget)).verdict).toBe('non-conformant')
    const observations = dnsContinues(watchOf(entries, { [worker]: ['169.254.20.10'] }), budget)
    expect(judge(observations).verdict).toBe('conformant')
    expect(observations.filter((one) => one.backend === resolver).map((one) => one.vantage)).not.toContain(worker)
  })

  test('is conformant on a sound cluster', () => {
    expect(judge(continuity({})).verdict).toBe('conformant')
  })

  test('convicts a single denial of a name that lives', () => {
    expect(judge(continuity({ look: denied([b], 30, 31) }))).toMatchObject({
      verdict: 'non-conformant',
      hop: 'DNS backend',
    })
  })

  test('convicts a resolver that is silent for long, or to too many second tries', () => {
    expect(judge(continuity({ look: silentAt(30, 45) }))).toMatchObject({
      verdict: 'non-conformant',
      hop: 'node resolver',
      reason: expect.stringContaining('time-out for 15 s from 2026-11-22 12:00:30 UTC'),
    })
    const oftenTwice = (sound: SampleEntry, second: number): SampleEntry =>
      second % 10 < 2 ? silentAt(0, 120)(sound, second) : sound
    expect(judge(continuity({ look: oftenTwice })).reason).toContain(
      '12 of 120 looks without an answer to a second try',
    )
  })

  test('forgives a silence of seconds, each followed by an answer, and of a minute where there is one server', () => {
    const once = (sound: SampleEntry, second: number): SampleEntry =>
      second % 20 === 7 ? silentAt(0, 120)(sound, second) : sound
    expect(judge(continuity({ look: once })).verdict).toBe('conformant')
    const long = { seconds: 1500, look: silentAt(100, 140) }
    expect(judge(continuity(long, 'single-dns')).verdict).toBe('conformant')
    expect(judge(continuity(long)).verdict).toBe('non-conformant')
  })

  test('forgives one such silence for each server that is replaced, and no second one', () => {
    const twice = (sound: SampleEntry, second: number): SampleEntry =>
      silentAt(400, 440)(silentAt(100, 140)(sound, second), second)
    expect(judge(continuity({ seconds: 600, look: twice }, 'single-dns')).verdict).toBe('non-conformant')
    const besides = [100, 400].map((second, index): JournalEntry => {
      const renamed = targets.map((one) => (one.id === a ? { ...one, id: `dns coredns-new-${index}` } : one))
      return { kind: 'targets', at: noon + second * 1000, targets: renamed }
    })
    expect(judge(continuity({ seconds: 600, look: twice, besides }, 'single-dns')).verdict).toBe('conformant')
  })

  test('convicts SERVFAIL that lasts, of whoever says it', () => {
    const fails = (sound: SampleEntry, second: number): SampleEntry =>
      between(second, 30, 55) ? saying(sound, a, 'up-web', { rcode: 'SERVFAIL' }) : sound
    expect(judge(continuity({ look: fails }))).toMatchObject({ verdict: 'non-conformant', hop: 'DNS backend' })
  })

  test('says nothing of what was not understood', () => {
    const odd = (sound: SampleEntry): SampleEntry => showing(sound, a, [])
    expect(judge(continuity({ look: odd })).verdict).toBe('conformant')
  })
})
