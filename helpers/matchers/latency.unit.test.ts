import { describe, expect, test } from 'vitest'
import type { Sighting } from '../probes/dns/outcome.ts'
import type { Snapshot } from '../stage/snapshot.ts'
import { alikeBySize, lookupLatency, programming, sliceLatency, spread } from './latency.ts'

describe('spread', () => {
  test('tells the distribution whatever its verdict', () => {
    const good = spread('joins', [1, 2, 300], { p99: 10_000 })
    expect([good.verdict, good.observed]).toEqual([
      'conformant',
      '3 changes: median 2 ms, 99th percentile 300 ms, at most 300 ms',
    ])
    expect(spread('joins', [1, 2, 10_001], { p99: 10_000 }).verdict).toBe('non-conformant')
  })

  test('minds the median where it has a bound', () => {
    expect(spread('joins', [1, 30, 40], { median: 20, p99: 50 }).verdict).toBe('non-conformant')
    expect(spread('joins', [1, 20, 40], { median: 20, p99: 50 }).verdict).toBe('conformant')
  })
})

test('nothing is told of changes that nobody has seen to arrive', () => {
  for (const one of [
    spread('joins', [], { p99: 1 }),
    programming('twin', [], { p99: 1 }),
    alikeBySize([], [], 1),
    alikeBySize([1], [], 1),
  ])
    expect(one).toMatchObject({ verdict: 'not-applicable', observed: 'none was seen to arrive' })
})

test('programming tells the distribution of what the nodes took', () => {
  const good = programming('twin', [700, 1100], { p99: 30_000 })
  expect([good.verdict, good.hop, good.observed]).toEqual([
    'conformant',
    'node rules',
    '2 changes: median 900 ms, 99th percentile 1100 ms, at most 1100 ms',
  ])
  expect(programming('twin', [700, 30_001], { p99: 30_000 }).verdict).toBe('non-conformant')
})

describe('alikeBySize', () => {
  test('convicts only where many take longer than few, and by more than the slack', () => {
    const late = alikeBySize([40, 50, 60], [40, 5051, 9000], 5000)
    expect([late.verdict, late.observed]).toEqual([
      'non-conformant',
      'medians of 3 changes: 5051 ms with many, 50 ms with few',
    ])
    expect(alikeBySize([40, 50, 60], [40, 5050, 9000], 5000).verdict).toBe('conformant')
    expect(alikeBySize([9000, 9100, 9200], [40, 50, 60], 5000).verdict).toBe('conformant')
  })
})

describe('lookupLatency', () => {
  const silence = (after: number) => ({ kind: 'timeout', after }) as const
  const answered = { kind: 'answer', answer: {} } as Sighting['outcome']
  const seen = (took: number, outcome: Sighting['outcome'] = answered, vantage = 'worker') =>
    ({ vantage, question: { name: 'web', type: 'A' }, outcome, took }) as Sighting

  test('tells the distribution, and convicts what is beyond the bound', () => {
    const good = lookupLatency([seen(1.2), seen(2.4), seen(30)], { p99: 5000 })
    expect([good.verdict, good.observed]).toEqual([
      'conformant',
      '3 lookups: median 3 ms, 99th percentile 30 ms, at most 30 ms',
    ])
    expect(lookupLatency([seen(1), seen(5001)], { p99: 5000 }).verdict).toBe('non-conformant')
  })

  test('takes an answer that stays out beyond the bound, where others come, for a late one', () => {
    const late = lookupLatency([seen(1), seen(2), seen(5000.4, silence(5000))], { p99: 5000 })
    expect([late.verdict, late.observed]).toEqual([
      'non-conformant',
      '3 lookups: median 2 ms, 99th percentile 5001 ms, at most 5001 ms',
    ])
  })

  test.each<[string, Sighting[], number]>([
    ['that answers nobody on a node', [seen(1), seen(5001, silence(5000), 'worker2')], 1],
    ['that was not waited for so long', [seen(1), seen(1001, silence(1000))], 1],
    ['that refuses', [seen(1), seen(2, { kind: 'unreachable', reason: 'refused' })], 1],
    ['that nobody has asked', [], 0],
  ])('says nothing of a resolver %s', (_, sightings, silent) => {
    expect(lookupLatency(sightings, { p99: 5000 })).toMatchObject({
      verdict: 'not-applicable',
      observed: `${silent} of ${sightings.length} lookups were not answered`,
    })
  })
})

describe('sliceLatency', () => {
  /** A cluster with a Service made at 12:00:00, and a slice for it so many seconds later. */
  function cluster(...seconds: (number | undefined)[]): Snapshot {
    const at = (second: number): string => new Date(Date.UTC(2026, 0, 1, 12, 0, second)).toISOString()
    const services = seconds.map((_, index) => ({
      metadata: { name: `s-${index}`, labels: { burst: 'true' }, creationTimestamp: at(0) },
    }))
    const slices = seconds.flatMap((second, index) => {
      if (second === undefined) return []
      const labels = { 'kubernetes.io/service-name': `s-${index}` }
      return [{ metadata: { labels, creationTimestamp: at(second) }, addressType: 'IPv4', endpoints: [] }]
    })
    return { namespace: 'ns', pods: [], services, slices }
  }
  const verdict = (...seconds: (number | undefined)[]): string =>
    sliceLatency(cluster(...seconds), 'burst', { median: 20_000, p99: 50_000 }).verdict

  test('goes by the times of the API server', () => {
    expect(verdict(0, 1, 50)).toBe('conformant')
    expect(verdict(0, 1, 51)).toBe('non-conformant')
    expect(verdict(0, 21, 22)).toBe('non-conformant')
  })

  test('takes a Service without a slice for one that waits for ever', () => {
    expect(verdict(0, 1, undefined)).toBe('non-conformant')
  })
})
