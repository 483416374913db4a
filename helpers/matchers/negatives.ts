import type { DnsAnswer } from '../probes/dns/message.ts'
import type { Sighting } from '../probes/dns/outcome.ts'
import type { Observation } from '../report/record.ts'
import { answersExactly } from './addresses.ts'

/** What turns one verdict into a variation that is allowed; `reason` is its sentence. */
function varied(
  observations: readonly Observation[],
  sightings: readonly Sighting[],
  isVariation: (answer: DnsAnswer) => boolean,
  reason: string,
): Observation[] {
  return observations.map((observation, index) => {
    const outcome = sightings[index]?.outcome
    if (observation.verdict !== 'non-conformant' || outcome?.kind !== 'answer') return observation
    return isVariation(outcome.answer) ? { ...observation, verdict: 'not-applicable', observed: reason } : observation
  })
}

/**
 * A ClusterIP Service has its addresses whether or not anybody is behind it (DNS specification 2.3.1). A server that leaves
 * such Services out, with NXDOMAIN, has an option for it (CoreDNS `ignore empty_service`).
 */
export function emptyKeepsAddress(sightings: readonly Sighting[], addresses: readonly string[]): Observation[] {
  const reason = 'the server leaves out Services without endpoints, which is an option of its own'
  const isLeftOut = (answer: DnsAnswer): boolean => answer.rcode === 'NXDOMAIN' && answer.answers.length === 0
  return varied(answersExactly(sightings, addresses), sightings, isLeftOut, reason)
}
