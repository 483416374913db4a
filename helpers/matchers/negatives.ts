import { type DnsAnswer, fold } from '../probes/dns/message.ts'
import type { Sighting } from '../probes/dns/outcome.ts'
import type { Observation } from '../report/record.ts'
import { withPresence } from './absence.ts'
import { answersExactly } from './addresses.ts'
import { judgeSightings } from './dns-sightings.ts'

function isNoData(answer: DnsAnswer): boolean {
  return answer.rcode === 'NOERROR' && answer.answers.length === 0
}

function said(answer: DnsAnswer): string {
  return `${answer.rcode} with ${answer.answers.length} records`
}

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
 * NXDOMAIN for a headless Service that has nobody (DNS specification 2.4.1). NODATA, which the specification asked for
 * until 2018, is a variation. `presence` shows at the same servers what is there.
 */
export function emptyIsNameError(sightings: readonly Sighting[], presence: readonly Sighting[]): Observation[] {
  const expected = 'NXDOMAIN'
  const judged = judgeSightings(sightings, expected, (answer) => ({
    right: answer.rcode === 'NXDOMAIN' && answer.answers.length === 0,
    expected,
    observed: said(answer),
  }))
  const reason = 'a headless Service without ready endpoints answers NODATA, as an older specification has it'
  return withPresence(varied(judged, sightings, isNoData, reason), sightings, presence)
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

/**
 * NODATA: the name is there, and has no record of the type asked for (RFC 2308 2.2, RFC 8020 2). A server that does not show
 * what is there, in `presence`, may well deny it here.
 */
export function noDataAtAll(sightings: readonly Sighting[], presence: readonly Sighting[]): Observation[] {
  const expected = 'NOERROR with 0 records'
  const judged = judgeSightings(sightings, expected, (answer) => ({
    right: isNoData(answer),
    expected,
    observed: said(answer),
  }))
  return withPresence(judged, sightings, presence, ({ outcome }) => outcome.kind === 'answer')
}

/**
 * A negative answer carries the SOA of the zone that the name is in, without which nobody knows how long to keep it
 * (RFC 2308 3, 5). An answer that is not negative says nothing of that.
 */
export function soaCarried(sightings: readonly Sighting[]): Observation[] {
  const expected = 'a negative answer with the SOA of its zone'
  return judgeSightings(sightings, expected, (answer, { question }) => {
    const { authorities } = answer
    const isNegative = isNoData(answer) || answer.rcode === 'NXDOMAIN'
    if (!isNegative || authorities === undefined) return { right: 'unclear', expected, observed: said(answer) }
    const soas = authorities.filter((one) => one.type === 'SOA')
    const ofZone = soas.filter(({ name }) => name === '' || isWithin(fold(question.name), name))
    const [soa] = ofZone.length > 0 ? ofZone : soas
    const seen = soa === undefined ? 'no SOA' : `the SOA of ${soa.name || '.'} for ${soa.ttl} s`
    return { right: ofZone.length > 0, expected, observed: `${answer.rcode} with ${seen}` }
  })
}

function isWithin(name: string, zone: string): boolean {
  return name === zone || name.endsWith(`.${zone}`)
}
