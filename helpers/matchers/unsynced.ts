import type { DnsAnswer } from '../probes/dns/message.ts'
import type { Sighting } from '../probes/dns/outcome.ts'
import type { Observation } from '../report/record.ts'
import { hasStarted, type Pod } from '../target/objects.ts'

/**
 * A server that has not seen the API denies nothing: neither by NXDOMAIN nor by NODATA, which caches would keep and clients
 * believe. It may fail, refuse, or say nothing at all; while `mayCome`, silence is no more than a server that has not begun, and says
 * nothing for good where none of the containers of its Pod has ever run.
 */
export function deniesNothing(sightings: readonly Sighting[], pod: Pod, mayCome: boolean): Observation[] {
  const neverRan = whyNeverRan(pod)
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
    if (neverRan !== undefined)
      return { ...about, verdict: 'inconclusive', observed: `the server does not run${neverRan}` }
    return { ...about, verdict: 'conformant', observed: 'no answer' }
  })
}

/** What the containers of a Pod wait for, as the end of a sentence; undefined where one has run. */
function whyNeverRan(pod: Pod): string | undefined {
  if (hasStarted(pod)) return undefined
  const reasons = (pod.status?.containerStatuses ?? []).flatMap(({ state }) => state?.waiting?.reason ?? [])
  return reasons.length === 0 ? '' : `: ${reasons.join(', ')}`
}

function isDenial({ rcode, answers }: DnsAnswer): boolean {
  return rcode === 'NXDOMAIN' || (rcode === 'NOERROR' && answers.length === 0)
}
