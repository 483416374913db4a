import { setMaxListeners } from 'node:events'

export interface InTime {
  readonly signal?: AbortSignal | undefined
  /** Milliseconds. */
  readonly timeout: number
  /** What it is rejected with when they are over. */
  readonly late: () => Error
}

/**
 * What a promise gives, unless the signal or the time ends the wait before. What it waits for goes on.
 * @throws what the promise rejects with, the signal's reason on abort, and `late()` when the time is over.
 */
export async function inTime<T>(promise: Promise<T>, { signal, timeout, late }: InTime): Promise<T> {
  let timer: NodeJS.Timeout | undefined
  // All that a watch asks at once waits for the same credentials; Node takes more than ten for a leak.
  if (signal !== undefined) setMaxListeners(0, signal)
  let abort = (): void => {}
  const ended = new Promise<never>((_, reject) => {
    abort = () => reject(signal?.reason as Error)
    timer = setTimeout(() => reject(late()), timeout)
    if (signal?.aborted) abort()
    else signal?.addEventListener('abort', abort, { once: true })
  })
  try {
    // The end comes first: it counts where both are there.
    return await Promise.race([ended, promise])
  } finally {
    clearTimeout(timer)
    signal?.removeEventListener('abort', abort)
  }
}
