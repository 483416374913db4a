import type { Hop, Verdict } from '../helpers/report/record.ts'
import type { Bench } from './bench.ts'
import type { Mechanism } from './mutant.ts'

/** What is done to a cluster while `rollcall watch` looks on, and what `rollcall after` has to make of it. */
export interface Rehearsal {
  /** Permanent. */
  readonly id: string
  /** One sentence in the present tense: what happens to the cluster. */
  readonly does: string
  /** `before`, `watch` and `after` have the rights of a namespace's admin, and no more. */
  readonly asNamespaceAdmin?: boolean
  /** What happens, and is over when this returns. */
  readonly course?: (bench: Bench) => Promise<void>
  /** Looks of each node for which it stays so, at least: what hits one connection in many shows late. */
  readonly looks?: number
  /** What is broken, and stays so until it was judged; then it is undone. */
  readonly breakage?: Mechanism
  /** The requirements that must become non-conformant, each with the first hop that disagrees. Empty for what is to be acquitted. */
  readonly kills: Readonly<Record<string, Hop>>
  /** Requirements that it takes along, with the verdicts that are then no false blame. */
  readonly alongside?: Readonly<Record<string, readonly Verdict[]>>
}
