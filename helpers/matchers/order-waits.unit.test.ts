import { describe, expect, test } from 'vitest'
import { judge } from '../report/verdict.ts'
import type { History } from '../stage/history.ts'
import type { PodMark } from '../target/pod-mark.ts'
import { arrival, departure, sampleHistory, sampleMark, standingBefore } from './history-sample.ts'
import { createdInOrder } from './order.ts'
import { createdAfter, runsUnready } from './order-waits.ts'

const range = { set: 'db', first: 1 }

describe('createdAfter', () => {
  /** The second Pod as we hear of it, and as the API dates it, after the first is Ready. */
  const waited = (ms: number, apiSeconds = Math.floor(ms / 1000)) => {
    const ready = sampleMark('MODIFIED', 1, 'ready', { at: 1000, second: 60 })
    const second = sampleMark('ADDED', 2, 'pending', { at: 1000 + ms, second: 60 + apiSeconds })
    return createdAfter(sampleHistory([], [...arrival(1).slice(0, 2), ready, second]), range, 3)
  }

  test('allows for what is lost in rounding, for a clock that is late, and for news that is', () => {
    expect(judge(waited(2800)).verdict).toBe('conformant')
    expect(judge(waited(2050, 3)).verdict).toBe('conformant')
    expect(judge(waited(2800, 0)).verdict).toBe('conformant')
    expect(judge(waited(1200, 2)).verdict).toBe('conformant')
    expect(judge(waited(5, 3)).verdict).toBe('conformant')
  })

  test('convicts a Pod that does not wait', () => {
    expect(waited(200)[0]).toMatchObject({ verdict: 'non-conformant', observed: 'db-2 is created 0.2 s after it' })
    expect(judge(waited(900, 0)).verdict).toBe('non-conformant')
  })

  test('convicts a Pod that does not wait where a second turns between the two', () => {
    expect(judge(waited(200, 1)).verdict).toBe('non-conformant')
    expect(judge(waited(1050, 1)).verdict).toBe('non-conformant')
  })
})

describe('runsUnready', () => {
  const [running, ready, second] = [
    sampleMark('MODIFIED', 1, 'running'),
    sampleMark('MODIFIED', 1, 'ready'),
    sampleMark('ADDED', 2, 'pending'),
  ]
  const [leaving] = departure(2)
  const verdict = (history: History) => judge(runsUnready(history, 'db-1', 'db-2')).verdict

  test('is content with a Pod that was not Ready while the other was yet to come, or to go', () => {
    expect(verdict(sampleHistory([], [running, ready, second]))).toBe('conformant')
    expect(verdict(sampleHistory(standingBefore(1, 2), [running, ready, leaving as PodMark]))).toBe('conformant')
    expect(verdict(sampleHistory(standingBefore(1, 2), [running]))).toBe('conformant')
  })

  test('says nothing where that was never so, or later', () => {
    expect(verdict(sampleHistory([], [ready, second]))).toBe('inconclusive')
    expect(verdict(sampleHistory([], [second, running]))).toBe('inconclusive')
    expect(verdict(sampleHistory(standingBefore(1, 2), [leaving as PodMark, running]))).toBe('inconclusive')
  })

  test('tells a controller that waits for Ready from one that waits until a Pod runs', () => {
    expect(judge(createdInOrder(sampleHistory([], [running, second, ready]), range)).verdict).toBe('non-conformant')
  })
})
