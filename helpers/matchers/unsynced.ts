import type { DnsAnswer } from '../probes/dns/message.ts'
import type { Sighting } from '../probes/dns/outcome.ts'
import type { Observation } from '../report/record.ts'

/**
 * A server that has not seen the API denies nothing: neither by NXDOMAIN nor by NODATA, which caches would keep and clients
 * believe. It may fail, refuse, or say nothing at all; while `mayCome`, silence is no more than a server that has not begun.
 */
export function deniesNothing(sightings: readonly Sighting[], mayCome: boolean): Observation[] {
  return sightings.map(({ vantage, server, question, outcome }) => {
    const about = {
      vantage,
      backend: `${server.name} (${server.address})`,
      hop: 'DNS backend' as const,
      expected: `${question.name} ${question.type}: SERVFAIL or no answer, but no denial`,
    }
    if (outcome.kind === 'lost') return { ...about, verdict: 'inconclusive', observed: outcome.reason }
    if (outcome.kind === 'answer') {
      const verdict = isDenial(outcome.answer) ? 'non-conformant' : 'conformant'
      return { ...about, verdict, observed: `${outcome.answer.rcode} with ${outcome.answer.answers.length} records` }
    }
    if (mayCome) return { ...about, verdict: 'inconclusive', observed: 'the server has not begun to answer' }
    return { ...about, verdict: 'conformant', observed: 'no answer' }
  })
}

function isDenial({ rcode, answers }: DnsAnswer): boolean {
  return rcode === 'NXDOMAIN' || (rcode === 'NOERROR' && answers.length === 0)
}
