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
/** Bad looks more than have to agree, after which it matters no longer that each was bad in another place. */
const scattered = 2
/** Milliseconds of disagreement after which it is one that lasts: most of what is propagated arrives before. */
const lasting = 3000
/** Milliseconds between two looks. What speaks for longer than that would be seen once and counted twice. */
export const interval = 250

export interface SettleOptions {
  /** Unix time in ms until which a disagreement may still be propagation; later looks may put it off. */
  readonly until: number | (() => number)
  readonly signal: AbortSignal
  /** Agreeing looks that make a verdict; two of each unless told. */
  readonly agreeing?: Agreeing | undefined
  /** Told before each further look where a disagreement has lasted for seconds: it may go on as long as a cache does. */
  readonly lasts?: (() => void) | undefined
}

export interface Settled {
  readonly judgement: Judgement
  readonly observations: readonly Observation[]
  /** Unix time in ms at which the first of the looks that agree ended: what it saw was so by then. */
  readonly agreedAt: number
}

/**
 * Looks until two looks in a row say the same good thing. Once the propagation window has passed, the second look that says
 * the same bad thing in the same place decides: one alone may be a lost datagram, and so may two in different places; more of
 * those are the cluster again. A look counts from when it began.
 */
export async function settle(look: () => Promise<readonly Observation[]>, options: SettleOptions): Promise<Settled> {
  const { agreeing = twoLooks } = options
  const late = { 'non-conformant': 0, inconclusive: 0 }
  const places = new Map<string, number>()
  const started = Date.now()
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
    let agree = 0
    if (isLate) {
      late[judgement.verdict]++
      for (const place of placesOf(judgement.verdict, observations)) {
        const times = (places.get(place) ?? 0) + 1
        places.set(place, times)
        agree = Math.max(agree, times)
      }
    }
    if (agree >= agreeing.bad || late[judgement.verdict] >= agreeing.bad + scattered)
      return { judgement, observations, agreedAt }
    if (Date.now() - started >= lasting) options.lasts?.()
    await delay(interval, undefined, { signal: options.signal })
  }
}

/** Where a look saw this verdict, each place once. A look that saw nothing at all saw it nowhere, which is a place, too. */
function placesOf(verdict: Verdict, observations: readonly Observation[]): ReadonlySet<string> {
  const seen = observations.filter((one) => one.verdict === verdict)
  if (seen.length === 0) return new Set([verdict])
  return new Set(seen.map(({ vantage, backend, hop }) => JSON.stringify([verdict, vantage, backend, hop])))
}
