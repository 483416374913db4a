import type { KindOptions } from '../cluster/kind.ts'
import type { Hop, Verdict } from '../helpers/report/record.ts'
import type { Bench } from './bench.ts'

/** A reversible change to a cluster. What undoing needs is in the state that `read` returns before anything is changed. */
export interface Mechanism {
  /** What is done to what, in a few words: `Corefile: ttl 3600`. */
  readonly does: string
  /** Reads what undoing will need. Changes nothing. */
  read(bench: Bench): Promise<unknown>
  apply(bench: Bench, state: unknown): Promise<void>
  /** Puts back what `read` has seen; also after half an `apply`, and twice. */
  undo(bench: Bench, state: unknown): Promise<void>
  /** What is still not as it was; undefined once it is. */
  remains(bench: Bench, state: unknown): Promise<string | undefined>
}

/** What a witness saw, and whether that shows the breakage. */
export interface Testimony {
  readonly shows: boolean
  readonly saw: string
}

/** How we know that a breakage is in force. Looks with other means than the suite does, so that both cannot be blind alike. */
export interface Witness {
  readonly looksAt: string
  see(bench: Bench): Promise<Testimony>
}

interface Change {
  /** Permanent. Those of the list of known breakages keep their id; a variant has a suffix: `M-E07.node`. */
  readonly id: string
  readonly mechanism: Mechanism
  readonly witness: Witness
}

/** A broken cluster that the suite has to convict. */
export interface Mutant extends Change {
  /** One sentence in the present tense: what is wrong. */
  readonly breaks: string
  /** The requirements that must become non-conformant, each with the first hop that disagrees. Empty only if equivalent. */
  readonly kills: Readonly<Record<string, Hop>>
  /** Requirements that the same breakage takes along, with the verdicts that are then no false blame. All others stay as they were. */
  readonly alongside?: Readonly<Record<string, readonly Verdict[]>>
  /** Requirements of tests that change their stage, which are looked at only where they are named, and are to be let be. */
  readonly acquits?: readonly string[]
  /** The node, Pod or backend that every conviction has to name. */
  readonly culprit?: (bench: Bench) => string
  /** Why the cluster mends this by itself, so that nobody can see it. The suite must then stay green. */
  readonly equivalent?: string
}

/** An unusual cluster that the suite has to acquit: made of the one at hand, or one of its own kind. */
export type OddCluster =
  | (Change & Acquittal)
  | ({ readonly id: string; readonly kind: Partial<Omit<KindOptions, 'name' | 'provider'>> } & Acquittal)

interface Acquittal {
  /** One sentence: what is unusual, and why it is allowed. */
  readonly allows: string
  /** Requirements that such a cluster cannot show. All others must be conformant. */
  readonly notApplicable?: readonly string[]
}
