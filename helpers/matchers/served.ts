import type { Sighting } from '../probes/dns/outcome.ts'
import type { Observation } from '../report/record.ts'
import type { Seen } from '../target/seen.ts'
import { addressesIn } from './addresses.ts'
import { judgeSightings } from './dns-sightings.ts'
import { setText } from './truth.ts'

/** Options of CoreDNS's plugin `kubernetes` that keep endpoints, or whole namespaces, from whoever asks (its README). */
const hiding = /^\s*((?:noendpoints|namespaces|namespace_labels|labels)\b[^\n#]*)/gm

/** The lines of a Corefile that hide what there is. */
export function hidingLines(corefile: string): string[] {
  return [...corefile.matchAll(hiding)].map(([, line = '']) => line.trim())
}

/**
 * A server that knows of endpoints tells of some: it is not set up to keep quiet about them. Whether it tells the right ones
 * is for others to judge. Where it tells none, the line of the Corefile that may be why is named.
 */
export function servesSome(
  sightings: readonly Sighting[],
  wanted: readonly string[],
  corefile: Seen<string>,
): Observation[] {
  const expected = `addresses, such as ${setText(wanted)}`
  return judgeSightings(sightings, expected, (answer) => {
    const seen = addressesIn(answer)
    const right = seen.length > 0
    const lines = right || !corefile.seen ? [] : hidingLines(corefile.value)
    const why = lines.length === 0 ? '' : `; the Corefile says "${lines.join('", "')}"`
    return { right, expected, observed: `${answer.rcode} ${setText(seen)}${why}` }
  })
}
