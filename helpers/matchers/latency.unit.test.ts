import { describe, expect, test } from 'vitest'
import type { Snapshot } from '../stage/snapshot.ts'
import { sliceLatency, spread } from './latency.ts'

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
    return { namespace: 'ns', pods: [], services, slices, statefulSets: [] }
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
