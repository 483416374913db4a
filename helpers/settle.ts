import { setTimeout as delay } from 'node:timers/promises'
import type { Observation, Verdict } from './report/record.ts'
import { isTrouble, type Judgement, judge } from './report/verdict.ts'

/** Milliseconds that a change may take from the API to every answer (perf-tests' DNS propagation threshold). */
export const propagationWindow = 10_000
/** Agreeing looks that make a verdict, by whether it is a good one. */
export interface Agreeing {
  readonly good: number
  readonly bad: number
}

/** One may be luck behind a virtual address that spreads over several servers, or a lost datagram. */
const twoLooks: Agreeing = { good: 2, bad: 2 }
const interval = 250

export interface SettleOptions {
  /** Unix time in ms until which a disagreement may still be propagation; later looks may put it off. */
  readonly until: number | (() => number)
  readonly signal: AbortSignal
  /** Agreeing looks that make a verdict; two of each unless told. */
  readonly agreeing?: Agreeing | undefined
}

export interface Settled {
  readonly judgement: Judgement
  readonly observations: readonly Observation[]
  /** Unix time in ms at which the first of the looks that agree ended: what it saw was so by then. */
  readonly agreedAt: number
}

/**
 * Looks until two looks in a row say the same good thing. Once the propagation window has passed, the second look that says
 * the same bad thing decides: one alone may be a lost datagram, two are the cluster. A look counts from when it began.
 */
export async function settle(look: () => Promise<readonly Observation[]>, options: SettleOptions): Promise<Settled> {
  const { agreeing = twoLooks } = options
  const late = { 'non-conformant': 0, inconclusive: 0 }
  let last: Verdict | undefined
  let streak = 0
  let agreedAt = 0
  for (;;) {
    options.signal.throwIfAborted()
    const began = Date.now()
    const isLate = began >= (typeof options.until === 'number' ? options.until : options.until())
    const observations = await look()
    const ended = Date.now()
    const judgement = judge(observations)
    const { verdict } = judgement
    streak = verdict === last ? streak + 1 : 1
    if (streak === 1) agreedAt = ended
    last = verdict
    if (!isTrouble(judgement)) {
      if (streak >= agreeing.good) return { judgement, observations, agreedAt }
      continue
    }
    if (isLate) late[judgement.verdict]++
    if (late[judgement.verdict] >= agreeing.bad) return { judgement, observations, agreedAt }
    await delay(interval, undefined, { signal: options.signal })
  }
}
