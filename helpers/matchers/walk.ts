import { fold } from '../probes/dns/message.ts'
import type { Sighting } from '../probes/dns/outcome.ts'
import type { Observation } from '../report/record.ts'
import { addressesIn, flawsIn } from './addresses.ts'
import { judgeSightings } from './dns-sightings.ts'
import { isCutFrom } from './truncation.ts'
import { sameSet, setText } from './truth.ts'

/**
 * A client that walks these names in order, as a stub resolver walks its search list, and goes on at NXDOMAIN alone (that is
 * what every libc agrees on), comes to exactly these addresses. A server that walks the list itself answers the first name
 * with an alias. `namesOf` are the names that a vantage walks.
 */
export function foundByWalking(
  sightings: readonly Sighting[],
  namesOf: (vantage: string) => readonly string[],
  addresses: readonly string[],
): Observation[] {
  const expected = `NXDOMAIN or NOERROR ${setText(addresses)}, the latter for the last name`
  return judgeSightings(sightings, expected, (answer, sighting) => {
    const { question, vantage } = sighting
    const isLast = fold(namesOf(vantage).at(-1) ?? '') === fold(question.name)
    const seen = addressesIn(answer)
    const goesOn = !isLast && answer.rcode === 'NXDOMAIN' && answer.answers.length === 0
    const flaws = flawsIn(answer, question.name)
    const partly = isCutFrom(answer, sighting, seen, addresses)
    const arrives = answer.rcode === 'NOERROR' && flaws === '' && (partly || sameSet(seen, addresses))
    return {
      right: goesOn || arrives,
      expected: isLast ? `NOERROR ${setText(addresses)}` : expected,
      observed: `${answer.rcode} ${setText(seen)}${flaws}`,
    }
  })
}
