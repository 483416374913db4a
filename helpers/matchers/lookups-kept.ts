import type { Sighting } from '../probes/dns/outcome.ts'
import type { Observation } from '../report/record.ts'
import { addressesIn } from './addresses.ts'
import { describeOutcome } from './dns-sightings.ts'

/** One lookup as a resolver makes it: a question, and once more where nothing came of it. */
export type Tries = readonly Sighting[]

/** Lookups without an answer that are one in a hundred, or none where there were fewer. */
const tolerated = 0.01

/**
 * Nearly all lookups from each vantage had an answer with addresses, in one try or the next. A try that we lost sight of
 * speaks neither for the server nor against it.
 */
export function lookupsKept(lookups: readonly Tries[], name: string): Observation[] {
  const vantages = [...new Set(lookups.flatMap((tries) => tries.map((one) => one.vantage)))].sort()
  const expected = `99 of 100 lookups of ${name} answered`
  return vantages.map((vantage) => {
    const own = lookups.filter((tries) => tries[0]?.vantage === vantage)
    const seen = own.filter((tries) => isAnswered(tries) || tries.every(({ outcome }) => outcome.kind !== 'lost'))
    const failed = seen.filter((tries) => !isAnswered(tries))
    const about = { vantage, backend: 'resolver', hop: 'node resolver' as const, expected }
    if (seen.length < own.length / 2)
      return {
        ...about,
        verdict: 'inconclusive',
        observed: `${own.length - seen.length} of ${own.length} were lost sight of`,
      }
    const last = failed.at(-1)?.at(-1)
    const why = last === undefined ? '' : `, the last with ${describeOutcome(last.outcome)}`
    return {
      ...about,
      verdict: failed.length <= tolerated * seen.length ? 'conformant' : 'non-conformant',
      observed: `${seen.length - failed.length} of ${seen.length} answered${why}`,
    }
  })
}

/** Whether a lookup came to an end with an address. */
export function isAnswered(tries: Tries): boolean {
  const last = tries.at(-1)?.outcome
  return last?.kind === 'answer' && last.answer.rcode === 'NOERROR' && addressesIn(last.answer).length > 0
}
