import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { judge } from '../report/verdict.ts'
import { type Metered, measuresMore, programmingIn } from './programming-metric.ts'

const name = 'coredns_kubernetes_dns_programming_duration_seconds'
const build = 'coredns_build_info{goversion="go1.25",version="1.13.0"} 1'

function metrics(counts: readonly [string, number][]): string {
  const lines = counts.map(([le, value]) => `${name}_bucket{service_kind="headless_with_selector",le="${le}"} ${value}`)
  const total = counts.at(-1)?.[1] ?? 0
  return [
    '# TYPE coredns_build_info gauge',
    build,
    `${name}_bucket{service_kind="cluster_ip",le="0.001"} 77`,
    `${name}_count{service_kind="cluster_ip"} 77`,
    ...lines,
    `${name}_count{service_kind="headless_with_selector"} ${total}`,
    '',
  ].join('\n')
}

const text = metrics([
  ['0.128', 90],
  ['1.024', 99],
  ['+Inf', 100],
])

describe('what CoreDNS has measured', () => {
  test('is read from its histogram', () => {
    expect(programmingIn(text)).toEqual({ count: 100, p99: 1.024 })
    expect(programmingIn(`${build}\n`)).toEqual({ count: 0, p99: Number.NaN })
    expect(
      programmingIn(
        metrics([
          ['0.5', 3],
          ['+Inf', 1e3],
        ]),
      ),
    ).toEqual({ count: 1000, p99: Number.POSITIVE_INFINITY })
  })

  test('is not looked for in metrics of another server', () => {
    expect(programmingIn('process_cpu_seconds_total 3\n')).toBeUndefined()
  })

  test('never breaks the reader', () => {
    fc.assert(
      fc.property(fc.string(), (noise) => {
        expect(programmingIn(`${build}\n${noise}\n${text}`)?.count).toBe(100)
      }),
    )
  })
})

describe('the judge of what CoreDNS measures', () => {
  const verdict = (before: Metered[string], now: Metered[string]): string =>
    judge(measuresMore({ dns: before }, { dns: now })).verdict
  const of = (count: number): Metered[string] => ({ kind: 'measured', count, p99: 0.128 })

  test('convicts a server that has measured nothing more', () => {
    expect([
      verdict(of(3), of(4)),
      verdict(of(3), of(3)),
      verdict({ kind: 'closed', reason: 'refused' }, of(0)),
    ]).toEqual(['conformant', 'non-conformant', 'non-conformant'])
  })

  test('counts one that has started since from nothing', () => {
    expect(judge(measuresMore({}, { new: of(1) })).verdict).toBe('conformant')
  })

  test('has nothing to say where the metrics are out of reach', () => {
    expect(verdict(of(3), { kind: 'closed', reason: 'connection refused' })).toBe('not-applicable')
    expect(verdict(of(3), { kind: 'lost', reason: 'the exec broke' })).toBe('inconclusive')
  })
})
