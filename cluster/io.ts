/** Takes one line about what is being done. */
export type Progress = (line: string) => void

/** How long work tells about itself and learns that it is to stop. */
export interface Io {
  progress: Progress
  signal: AbortSignal
}

/** Time since `start` (milliseconds of `Date.now()`) for people: `12 s` or `3 min 05 s`. */
export function since(start: number, now: number = Date.now()): string {
  const seconds = Math.max(0, Math.round((now - start) / 1000))
  if (seconds < 60) return `${seconds} s`
  return `${Math.floor(seconds / 60)} min ${String(seconds % 60).padStart(2, '0')} s`
}

/**
 * Runs `work` and, while it lasts, gives a line every `seconds`, so that a log without a terminal shows life.
 * `detail` may add how far it is.
 */
export async function withHeartbeat<T>(
  io: Io,
  title: string,
  work: () => Promise<T>,
  detail: () => string = () => '',
  seconds = 15,
): Promise<T> {
  const start = Date.now()
  io.progress(title)
  const timer = setInterval(() => {
    const more = detail()
    io.progress(`${title}: ${more === '' ? '' : `${more}, `}since ${since(start)}`)
  }, seconds * 1000)
  try {
    return await work()
  } finally {
    clearInterval(timer)
  }
}

/** Waits `milliseconds`, or rejects at once with the signal's reason when it is aborted. */
export function pause(milliseconds: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    if (signal?.aborted) return reject(signal.reason)
    const stop = () => {
      clearTimeout(timer)
      reject(signal?.reason)
    }
    const timer = setTimeout(() => {
      signal?.removeEventListener('abort', stop)
      resolve()
    }, milliseconds)
    signal?.addEventListener('abort', stop, { once: true })
  })
}

/** Runs pieces of work at the same time; when one fails, the others are aborted and waited for before its error is thrown. */
export async function together(io: Io, start: (io: Io) => Promise<unknown>[]): Promise<void> {
  const failed = new AbortController()
  const work = start({ progress: io.progress, signal: AbortSignal.any([io.signal, failed.signal]) })
  try {
    await Promise.all(work)
  } catch (error) {
    failed.abort(error)
    await Promise.allSettled(work)
    throw error
  }
}
