import { messageOf } from '../helpers/errors.ts'
import type { RequirementRecord } from '../helpers/report/record.ts'
import { isTrouble } from '../helpers/report/verdict.ts'
import { eventually } from '../helpers/wait.ts'
import type { Bench } from './bench.ts'
import type { Mechanism, Mutant, OddCluster, Witness } from './mutant.ts'
import { judgeMutant, judgeOdd, type MutantResult } from './outcome.ts'

/** An odd cluster that is made of the one at hand. */
export type Alteration = Exclude<OddCluster, { kind: unknown }>
export type Case =
  | { readonly kind: 'mutant'; readonly change: Mutant }
  | { readonly kind: 'odd'; readonly change: Alteration }

export interface Trial {
  readonly bench: Bench
  /** Runs the whole suite on the changed cluster and gives its records. */
  look(): Promise<readonly RequirementRecord[]>
  /** Once everything is undone, runs the suites of these requirements: all others were as they should be all the time. */
  lookAgain(ids: readonly string[]): Promise<readonly RequirementRecord[]>
}

/** Milliseconds that a breakage, or its end, may take to show. */
const inForce = 40_000
/** Milliseconds in which the suite has to be green again once a breakage has ended. */
const greenAgain = 30_000

/** A cluster that could not be put back as it was: nothing after it would mean anything. */
export class NotRestored extends Error {
  override readonly name = 'NotRestored'
  readonly result: MutantResult

  constructor(result: MutantResult) {
    super(result.note)
    this.result = result
  }
}

/**
 * One breakage from start to end: applied, witnessed, judged by the whole suite, undone, witnessed again, and green again.
 * A breakage that no witness shows is an error, never a survivor.
 * @throws NotRestored where the cluster is not as it was, and the signal's reason when interrupted, then all undone.
 */
export async function runCase(tried: Case, trial: Trial): Promise<MutantResult> {
  const { change } = tried
  const { bench } = trial
  const started = performance.now()
  const result = (part: Omit<MutantResult, 'id' | 'kind' | 'seconds'>): MutantResult => ({
    id: change.id,
    kind: tried.kind,
    ...part,
    seconds: Math.round((performance.now() - started) / 100) / 10,
  })
  const state = await change.mechanism.read(bench)
  let judged: Omit<MutantResult, 'id' | 'kind' | 'seconds'>
  // Empty stands for every requirement.
  let touched: readonly string[] = []
  try {
    await change.mechanism.apply(bench, state)
    await shown(change.witness, bench)
    const culprit = tried.kind === 'mutant' ? tried.change.culprit?.(bench) : undefined
    const records = await trial.look()
    bench.signal.throwIfAborted()
    touched = strayIn(records)
    judged = tried.kind === 'mutant' ? judgeMutant(tried.change, records, culprit) : judgeOdd(tried.change, records)
  } catch (error) {
    judged = { outcome: 'error', requirements: {}, note: messageOf(error) }
  }
  try {
    await restore(change, state, bench)
    if (!bench.signal.aborted) await green(trial, touched)
  } catch (error) {
    throw new NotRestored(
      result({ ...judged, outcome: 'error', note: `${judged.note} not restored: ${messageOf(error)}`.trim() }),
    )
  }
  bench.signal.throwIfAborted()
  return result(judged)
}

/** Undoes a change, whatever came of it, and waits until nothing shows it. An interrupt does not stop that. */
async function restore(
  { mechanism, witness }: { mechanism: Mechanism; witness: Witness },
  state: unknown,
  interruptible: Bench,
): Promise<void> {
  const bench = interruptible.uninterrupted()
  await mechanism.undo(bench, state)
  await eventually(
    async () => {
      const left = await mechanism.remains(bench, state)
      if (left !== undefined) return { done: false, saw: left }
      const { shows, saw } = await witness.see(bench)
      return shows ? { done: false, saw: `the witness still shows it: ${saw}` } : { done: true, value: undefined }
    },
    { reason: 'the breakage to be gone', deadline: inForce },
  )
}

async function shown(witness: Witness, bench: Bench): Promise<void> {
  await eventually(
    async () => {
      const { shows, saw } = await witness.see(bench)
      return shows ? { done: true, value: undefined } : { done: false, saw }
    },
    { reason: `the breakage to show in ${witness.looksAt}`, deadline: inForce, signal: bench.signal },
  )
}

/** The requirements that were not conformant; the first one where all were. */
function strayIn(records: readonly RequirementRecord[]): string[] {
  const stray = records.filter(isTrouble)
  return (stray.length > 0 ? stray : records.slice(0, 1)).map((one) => one.id)
}

async function green(trial: Trial, ids: readonly string[]): Promise<void> {
  await eventually(
    async () => {
      const records = await trial.lookAgain(ids)
      const stray = records.find(isTrouble)
      if (records.length > 0 && stray === undefined) return { done: true, value: undefined }
      return { done: false, saw: stray === undefined ? 'nothing was judged' : `${stray.id}: ${stray.reason}` }
    },
    { reason: 'the suite to be green again', deadline: greenAgain, signal: trial.bench.signal },
  )
}
