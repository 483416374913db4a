import type {} from 'vitest'
import type { DnsServer } from './probes/dns/outcome.ts'
import type { VantagePod } from './probes/vantage/vantage.ts'
import type { StagedSet } from './stage/staging.ts'
import type { HandedAccess } from './target/credentials.ts'
import type { TargetFacts } from './target/facts.ts'
import type { Seen } from './target/seen.ts'
import type { UpgradeOffer } from './upgrade/offer.ts'

/** Where to look, from where, and what is known. Cloneable; holds no secret. */
export interface SharedRoll {
  readonly facts: TargetFacts
  readonly sets: readonly StagedSet[]
  readonly vantages: readonly VantagePod[]
  /** DNS servers by node: the resolvers of that node's pods, and every backend. */
  readonly servers: Readonly<Record<string, readonly DnsServer[]>>
  readonly nodeVantages: Seen<readonly VantagePod[]>
  /**
   * Whether one good look is believed, where a run wants two. On a cluster that is broken on purpose this saves half of the
   * looks, and whoever convicts it all the same convicts it in a run.
   */
  readonly credulous?: boolean
  /** Labels of whatever is made in a namespace that is not ours, by which it is found again; absent in our own. */
  readonly marks?: Readonly<Record<string, string>>
  /** The registry that images are taken from; from where they are named without it. */
  readonly imagesFrom?: string | undefined
  /** What was before an upgrade and meanwhile, where that is judged. */
  readonly upgrade?: UpgradeOffer
}

/** What a run hands to its suites. Cloneable. */
export interface RollContext extends SharedRoll {
  /** The way to the API server. Never written to a report. */
  readonly access: HandedAccess
  /** Whether each requirement is to bring a tape of what its verdict was drawn from. */
  readonly record?: boolean
}

/** Either what a run has set up, or the sentence that says why it could not. */
export type RollOffer =
  | { readonly ready: true; readonly roll: RollContext }
  | { readonly ready: false; readonly problem: string }

declare module 'vitest' {
  interface ProvidedContext {
    roll: RollOffer
    /** How many files are looked at side by side. */
    sideBySide: number
    /** Paths of all files, in the order in which they are to be looked at; absent where they are only read. */
    files?: readonly string[]
  }
  interface TestContext {
    /** Lets another file be looked at while this one waits for the cluster; absent where nobody takes turns. */
    giveWay?: () => void
  }
}
