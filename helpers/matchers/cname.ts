import { type DnsAnswer, fold } from '../probes/dns/message.ts'
import type { Sighting } from '../probes/dns/outcome.ts'
import type { Observation } from '../report/record.ts'
import { addressesIn } from './addresses.ts'
import { judgeSightings } from './dns-sightings.ts'
import { sameSet, setText } from './truth.ts'

/** The aliases in an answer, in its order: from which name to which. */
export function aliasesIn(answer: DnsAnswer): { from: string; to: string }[] {
  return answer.answers.flatMap((one) =>
    one.type === 'CNAME' && 'text' in one ? [{ from: fold(one.name), to: fold(one.text) }] : [],
  )
}

/**
 * Whoever asks an alias for addresses gets the alias first and then the addresses of its target, which a client that reads
 * in order can follow (DNS specification 2.5, RFC 1034 4.3.2).
 */
export function chainTo(sightings: readonly Sighting[], target: string, addresses: readonly string[]): Observation[] {
  const expected = `NOERROR CNAME ${fold(target)}, then ${setText(addresses)}`
  return judgeSightings(sightings, expected, (answer, { question }) => {
    const [first] = answer.answers
    const leads = aliasesIn(answer).some(({ from, to }) => from === fold(question.name) && to === fold(target))
    const owned = answer.answers.every((one) => !('address' in one) || fold(one.name) === fold(target))
    const seen = addressesIn(answer)
    const right = answer.rcode === 'NOERROR' && leads && first?.type === 'CNAME' && owned && sameSet(seen, addresses)
    const order = first?.type === 'CNAME' || !leads ? '' : ', the alias not first'
    const aliases = setText(aliasesIn(answer).map((one) => one.to))
    return { right, expected, observed: `${answer.rcode} CNAME ${aliases}, then ${setText(seen)}${order}` }
  })
}
