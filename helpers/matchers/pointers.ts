import ipaddr from 'ipaddr.js'
import { type DnsAnswer, fold } from '../probes/dns/message.ts'
import type { Sighting } from '../probes/dns/outcome.ts'
import type { Observation } from '../report/record.ts'
import { addressesIn } from './addresses.ts'
import { describeOutcome, judgeSightings } from './dns-sightings.ts'
import { queriesFor } from './srv-targets.ts'
import { setText } from './truth.ts'

/** The name that a PTR question asks for: all four octets, or all 32 nibbles (RFC 1035 3.5, RFC 3596 2.5). */
export function reverseName(address: string): string {
  const parsed = ipaddr.parse(address)
  const bytes = parsed.toByteArray()
  if (parsed.kind() === 'ipv4') return `${bytes.toReversed().join('.')}.in-addr.arpa`
  const nibbles = bytes.flatMap((byte) => [byte >> 4, byte & 15]).toReversed()
  return `${nibbles.map((one) => one.toString(16)).join('.')}.ip6.arpa`
}

/** PTR leads to this name and no other: a virtual address is that of one Service (DNS specification 2.3.3). */
export function pointsOnlyTo(sightings: readonly Sighting[], name: string): Observation[] {
  return pointing(sightings, setText([fold(name)]), (seen) => seen.length === 1 && seen[0] === fold(name))
}

/** PTR leads to this name among others: an address may be behind several Services (DNS specification 2.4.3). */
export function pointsTo(sightings: readonly Sighting[], name: string): Observation[] {
  return pointing(sightings, `${fold(name)} among the names`, (seen) => seen.includes(fold(name)))
}

/** The names of a PTR answer that are one label below a Service, whatever the label. */
export function namesBelow(answer: DnsAnswer, serviceName: string): string[] {
  const suffix = `.${fold(serviceName)}`
  return pointersIn(answer).filter((name) => name.endsWith(suffix) && !name.slice(0, -suffix.length).includes('.'))
}

/**
 * PTR leads to a name below this Service, among others, that leads back to the address: the name that the server itself has
 * chosen (DNS specification 2.1, 2.4.3). `resolved` are the address queries for the names in `ptr`.
 */
export function pointsThereAndBack(
  ptr: readonly Sighting[],
  resolved: readonly Sighting[],
  { serviceName, address }: { readonly serviceName: string; readonly address: string },
): Observation[] {
  const expected = `a name below ${fold(serviceName)} that resolves to ${address}`
  return judgeSightings(ptr, expected, (answer, sighting) => {
    const names = namesBelow(answer, serviceName)
    if (names.length === 0)
      return { right: false, expected, observed: `${answer.rcode} ${setText(pointersIn(answer))}` }
    const asked = names.flatMap((name) => queriesFor(name, sighting, resolved))
    const back = asked.flatMap(({ outcome }) => (outcome.kind === 'answer' ? addressesIn(outcome.answer) : []))
    if (back.includes(address)) return { right: true, expected, observed: `${answer.rcode} ${setText(names)}` }
    const lost = asked.find((one) => one.outcome.kind === 'lost')?.outcome
    if (lost !== undefined) return { right: 'unclear', expected, observed: describeOutcome(lost) }
    return { right: false, expected, observed: `${setText(names)}, which resolves to ${setText(back)}` }
  })
}

function pointing(
  sightings: readonly Sighting[],
  names: string,
  are: (seen: readonly string[]) => boolean,
): Observation[] {
  const expected = `NOERROR ${names}`
  return judgeSightings(sightings, expected, (answer) => {
    const seen = pointersIn(answer)
    return { right: answer.rcode === 'NOERROR' && are(seen), expected, observed: `${answer.rcode} ${setText(seen)}` }
  })
}

/** The names that the pointers of an answer lead to, folded. */
export function pointersIn(answer: DnsAnswer): string[] {
  return answer.answers.flatMap((one) => (one.type === 'PTR' && 'text' in one ? [fold(one.text)] : []))
}
