import { disagreementReason } from './disagreement.ts'
import { type Hop, hops, type Observation, type RequirementRecord, type Verdict } from './record.ts'

/** What the observations of one requirement say together. */
export interface Judgement {
  readonly verdict: Verdict
  /** One sentence; empty when everything was seen and conformant. */
  readonly reason: string
  /** The first hop that disagrees; absent unless non-conformant. */
  readonly hop?: Hop
}

/**
 * Turns the observations of a requirement into its verdict. One disagreement convicts, whatever else could not be seen;
 * without one, anything that could not be seen makes it inconclusive.
 */
export function judge(observations: readonly Observation[]): Judgement {
  const having = (verdict: Verdict): readonly Observation[] => observations.filter((one) => one.verdict === verdict)
  const hop = earliestHop(having('non-conformant'))
  if (hop !== undefined) return { verdict: 'non-conformant', hop, reason: disagreementReason(hop, observations) }
  const unclear = having('inconclusive')
  const [firstUnclear] = unclear
  if (firstUnclear !== undefined)
    return {
      verdict: 'inconclusive',
      reason: `${firstUnclear.observed}${counted(unclear, observations, 'inconclusive')}`,
    }
  const inapplicable = having('not-applicable')
  const [firstInapplicable] = inapplicable
  if (firstInapplicable === undefined)
    return observations.length === 0
      ? { verdict: 'inconclusive', reason: 'nothing was observed' }
      : { verdict: 'conformant', reason: '' }
  if (inapplicable.length === observations.length)
    return { verdict: 'not-applicable', reason: firstInapplicable.observed }
  return {
    verdict: 'conformant',
    reason: `not seen: ${firstInapplicable.observed}${counted(inapplicable, observations, 'not applicable')}`,
  }
}

type Trouble = 'non-conformant' | 'inconclusive'

/** Whether something is neither kept nor excused: it was broken, or could not be seen. */
export function isTrouble<T extends { readonly verdict: Verdict }>(one: T): one is T & { readonly verdict: Trouble } {
  return one.verdict === 'non-conformant' || one.verdict === 'inconclusive'
}

/** How many requirements got each verdict. */
export function totalsOf(records: readonly RequirementRecord[]): Record<Verdict, number> {
  const totals: Record<Verdict, number> = { conformant: 0, 'non-conformant': 0, inconclusive: 0, 'not-applicable': 0 }
  for (const record of records) totals[record.verdict] += 1
  return totals
}

/** Whether the cluster broke something that counts: a MUST, or a SHOULD in a strict run. */
export function isBroken(record: RequirementRecord, strict: boolean): boolean {
  return record.verdict === 'non-conformant' && (record.level === 'MUST' || strict)
}

/** Whether this is a SHOULD that was not kept and does not count. */
export function isWarning(record: RequirementRecord, strict: boolean): boolean {
  return record.verdict === 'non-conformant' && !isBroken(record, strict)
}

/** Whether no requirement was decided: none selected, or none applicable. */
export function nothingExecuted(records: readonly RequirementRecord[]): boolean {
  return records.every((record) => record.verdict === 'not-applicable')
}

export interface RunOutcome {
  readonly interrupted: boolean
  readonly strict: boolean
  /** What went wrong in set-up and clean-up. */
  readonly problems: readonly string[]
}

/** The exit code of a run. Blame beats doubt: a proven break is 1 even where something else could not be seen. */
export function exitCodeOf(records: readonly RequirementRecord[], outcome: RunOutcome): 0 | 1 | 2 | 130 {
  if (outcome.interrupted) return 130
  if (records.some((record) => isBroken(record, outcome.strict))) return 1
  const unclear = records.some((record) => record.verdict === 'inconclusive')
  return unclear || nothingExecuted(records) || outcome.problems.length > 0 ? 2 : 0
}

function earliestHop(observations: readonly Observation[]): Hop | undefined {
  return hops.find((hop) => observations.some((one) => one.hop === hop))
}

function counted(some: readonly Observation[], all: readonly Observation[], what: string): string {
  return all.length === 1 ? '' : ` (${some.length} of ${all.length} observations ${what})`
}
