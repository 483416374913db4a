export type { TaskMeta } from 'vitest'

import type { Tape } from '../eyes/tape.ts'
import type { Level, Observation, Propagation } from './record.ts'

/**
 * What a test carries to the reports: `id`, `level` and `spec` statically, the rest at run time. The harness sets
 * `observations` and `evidence` before it throws, so that a failed test still brings what it saw.
 */
declare module 'vitest' {
  interface TaskMeta {
    id?: string
    level?: Level
    spec?: string
    observations?: readonly Observation[]
    evidence?: readonly string[]
    propagation?: Propagation
    /** What the verdict was drawn from, in a run that records. */
    tape?: Tape
  }
}
