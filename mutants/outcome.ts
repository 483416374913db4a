import type { Hop, RequirementRecord, Verdict } from '../helpers/report/record.ts'
import { isTrouble } from '../helpers/report/verdict.ts'
import type { Mutant, OddCluster } from './mutant.ts'

export type Outcome =
  | 'killed'
  | 'killed-by-other'
  | 'survived'
  | 'false-blame'
  | 'acquitted'
  | 'blamed'
  | 'equivalent'
  | 'error'

export const goodOutcomes: readonly Outcome[] = ['killed', 'acquitted', 'equivalent']

/** One line of `reports/mutants.json`. */
export interface MutantResult {
  readonly id: string
  readonly kind: 'mutant' | 'odd'
  readonly outcome: Outcome
  /** What each requirement that was not conformant came to. */
  readonly requirements: Readonly<Record<string, { readonly verdict: Verdict; readonly hop?: Hop }>>
  /** The first hop that the first conviction named. */
  readonly hop?: Hop
  readonly seconds: number
  /** What is not as declared, or why there is an error; empty when all is well. */
  readonly note: string
}

type Judged = Pick<MutantResult, 'outcome' | 'requirements' | 'hop' | 'note'>

/** What the suite made of a broken cluster. `culprit` is the text that every conviction has to name. */
export function judgeMutant(
  mutant: Pick<Mutant, 'kills' | 'alongside' | 'equivalent'>,
  records: readonly RequirementRecord[],
  culprit?: string,
): Judged {
  const requirements = deviations(records)
  const found = new Map(records.map((one) => [one.id, one]))
  const survivors: string[] = []
  const misjudged: string[] = []
  for (const [id, hop] of Object.entries(mutant.kills)) {
    const record = found.get(id)
    if (record?.verdict !== 'non-conformant') survivors.push(`${id} is ${record?.verdict ?? 'missing'}, not convicted`)
    else if (record.hop !== hop) misjudged.push(`${id} names ${record.hop}, not ${hop}`)
    else if (culprit !== undefined && !record.reason.includes(culprit))
      misjudged.push(`${id} does not name ${culprit}: ${record.reason}`)
  }
  const blamed = records
    .filter((one) => isStray(one, mutant))
    .map((one) => `${one.id} is ${one.verdict}: ${one.reason}`)
  const first = records.find((one) => one.verdict === 'non-conformant')
  const base = { requirements, ...(first?.hop === undefined ? {} : { hop: first.hop }) }
  const note = [...survivors, ...misjudged, ...blamed].join('; ')
  const killers = Object.keys(mutant.kills).length - survivors.length
  if (blamed.length > 0)
    return { ...base, outcome: survivors.length > 0 && killers === 0 ? 'killed-by-other' : 'false-blame', note }
  if (misjudged.length > 0) return { ...base, outcome: 'false-blame', note }
  if (mutant.equivalent !== undefined) return { ...base, outcome: 'equivalent', note: mutant.equivalent }
  if (survivors.length > 0) return { ...base, outcome: 'survived', note }
  return { ...base, outcome: 'killed', note }
}

/** What the suite made of a sound cluster that is unusual. */
export function judgeOdd(odd: Pick<OddCluster, 'notApplicable'>, records: readonly RequirementRecord[]): Judged {
  const requirements = deviations(records)
  const first = records.find((one) => one.verdict === 'non-conformant')
  const notes = records
    .filter((one) => one.verdict !== 'conformant')
    .filter((one) => !(one.verdict === 'not-applicable' && odd.notApplicable?.includes(one.id)))
    .map((one) => `${one.id} is ${one.verdict}: ${one.reason}`)
  return {
    requirements,
    ...(first?.hop === undefined ? {} : { hop: first.hop }),
    outcome: notes.length === 0 && records.length > 0 ? 'acquitted' : 'blamed',
    note: records.length === 0 ? 'nothing was judged' : notes.join('; '),
  }
}

/** A verdict that the breakage does not account for. */
function isStray(record: RequirementRecord, { kills, alongside = {} }: Pick<Mutant, 'kills' | 'alongside'>): boolean {
  if (!isTrouble(record)) return false
  return !(record.id in kills) && !alongside[record.id]?.includes(record.verdict)
}

function deviations(records: readonly RequirementRecord[]): MutantResult['requirements'] {
  return Object.fromEntries(
    records
      .filter((one) => one.verdict !== 'conformant')
      .map(({ id, verdict, hop }) => [id, { verdict, ...(hop === undefined ? {} : { hop }) }]),
  )
}
