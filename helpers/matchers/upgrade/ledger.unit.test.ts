import { describe, expect, test } from 'vitest'
import { judge } from '../../report/verdict.ts'
import { ledgerKey, type SampleEntry, type WriteSample } from '../../upgrade/journal.ts'
import { journalOf, nodes, type Story, showing, watchOf } from './journal-sample.ts'
import { type Keeping, type ListSighting, ledgerHolds } from './ledger.ts'

const pods = ['up-kv-0', 'up-kv-1']
const keeping: Keeping = { data: 'kept', always: false, runId: 'run-1' }

/** What all members hold, but for the elements, `SAMPLER:SEQUENCE`, that are missing on one of them. */
function lists(missing: readonly string[] = [], pod = 'up-kv-1', seconds = 60): ListSighting[] {
  return pods.flatMap((one) =>
    nodes.map((node): ListSighting => {
      const all = Array.from({ length: seconds }, (_, second) => `${second}`)
      const elements = new Set(all.filter((element) => one !== pod || !missing.includes(`s-${node}:${element}`)))
      return { pod: one, key: ledgerKey(node, `s-${node}`), list: { kind: 'read', elements } }
    }),
  )
}

/** Writes up to this second were taken by a server that has ended. */
function endedAt(end: number, more: Partial<WriteSample> = {}) {
  return (sound: SampleEntry, second: number): SampleEntry =>
    second < end
      ? showing(sound, 'write up-kv-0', { outcome: 'taken', runId: 'run-0', replicas: 1, sequence: second, ...more })
      : sound
}

function judged(story: Story, held: readonly ListSighting[], how: Partial<Keeping> = {}) {
  return ledgerHolds(watchOf(journalOf({ seconds: 60, ...story })), { ...keeping, ...how }, held)
}

describe('up.redis.ledger', () => {
  test('is conformant where every acknowledged write is there', () => {
    const observations = judged({}, lists())
    expect(judge(observations).verdict).toBe('conformant')
    expect(observations[0]?.observed).toBe('180 present, 180 had been on a replica within the time of WAIT')
  })

  test('convicts the member that lacks one', () => {
    expect(judge(judged({}, lists(['s-kind-worker:7'])))).toMatchObject({
      verdict: 'non-conformant',
      hop: 'Redis',
      reason: expect.stringContaining('1 lost for no reason, such as 7 in rollcall:watch:kind-worker:s-kind-worker'),
    })
  })

  test('does not miss a write that was refused, or whose fate is unknown', () => {
    const look = (sound: SampleEntry, second: number): SampleEntry =>
      second === 7 ? showing(sound, 'write up-kv-0', { outcome: 'lost', detail: 'timeout', sequence: 7 }) : sound
    const missing = nodes.map((node) => `s-${node}:7`)
    expect(judge(judged({ look }, lists(missing))).verdict).toBe('conformant')
  })

  test('excuses a store that keeps nothing with the server that has ended, and no other', () => {
    const missing = nodes.map((node) => `s-${node}:7`)
    expect(judge(judged({ look: endedAt(20) }, lists(missing), { data: 'lost' })).verdict).toBe('conformant')
    expect(judge(judged({ look: endedAt(20) }, lists(['s-kind-worker:40']), { data: 'lost' })).verdict).toBe(
      'non-conformant',
    )
  })

  test('excuses one that keeps its data with the last moment of a server, unless it writes down all at once', () => {
    const last = ['s-kind-worker:19']
    expect(judge(judged({ look: endedAt(20) }, lists(last))).verdict).toBe('conformant')
    expect(judge(judged({ look: endedAt(20) }, lists(last), { always: true })).verdict).toBe('non-conformant')
    expect(judge(judged({ look: endedAt(20) }, lists(['s-kind-worker:7']))).verdict).toBe('non-conformant')
  })

  test('is inconclusive without writes, without the word of the master, and where a list was not read', () => {
    const none = (sound: SampleEntry): SampleEntry => ({ ...sound, results: {} })
    expect(judge(judged({ look: none }, lists())).verdict).toBe('inconclusive')
    expect(judge(judged({}, lists(), { runId: undefined })).verdict).toBe('inconclusive')
    const lost = lists().map((one): ListSighting => ({ ...one, list: { kind: 'lost', reason: 'exec broke' } }))
    expect(judge(judged({}, lost))).toMatchObject({
      verdict: 'inconclusive',
      reason: expect.stringContaining('exec broke'),
    })
  })
})
