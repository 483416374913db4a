import { describe, lookupLatency, type Sighting, staged } from '../../helpers/harness.ts'

// Every connection begins with a lookup. perf-tests wants 100 ms; the bound is what NodeLocal DNSCache is measured by, since
// the machine that runs the suite may be busy.
const test = staged('headless')
const rounds = 20
/** Milliseconds. */
const bound = 5000

describe('cluster DNS', () => {
  test(
    'answers a lookup within 5 s from every node, and tells how long lookups take',
    { meta: { id: 'lat.dns-lookup', level: 'SHOULD', spec: 'kubernetes/perf-tests dns-performance-metrics' } },
    async ({ lookout, decide }) =>
      decide(async () => {
        const seen: Sighting[] = []
        for (let round = 0; round < rounds; round++) {
          const all = await lookout.dns.ask('A', lookout.apiName)
          seen.push(...all.filter(({ server }) => server.role === 'resolver'))
        }
        return [lookupLatency(seen, { p99: bound })]
      }),
  )
})
