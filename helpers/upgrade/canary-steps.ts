import { messageOf } from '../errors.ts'
import { ApiUnreachable, KubernetesError } from '../target/kubernetes-error.ts'
import { eventually, type Look, whenExpired } from '../wait.ts'
import type { CanaryEntry } from './journal.ts'

export type Step = NonNullable<CanaryEntry['stuck']>['step']

/** A step that did not come about in its time; `blind` where we could not see whether it did. */
export class Stuck extends Error {
  readonly step: Step
  readonly blind: boolean

  constructor(step: Step, saw: string, blind: boolean) {
    super(saw)
    this.step = step
    this.blind = blind
  }
}

/** What one look at a step shows; `blind` says that it shows nothing, since we could not look. */
export type StepLook<T> =
  | { readonly done: true; readonly value: T }
  | { readonly done: false; readonly saw: string; readonly blind?: boolean }

/** Whether the API was away or overburdened, which is no word on what was asked of it; also where nobody gives us credentials. */
export function isAway(error: unknown): boolean {
  if (error instanceof KubernetesError) return [401, 429, 502, 503, 504].includes(error.status)
  return error instanceof ApiUnreachable || !(error instanceof TypeError || error instanceof Stuck)
}

/**
 * Looks at a step until it has come about.
 * @param limit milliseconds.
 * @throws Stuck at the limit, with what was seen last: blind where that was nothing.
 */
export async function come<T>(
  step: Step,
  look: () => Promise<StepLook<T>>,
  { limit, signal }: { limit: number; signal: AbortSignal },
): Promise<T> {
  let last: { saw: string; blind: boolean } = { saw: 'nothing', blind: true }
  const once = async (): Promise<Look<T>> => {
    const seen = await look().catch((error: unknown): StepLook<T> => {
      signal.throwIfAborted()
      if (error instanceof Stuck || error instanceof TypeError) throw error
      return { done: false, saw: messageOf(error), blind: isAway(error) }
    })
    if (seen.done) return seen
    last = { saw: seen.saw, blind: seen.blind === true }
    return { done: false, saw: seen.saw }
  }
  return eventually(once, { reason: `a canary to be ${step}`, deadline: limit, interval: 200, signal }).catch(
    whenExpired(() => {
      throw new Stuck(step, last.saw, last.blind)
    }),
  )
}

/** Waits for a step from several places at once; the first that is stuck tells, one that could see before one that could not. */
export async function allCome(waits: readonly Promise<void>[]): Promise<void> {
  const settled = await Promise.allSettled(waits)
  const reasons = settled.flatMap((one) => (one.status === 'rejected' ? [one.reason as unknown] : []))
  const [first] = [...reasons].sort((a, b) => rank(a) - rank(b))
  if (first !== undefined) throw first
}

/** What is no verdict on the cluster comes first: an interrupt, a fault of ours. */
function rank(reason: unknown): number {
  if (!(reason instanceof Stuck)) return 0
  return reason.blind ? 2 : 1
}
