import type { Lookout } from './look.ts'
import { isOfSilence } from './matchers/dns-sightings.ts'
import { ttlCap } from './matchers/ttl.ts'
import type { Observation } from './report/record.ts'
import type { TaskMeta } from './report/task-meta.ts'
import { isTrouble } from './report/verdict.ts'
import { type Agreeing, propagationWindow, settle } from './settle.ts'
import type { Hands } from './stage/hands.ts'
import type { StageView } from './stage-view.ts'

/** Looks at the cluster once and says what was seen. */
export type Look = () => Promise<readonly Observation[]>

/** The cluster does not keep the requirement. */
class NonConformance extends Error {
  override readonly name = 'NonConformance'
}

/** It could not be seen whether the cluster keeps the requirement. */
class Inconclusive extends Error {
  override readonly name = 'Inconclusive'
}

/** A requirement that this cluster cannot show; say why in one sentence. */
export function notApplicable(reason: string): Observation[] {
  return [
    {
      vantage: '',
      backend: '',
      hop: 'pod',
      verdict: 'not-applicable',
      expected: 'something to judge',
      observed: reason,
    },
  ]
}

/** How a requirement is decided, beyond looking. */
export interface Deciding {
  /**
   * Changes the stage first, and returns when the API shows the change: what is looked at has a propagation window from
   * then on. It brings about all that it needs, whatever a test before it has left, and is not played on recordings.
   */
  readonly after?: (hands: Hands) => Promise<void>
  /** Puts away what would be in the way of others, whatever the verdict. */
  readonly lastly?: (hands: Hands) => Promise<void>
  /**
   * Milliseconds from the change, or from now without one, that the cluster has instead of the propagation window. For what
   * is not propagation: garbage collection, say.
   */
  readonly within?: number
  /** It is this requirement that convicts servers which know no slice that somebody has written; all others let them be. */
  readonly ofSlices?: boolean
  /** Lets one look decide: for one that is itself many looks, and disturbs others. */
  readonly once?: boolean
  /** Tells, whatever the verdict, lines for the report that are no observations. */
  readonly telling?: () => Promise<readonly string[]>
}

/** Milliseconds that putting away may take. */
const tidying = 20_000

/** How many looks have to agree; undefined for as many as usual. */
function agreeingOf(once: boolean, { roll }: Lookout): Agreeing | undefined {
  if (once) return { good: 1, bad: 1 }
  return roll.credulous === true ? { good: 1, bad: 2 } : undefined
}

/** The test that decides. */
export interface Deciders {
  readonly stage: StageView
  readonly lookout: Lookout
  readonly meta: TaskMeta
  readonly signal: AbortSignal
  /** Is told where a disagreement lasts. */
  readonly giveWay?: (() => void) | undefined
}

/**
 * Changes the stage, if that is wanted, looks until the cluster has settled, and puts what was seen into the test's meta.
 * Returns the milliseconds from the change to the end of the first look that agreed, which is no less than it took; undefined without a change.
 * @throws NonConformance or Inconclusive where that is the verdict; whatever a change or a look throws.
 */
export async function decideOn(
  deciders: Deciders,
  look: Look,
  { lastly, ...deciding }: Deciding,
): Promise<number | undefined> {
  try {
    return await decided(deciders, look, deciding)
  } finally {
    // What is left behind is no verdict on the cluster. The signal of the test may be why it has come to this.
    await lastly?.(deciders.stage.hands(AbortSignal.timeout(tidying))).catch(() => {})
  }
}

async function decided(
  { stage, lookout, meta, signal, giveWay }: Deciders,
  look: Look,
  { after, within, once = false, ofSlices = false, telling }: Omit<Deciding, 'lastly'>,
): Promise<number | undefined> {
  if (stage.staged.refusal !== undefined) {
    meta.observations = notApplicable(stage.staged.refusal)
    return undefined
  }
  const keepsTtl = after !== undefined && (await lookout.keepsTtl())
  await after?.(stage.hands(signal))
  const changedAt = after === undefined && within === undefined ? stage.staged.readyAt : Date.now()
  const { lifetimes, asked } = lookout.dns
  lifetimes.begin(keepsTtl)
  asked.clear()
  const { service } = lookout.roll.facts.dns
  const isDnsDown = service.seen && service.value.backends.length === 0
  let onlyDnsIsMissing = false
  // What a cache held when the change was made may be told until its TTL has run out. Where no DNS server runs and all else has
  // followed, nothing more will come: Redis finds its master by name.
  const until = (): number =>
    onlyDnsIsMissing
      ? 0
      : changedAt + (within ?? propagationWindow) + (after === undefined ? 0 : 1000 * lifetimes.held(ttlCap))
  const lookAtAll = async (): Promise<readonly Observation[]> => {
    lookout.recorder?.rewind()
    const seen = await lookout.withBackends(await look(), signal)
    const isSilent = isDnsDown && seen.some((one) => one.hop === 'node resolver' && isOfSilence(one))
    // What cannot be asked excuses nobody.
    const all = ofSlices || isSilent ? seen : await lookout.unread.judged(stage, seen, asked).catch(() => seen)
    const bad = all.filter(isTrouble)
    const isOfNames = (one: Observation): boolean =>
      one.hop === 'DNS backend' || (one.hop === 'node resolver' && isOfSilence(one)) || one.hop === 'Redis'
    onlyDnsIsMissing = isSilent && bad.every(isOfNames)
    return all
  }
  const { judgement, observations, agreedAt } = await settle(lookAtAll, {
    until,
    signal,
    lasts: giveWay,
    agreeing: agreeingOf(once, lookout),
  }).finally(() => {
    if (lookout.recorder !== undefined) meta.tape = lookout.recorder.tape()
  })
  meta.observations = observations
  const told = (await telling?.()) ?? []
  if (told.length > 0) meta.evidence = told
  if (judgement.verdict === 'non-conformant') {
    meta.evidence = [...told, ...(await stage.evidence(judgement.hop))]
    throw new NonConformance(judgement.reason)
  }
  if (judgement.verdict === 'inconclusive') throw new Inconclusive(judgement.reason)
  if (after === undefined || judgement.verdict !== 'conformant') return undefined
  const took = agreedAt - changedAt
  meta.propagation = { ms: [...(meta.propagation?.ms ?? []), took] }
  return took
}
