import type { Sighting } from '../probes/dns/outcome.ts'
import type { Observation } from '../report/record.ts'
import { judgeSightings } from './dns-sightings.ts'

/** Seconds. Twice what kubeadm's Corefile sets; CoreDNS would allow 3,600, at the price of stale answers that long. */
export const ttlCap = 60

/** Address records of one answer share one TTL (RFC 2181 5.2), and it is at most `ttlCap`. */
export function ttlBounded(sightings: readonly Sighting[]): Observation[] {
  const expected = `one TTL of at most ${ttlCap} s`
  return judgeSightings(sightings, expected, (answer) => {
    const ttls = [...new Set(answer.answers.flatMap((record) => ('address' in record ? [record.ttl] : [])))]
    // An answer without addresses breaks another requirement; of their TTL it says nothing.
    const right = ttls.length === 0 ? 'unclear' : ttls.length === 1 && ttls.every((ttl) => ttl <= ttlCap)
    return {
      right,
      expected,
      observed: ttls.length === 0 ? `${answer.rcode} without addresses` : `TTL ${ttls.join(', ')} s`,
    }
  })
}
