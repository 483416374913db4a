import type {} from 'vitest'
import type { DnsServer } from './probes/dns/outcome.ts'
import type { VantagePod } from './probes/vantage/vantage.ts'
import type { StagedSet } from './stage/staging.ts'
import type { TargetFacts } from './target/facts.ts'
import type { Seen } from './target/seen.ts'

/** What a run hands to its suites: where to look, from where, and what is known. Cloneable. */
export interface RollContext {
  /** An exported kubeconfig with the context under test as its current one. Never written to a report. */
  readonly kubeconfig: string
  readonly facts: TargetFacts
  readonly sets: readonly StagedSet[]
  readonly vantages: readonly VantagePod[]
  /** DNS servers by node: the resolvers of that node's pods, and every backend. */
  readonly servers: Readonly<Record<string, readonly DnsServer[]>>
  readonly nodeVantages: Seen<readonly VantagePod[]>
}

/** Either what a run has set up, or the sentence that says why it could not. */
export type RollOffer =
  | { readonly ready: true; readonly roll: RollContext }
  | { readonly ready: false; readonly problem: string }

declare module 'vitest' {
  interface ProvidedContext {
    roll: RollOffer
  }
}
