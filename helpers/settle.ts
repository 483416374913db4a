import { setTimeout as delay } from 'node:timers/promises'
import type { Observation } from './report/record.ts'
import { type Judgement, judge } from './report/verdict.ts'

/** Milliseconds that a change may take from the API to every answer (perf-tests' DNS propagation threshold). */
export const propagationWindow = 10_000
/** Agreeing looks that make a verdict: one may be luck behind a virtual address that spreads over several servers. */
const agreeing = 2
const interval = 250

export interface SettleOptions {
  /** Unix time in ms until which a disagreement may still be propagation. */
  readonly until: number
  readonly signal: AbortSignal
}

export interface Settled {
  readonly judgement: Judgement
  readonly observations: readonly Observation[]
}

/**
 * Looks until two looks in a row say the same good thing. Once the propagation window has passed, a second look that is not
 * good decides: one alone may be a lost datagram, two are the cluster.
 */
export async function settle(look: () => Promise<readonly Observation[]>, options: SettleOptions): Promise<Settled> {
  let good = 0
  let lateAndBad = 0
  for (;;) {
    options.signal.throwIfAborted()
    const observations = await look()
    const judgement = judge(observations)
    if (judgement.verdict === 'conformant' || judgement.verdict === 'not-applicable') {
      good++
      if (good >= agreeing) return { judgement, observations }
      continue
    }
    good = 0
    if (Date.now() >= options.until) lateAndBad++
    if (lateAndBad >= agreeing) return { judgement, observations }
    await delay(interval, undefined, { signal: options.signal })
  }
}
