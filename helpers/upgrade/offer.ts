import type { Seen } from '../target/seen.ts'
import type { Before } from './before.ts'

/** What a run that judges an upgrade is handed beside its stage. Cloneable; holds no secret. */
export interface UpgradeOffer {
  readonly before: Before
  /** Path of the journal of a watch over the same fixture, or why there is none. */
  readonly journal: Seen<string>
}
