import type { DnsAnswer } from '../probes/dns/message.ts'
import type { Sighting } from '../probes/dns/outcome.ts'
import type { Observation } from '../report/record.ts'
import { someOf } from '../some-of.ts'
import { addressesIn, flawsIn } from './addresses.ts'
import { judgeSightings } from './dns-sightings.ts'
import { isCutForSize, plainSize } from './truncation.ts'

/** Bytes of an A record whose name is a pointer: the least that an address takes in a message (RFC 1035 4.1.4). */
const recordSize = 16
/** Bytes of the largest message over TCP: its length has two bytes (RFC 1035 4.2.2). */
const messageSize = 65_535
/** Names that a text tells: no reader goes through thousands. */
const namedAtMost = 3

/** An answer beside the set that it should hold. */
interface Compared {
  readonly sound: boolean
  readonly complete: boolean
  /** How many addresses the set has. */
  readonly all: number
  readonly count: number
  readonly text: string
}

function compared(answer: DnsAnswer, addresses: ReadonlySet<string>, name: string): Compared {
  const seen = new Set(addressesIn(answer))
  const strange = [...seen].filter((one) => !addresses.has(one))
  const missing = [...addresses].filter((one) => !seen.has(one))
  const flaws = flawsIn(answer, name)
  const texts = [
    `${answer.rcode} with ${seen.size} of ${addresses.size} addresses in ${answer.bytes} bytes`,
    ...(answer.truncated ? ['truncated'] : []),
    ...(strange.length === 0 ? [] : [`with ${someOf(strange, namedAtMost)}, which no slice has`]),
    // Which of them a cut answer leaves out differs each time.
    ...(answer.truncated || missing.length === 0 || missing.length === addresses.size
      ? []
      : [`without ${someOf(missing, namedAtMost)}`]),
  ]
  return {
    sound: answer.rcode === 'NOERROR' && strange.length === 0 && flaws === '',
    complete: missing.length === 0,
    all: addresses.size,
    count: seen.size,
    text: `${texts.join(', ')}${flaws}`,
  }
}

function everyOne(all: number): string {
  return all === 1 ? 'its one address' : `all ${all} addresses`
}

/** The addresses that each question is about, by the name that was asked for. */
export type AddressesOf = (name: string) => readonly string[]

function judgeSizes(
  sightings: readonly Sighting[],
  addressesOf: AddressesOf,
  expected: (all: number, sighting: Sighting) => string,
  right: (held: Compared, answer: DnsAnswer, sighting: Sighting) => boolean,
): Observation[] {
  const sets = new Map(sightings.map(({ question: { name } }) => [name, new Set(addressesOf(name))]))
  const nothing = 'all addresses of its EndpointSlices'
  return judgeSightings(sightings, nothing, (answer, sighting) => {
    const addresses = sets.get(sighting.question.name) ?? new Set()
    const held = compared(answer, addresses, sighting.question.name)
    const told = answer.edns === undefined ? '' : ` and an OPT record of ${answer.edns}`
    return {
      right: held.sound && right(held, answer, sighting),
      expected: expected(addresses.size, sighting),
      observed: `${held.text}${told}`,
    }
  })
}

/** Every answer holds all addresses and says that it does: nothing is left out of it, and no TC sends the client elsewhere. */
export function holdsAll(sightings: readonly Sighting[], addressesOf: AddressesOf): Observation[] {
  return judgeSizes(
    sightings,
    addressesOf,
    (all) => everyOne(all),
    ({ complete }, { truncated }) => complete && !truncated,
  )
}

const sizeOf = ({ question }: Sighting): number => question.udpPayloadSize ?? plainSize

function isHonest({ all, complete }: Compared, answer: DnsAnswer, sighting: Sighting): boolean {
  if (answer.bytes > sizeOf(sighting)) return false
  return answer.truncated ? isCutForSize(answer, sighting, all) : complete
}

/**
 * Every datagram is within the size that the question names, or 512 bytes, and either holds all addresses or says by TC that
 * it does not (RFC 2181 9). A server may cut before it has to, as one that allows less than is asked for does, but not what
 * fits in 512 bytes.
 */
export function holdsAllWithin(sightings: readonly Sighting[], addressesOf: AddressesOf): Observation[] {
  return judgeSizes(
    sightings,
    addressesOf,
    (all, sighting) => `${everyOne(all)}, or fewer with TC, in at most ${sizeOf(sighting)} bytes`,
    isHonest,
  )
}

/** As `holdsAllWithin`, and the answer to a question with an OPT record has one, too (RFC 6891 6.1.1). */
export function tellsSize(sightings: readonly Sighting[], addressesOf: AddressesOf): Observation[] {
  return judgeSizes(
    sightings,
    addressesOf,
    (all, sighting) =>
      `an OPT record, and all ${all} addresses, or fewer with TC, in at most ${sizeOf(sighting)} bytes`,
    (held, answer, sighting) => isHonest(held, answer, sighting) && answer.edns !== undefined,
  )
}

/**
 * A set that no DNS message can hold: the answer is cut with TC, or holds as many addresses as fit. That much of the set stays
 * out of sight is no fault of the server, but has to be told.
 */
export function fillsMessage(sightings: readonly Sighting[], addressesOf: AddressesOf): Observation[] {
  const judged = judgeSizes(
    sightings,
    addressesOf,
    (all) => `as many of ${all} addresses as a message of 64 KiB holds, or fewer with TC`,
    ({ complete, count }, { truncated, bytes }) =>
      complete || (count > 0 && (truncated || bytes > messageSize - recordSize)),
  )
  const [one] = sightings
  if (one === undefined) return judged
  const all = new Set(addressesOf(one.question.name)).size
  const limit: Observation = {
    vantage: 'API',
    backend: '',
    hop: 'DNS backend',
    verdict: 'not-applicable',
    expected: `all ${all} addresses in one answer`,
    observed: `${all} addresses do not fit a DNS message of 64 KiB, which holds some 4,090 even over TCP: no client sees the others`,
  }
  return all * recordSize > messageSize ? [...judged, limit] : judged
}

/** Every question of a pair is answered, whatever the answer says: nothing got lost on the way. */
export function answersSoon(sightings: readonly Sighting[]): Observation[] {
  const expected = 'an answer within 1 s'
  return judgeSightings(sightings, expected, (answer) => {
    return { right: true, expected, observed: `${answer.rcode} with ${answer.answers.length} records` }
  })
}
