import { setMaxListeners } from 'node:events'

/**
 * A signal for one request: it aborts after `timeout` ms, or when the signal of whoever asks does. Once it has ended, nothing is left at
 * that signal, where `AbortSignal.any` leaves something for as long as it lives (Node 20), which is days for a watch.
 */
export class Limit {
  readonly #own = new AbortController()
  readonly #theirs: AbortSignal | undefined
  readonly #timer: NodeJS.Timeout
  #isLate = false

  constructor(theirs: AbortSignal | undefined, timeout: number) {
    this.#theirs = theirs
    this.#timer = setTimeout(() => {
      this.#isLate = true
      this.#own.abort()
    }, timeout)
    if (theirs === undefined) return
    // A watch has many requests under way with one signal; Node takes more than ten listeners for a leak.
    setMaxListeners(0, theirs)
    if (theirs.aborted) this.#abort()
    else theirs.addEventListener('abort', this.#abort, { once: true })
  }

  get signal(): AbortSignal {
    return this.#own.signal
  }

  /** Whether the time was over. */
  get isLate(): boolean {
    return this.#isLate
  }

  end(): void {
    clearTimeout(this.#timer)
    this.#theirs?.removeEventListener('abort', this.#abort)
  }

  readonly #abort = (): void => this.#own.abort(this.#theirs?.reason)
}
