import type { DnsAnswer } from '../probes/dns/message.ts'
import type { DnsOutcome, Sighting } from '../probes/dns/outcome.ts'
import type { Observation } from '../report/record.ts'
import { dataOf } from './addresses.ts'
import { describeOutcome, judgeSightings } from './dns-sightings.ts'
import { isCutFrom } from './truncation.ts'
import { sameSet, setText } from './truth.ts'

/**
 * Each server says the same as it says to another question, or over another transport: `isTwin` finds that among `twins`.
 * A virtual address may lead to another server each time, so it may say what any server seen from there says. Compares
 * what the records hold, whatever their order and TTL. Where nothing is said twice, nothing can be told from it, unless
 * `emptyToo` has servers that deny a name both times agree: whether it is there is then for others to tell.
 */
export function answersAlike(
  sightings: readonly Sighting[],
  twins: readonly Sighting[],
  isTwin: (sighting: Sighting, twin: Sighting) => boolean,
  { emptyToo = false }: { readonly emptyToo?: boolean } = {},
): Observation[] {
  return judgeSightings(sightings, 'the same answer', (answer, sighting) => {
    const own = twins.filter(
      (one) =>
        one.vantage === sighting.vantage &&
        isTwin(sighting, one) &&
        (sighting.server.role === 'resolver' || one.server.address === sighting.server.address),
    )
    const [first] = own.filter((one) => one.server.address === sighting.server.address)
    const expected = `the same answer as ${first === undefined ? 'another' : told(first)}`
    const observed = textOf(answer)
    const others = own.flatMap(({ outcome }) => (outcome.kind === 'answer' ? [outcome.answer] : []))
    if (own.some((one) => isSame(sighting, one))) return { right: true, expected, observed }
    const empty = answer.answers.length === 0 && others.every((one) => one.answers.length === 0)
    if (emptyToo && empty && others.some((one) => one.rcode === answer.rcode))
      return { right: true, expected, observed }
    const unseen = own.every((one) => one.outcome.kind !== 'answer')
    return { right: empty || unseen ? 'unclear' : false, expected, observed }
  })
}

function told({ question, transport, outcome }: Sighting): string {
  return `${question.name} over ${transport.toUpperCase()}, ${outcomeText(outcome)}`
}

function outcomeText(outcome: DnsOutcome): string {
  return outcome.kind === 'answer' ? textOf(outcome.answer) : describeOutcome(outcome)
}

function textOf(answer: DnsAnswer): string {
  return `${answer.rcode} ${setText(answer.answers.map(dataOf))}${answer.truncated ? ' truncated' : ''}`
}

/** Two answers with the same records, one at least. A datagram that is cut may hold fewer: it sends the client to TCP for the whole set. */
function isSame(sighting: Sighting, twin: Sighting): boolean {
  if (sighting.outcome.kind !== 'answer' || twin.outcome.kind !== 'answer') return false
  const [one, other] = [sighting.outcome.answer, twin.outcome.answer]
  const [mine, others] = [one.answers.map(dataOf), other.answers.map(dataOf)]
  if (one.rcode !== other.rcode || mine.length + others.length === 0) return false
  return isCutFrom(one, sighting, mine, others) || isCutFrom(other, twin, others, mine) || sameSet(mine, others)
}

/** A NetworkPolicy may keep Pods from the servers themselves. */
const fewerThanTwo: Observation = {
  vantage: '',
  backend: '',
  hop: 'DNS backend',
  verdict: 'not-applicable',
  expected: 'backends to compare',
  observed: 'fewer than two DNS backends answer Pods directly',
}

/**
 * All backends that answer hold the same addresses for a name. Where they do not, those disagree that say something else
 * than the API, or than most of them where none says that. How long an answer may be kept counts down in every cache.
 */
export function backendsAgree(sightings: readonly Sighting[], truth: readonly string[]): Observation[] {
  const backends = sightings.filter((one) => one.server.role === 'backend')
  const answered = backends.filter((one) => one.outcome.kind === 'answer' || one.outcome.kind === 'lost')
  if (new Set(answered.map((one) => one.server.address)).size < 2) return [fewerThanTwo]
  const sets = answered.flatMap(({ outcome }) =>
    outcome.kind === 'answer' ? [outcome.answer.answers.flatMap((one) => ('address' in one ? [one.address] : []))] : [],
  )
  const said = sets.some((one) => sameSet(one, truth)) ? truth : mostCommon(sets)
  const expected = `what all backends say: ${setText(said)}`
  return judgeSightings(answered, expected, (answer) => {
    const seen = answer.answers.flatMap((one) => ('address' in one ? [one.address] : []))
    return { right: sameSet(seen, said), expected, observed: `${answer.rcode} ${setText(seen)}` }
  })
}

function mostCommon(sets: readonly (readonly string[])[]): readonly string[] {
  const votes = sets.map((set) => sets.filter((one) => sameSet(one, set)).length)
  return sets[votes.indexOf(Math.max(...votes))] ?? []
}
