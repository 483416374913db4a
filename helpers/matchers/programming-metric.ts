import type { TextSighting } from '../probes/http.ts'
import type { Observation } from '../report/record.ts'

/** Labels and value of a sample of CoreDNS's histogram (plugin kubernetes, object/metrics.go). */
const sample = /^coredns_kubernetes_dns_programming_duration_seconds_(count|bucket)\{([^}]*)\} (\S+)$/gm
/** The one kind of Service for which CoreDNS measures. */
const kind = 'service_kind="headless_with_selector"'
/** What every CoreDNS tells, so that another server's metrics are not taken for a CoreDNS that has measured nothing. */
const signature = /^coredns_build_info\{/m

/** How many changes a CoreDNS has measured, and in how many seconds it knew 99 of 100 of them. */
export interface Programming {
  readonly count: number
  readonly p99: number
}

/** Reads metrics in Prometheus' text format; undefined where they are none of CoreDNS. */
export function programmingIn(text: string): Programming | undefined {
  if (!signature.test(text)) return undefined
  const own = [...text.matchAll(sample)].filter(([, , labels = '']) => labels.includes(kind))
  const sum = (values: readonly number[]): number => values.reduce((all, one) => all + one, 0)
  const count = sum(own.filter(([, what]) => what === 'count').map(([, , , value]) => Number(value)))
  const limits = new Map<number, number>()
  for (const [, what, labels = '', value] of own) {
    if (what !== 'bucket') continue
    const le = Number((/\ble="([^"]+)"/.exec(labels)?.[1] ?? '').replace('+Inf', 'Infinity'))
    limits.set(le, (limits.get(le) ?? 0) + Number(value))
  }
  const p99 = [...limits].sort(([a], [b]) => a - b).find(([, upTo]) => upTo >= 0.99 * count)?.[0] ?? Number.NaN
  return { count, p99 }
}

/** What each server has measured, by its name; why not where it shows no such metrics, or where we lost sight of it. */
export type Metered = Readonly<
  Record<
    string,
    ({ readonly kind: 'measured' } & Programming) | { readonly kind: 'closed' | 'lost'; readonly reason: string }
  >
>

/** What a page of metrics tells, or why there is none. */
export function meteredBy(page: TextSighting): Metered[string] {
  if (page.kind !== 'text') return page
  const told = programmingIn(page.text)
  return told === undefined
    ? { kind: 'closed', reason: 'its metrics are none of CoreDNS' }
    : { kind: 'measured', ...told }
}

/** Each CoreDNS has measured changes since it was asked before: by that, operators see how late DNS is. */
export function measuresMore(before: Metered, now: Metered): Observation[] {
  return Object.entries(now).map(([backend, seen]) => {
    const first = before[backend]
    const about = { vantage: 'metrics', backend, hop: 'DNS backend' as const }
    if (seen.kind !== 'measured') {
      const verdict = seen.kind === 'lost' ? 'inconclusive' : 'not-applicable'
      return { ...about, verdict, expected: 'metrics', observed: seen.reason }
    }
    const base = first?.kind === 'measured' ? first.count : 0
    return {
      ...about,
      verdict: seen.count > base ? 'conformant' : 'non-conformant',
      expected: `more than ${base} changes of headless Services measured`,
      observed: `${seen.count} measured${seen.count === 0 ? '' : `, 99 % of them within ${seen.p99} s`}`,
    }
  })
}
