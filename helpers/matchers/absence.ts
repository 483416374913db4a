import { fold } from '../probes/dns/message.ts'
import type { DnsOutcome, Sighting } from '../probes/dns/outcome.ts'
import type { Observation } from '../report/record.ts'
import { addressesIn } from './addresses.ts'
import { describeOutcome, judgeSightings } from './dns-sightings.ts'
import { pointersIn } from './pointers.ts'
import { setText } from './truth.ts'

/** NXDOMAIN with nothing in it, from servers that have just shown that they serve the zone. */
export function nameError(sightings: readonly Sighting[], presence: readonly Sighting[]): Observation[] {
  const expected = 'NXDOMAIN'
  const judged = judgeSightings(sightings, expected, (answer) => ({
    right: answer.rcode === 'NXDOMAIN' && answer.answers.length === 0,
    expected,
    observed: `${answer.rcode} with ${answer.answers.length} records`,
  }))
  return withPresence(judged, sightings, presence)
}

/**
 * No address under the name, whether by NXDOMAIN or NODATA. An answer with exactly the addresses in `superset` is a
 * variation that servers may add (DNS specification 3; CoreDNS `endpoint_pod_names`) and is not applicable.
 */
export function noAddress(
  sightings: readonly Sighting[],
  presence: readonly Sighting[],
  superset: (name: string) => readonly string[],
): Observation[] {
  const expected = 'no address'
  const judged = judgeSightings(sightings, expected, (answer) => {
    const seen = addressesIn(answer)
    const right = ['NOERROR', 'NXDOMAIN'].includes(answer.rcode) && seen.length === 0
    return { right, expected, observed: `${answer.rcode} ${setText(seen)}` }
  }).map((observation, index): Observation => {
    const sighting = sightings[index]
    if (sighting === undefined || observation.verdict !== 'non-conformant') return observation
    if (!holdsExactly(sighting.outcome, superset(sighting.question.name))) return observation
    return {
      ...observation,
      verdict: 'not-applicable',
      observed: 'the server names pods by metadata.name as an addition of its own',
    }
  })
  return withPresence(judged, sightings, presence)
}

function holdsExactly(outcome: DnsOutcome, addresses: readonly string[]): boolean {
  if (outcome.kind !== 'answer') return false
  const seen = addressesIn(outcome.answer)
  return seen.length > 0 && seen.length === addresses.length && seen.every((one) => addresses.includes(one))
}

/**
 * No record under the name, whether by NXDOMAIN or NODATA, from servers that show a record of the same type under the name
 * of `presence`.
 */
export function noRecord(sightings: readonly Sighting[], presence: readonly Sighting[]): Observation[] {
  const expected = 'no record'
  const judged = judgeSightings(sightings, expected, (answer) => ({
    right: ['NOERROR', 'NXDOMAIN'].includes(answer.rcode) && answer.answers.length === 0,
    expected,
    observed: `${answer.rcode} with ${answer.answers.length} records`,
  }))
  return withPresence(judged, sightings, presence)
}

/**
 * PTR does not lead to this name, whatever else it says: what is beyond the cluster may be asked for an address of nobody, and
 * an address may be behind other Services. From servers that show a pointer in `presence`; where all of
 * these are silent, what is beyond is.
 */
export function noPointer(sightings: readonly Sighting[], presence: readonly Sighting[], name: string): Observation[] {
  const expected = `${fold(name)} not among the names`
  const judged = judgeSightings(sightings, expected, (answer) => {
    const seen = pointersIn(answer)
    return { right: !seen.includes(fold(name)), expected, observed: `${answer.rcode} ${setText(seen)}` }
  })
  const told = withPresence(judged, sightings, presence)
  const isSilent = ({ outcome }: Sighting): boolean => outcome.kind === 'timeout' || outcome.kind === 'lost'
  if (!sightings.every(isSilent)) return told
  return told.map((observation, index) => {
    const sighting = sightings[index]
    if (sighting?.outcome.kind !== 'timeout' || !presence.some((one) => isTwin(one, sighting) && isPresent(one)))
      return observation
    const observed = `${observation.observed}: all wait for somebody beyond the cluster`
    return { ...observation, verdict: 'not-applicable', observed }
  })
}

/**
 * NODATA: the name is there, only not with an address of this family (RFC 2308 2.2, RFC 8020). A server that does not show
 * the name with its other family, in `presence`, breaks another requirement, and may well deny it here.
 */
export function noData(sightings: readonly Sighting[], presence: readonly Sighting[]): Observation[] {
  const expected = 'NOERROR without an address'
  const judged = judgeSightings(sightings, expected, (answer) => {
    const seen = addressesIn(answer)
    const right = answer.rcode === 'NOERROR' && seen.length === 0
    return { right, expected, observed: `${answer.rcode} ${setText(seen)}` }
  })
  return withPresence(judged, sightings, presence, ({ outcome }) => outcome.kind === 'answer')
}

/** Whether two sightings are of one server from one vantage. */
function isTwin(one: Sighting, other: Sighting | undefined): boolean {
  return one.vantage === other?.vantage && one.server.address === other.server.address
}

/** Absence means something only where the same server, asked from the same vantage, shows what is there. */
export function withPresence(
  judged: readonly Observation[],
  sightings: readonly Sighting[],
  presence: readonly Sighting[],
  /** Of what is not right, what cannot be held against a server without presence either. */
  hangsOnIt: (sighting: Sighting) => boolean = () => false,
): Observation[] {
  return judged.map((observation, index) => {
    const sighting = sightings[index]
    const twin = presence.find((one) => isTwin(one, sighting))
    if (twin !== undefined && isPresent(twin)) return observation
    const hangs = observation.verdict === 'conformant' || (sighting !== undefined && hangsOnIt(sighting))
    if (!hangs || observation.verdict === 'not-applicable') return observation
    const saw = twin === undefined ? 'nothing' : describeOutcome(twin.outcome)
    return {
      ...observation,
      verdict: 'inconclusive',
      observed: `absent, but so is ${twin?.question.name ?? 'its twin'}, which exists (${saw})`,
    }
  })
}

function isPresent({ outcome, question }: Sighting): boolean {
  if (outcome.kind !== 'answer') return false
  if (['SRV', 'CNAME', 'PTR'].includes(question.type))
    return outcome.answer.answers.some((one) => one.type === question.type)
  return addressesIn(outcome.answer).length > 0
}
