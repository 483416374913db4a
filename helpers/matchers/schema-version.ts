import type { Sighting } from '../probes/dns/outcome.ts'
import type { Observation } from '../report/record.ts'
import { judgeSightings } from './dns-sightings.ts'
import { setText } from './truth.ts'

/** Major, minor and patch (semver.org 2), and what may follow them. */
const semantic = /^(\d+)\.\d+\.\d+(?:[-+][0-9A-Za-z.+-]+)?$/

/** The zone says which schema it keeps: a semantic version, of the first at least (DNS specification 2.2). */
export function versionTold(sightings: readonly Sighting[]): Observation[] {
  const expected = 'NOERROR with a semantic version of 1.0.0 or more'
  return judgeSightings(sightings, expected, (answer) => {
    const texts = answer.answers.flatMap((one) => (one.type === 'TXT' && 'text' in one ? [one.text] : []))
    const right = answer.rcode === 'NOERROR' && texts.length > 0 && texts.every(isVersion)
    return { right, expected, observed: `${answer.rcode} ${setText(texts)}` }
  })
}

function isVersion(text: string): boolean {
  return Number(semantic.exec(text)?.[1] ?? 0) >= 1
}
