import { fold } from '../probes/dns/message.ts'
import type { Sighting } from '../probes/dns/outcome.ts'
import type { Observation } from '../report/record.ts'
import { addressesIn } from './addresses.ts'
import { aliasesIn } from './cname.ts'
import { judgeSightings } from './dns-sightings.ts'
import { setText } from './truth.ts'

/**
 * Answers to a question for CNAME: exactly one record, which leads to `target` (DNS specification 2.5). Without a target
 * there is none, whether by NXDOMAIN or NODATA.
 */
export function aliasOf(sightings: readonly Sighting[], target: string | undefined): Observation[] {
  const expected = target === undefined ? 'no CNAME' : `NOERROR CNAME ${fold(target)}`
  return judgeSightings(sightings, expected, (answer, { question }) => {
    const seen = aliasesIn(answer).flatMap(({ from, to }) => (from === fold(question.name) ? [to] : []))
    const speaks = answer.rcode === 'NOERROR' || (target === undefined && answer.rcode === 'NXDOMAIN')
    const right = target === undefined ? seen.length === 0 : seen.length === 1 && seen[0] === fold(target)
    return { right: speaks && right, expected, observed: `${answer.rcode} CNAME ${setText(seen)}` }
  })
}

/** None of these addresses is in any answer, whatever else is: an alias may lead anywhere, or nowhere. */
export function withholds(sightings: readonly Sighting[], addresses: readonly string[]): Observation[] {
  const expected = `none of ${setText(addresses)}`
  return judgeSightings(sightings, expected, (answer) => {
    const seen = addressesIn(answer)
    return {
      right: !seen.some((one) => addresses.includes(one)),
      expected,
      observed: `${answer.rcode} ${setText(seen)}`,
    }
  })
}
