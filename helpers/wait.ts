import { setTimeout as delay } from 'node:timers/promises'

/** One look at something that is awaited: done with a value, or what was seen instead. */
export type Look<T> = { readonly done: true; readonly value: T } | { readonly done: false; readonly saw: string }

export interface WaitOptions {
  /** What is awaited, to finish the sentence "waiting for …". */
  readonly reason: string
  /** Milliseconds until it is given up. */
  readonly deadline: number
  /** Milliseconds between two looks, or what these are once so many have gone by; 250 unless told. */
  readonly interval?: number | ((elapsed: number) => number)
  readonly signal?: AbortSignal | undefined
  /** Told each observation that differs from the one before. */
  readonly progress?: ((line: string) => void) | undefined
}

/** The deadline passed. The message carries the reason, attempts, elapsed time and the last observation. */
export class WaitExpired extends Error {
  override readonly name = 'WaitExpired'
}

/** For the `catch` of a wait: what comes in its place where the deadline has passed. Any other error is thrown on. */
export function whenExpired<T>(instead: (expired: WaitExpired) => T | Promise<T>): (error: unknown) => T | Promise<T> {
  return (error) => {
    if (error instanceof WaitExpired) return instead(error)
    throw error
  }
}

/**
 * Looks again and again until done. An error thrown by `look` ends the wait at once: that is how impossible states stop it early.
 * @throws WaitExpired at the deadline; the signal's reason on abort; whatever `look` throws.
 */
export async function eventually<T>(look: () => Promise<Look<T>>, options: WaitOptions): Promise<T> {
  const started = performance.now()
  const { reason, deadline, interval = 250, signal } = options
  let last = ''
  for (let attempts = 1; ; attempts++) {
    signal?.throwIfAborted()
    const seen = await look()
    if (seen.done) return seen.value
    const elapsed = performance.now() - started
    if (seen.saw !== last) options.progress?.(`${reason}: ${seen.saw}`)
    last = seen.saw
    if (elapsed >= deadline)
      throw new WaitExpired(
        `waited ${Math.round(elapsed / 1000)} s and ${attempts} ${attempts === 1 ? 'look' : 'looks'} for ${reason}; last seen: ${last}`,
      )
    const pause = typeof interval === 'number' ? interval : interval(elapsed)
    // Its own error says only that it was aborted; the next round throws the reason.
    await delay(Math.min(pause, Math.max(deadline - elapsed, 0)), undefined, { signal }).catch(() => {})
  }
}
