/** Measures the parts of a run, in seconds to the millisecond. */
export class Stopwatch {
  readonly #started = performance.now()
  readonly #parts = { staging: 0, looking: 0 }

  /** Measures one part, also where it throws. */
  async during<T>(part: 'staging' | 'looking', work: () => Promise<T>): Promise<T> {
    const began = performance.now()
    try {
      return await work()
    } finally {
      this.#parts[part] = secondsSince(began)
    }
  }

  /** Seconds of each part, zero for what never began, and of all since the watch was made. */
  read(): { readonly whole: number; readonly staging: number; readonly looking: number } {
    return { whole: secondsSince(this.#started), ...this.#parts }
  }
}

function secondsSince(moment: number): number {
  return Math.round(performance.now() - moment) / 1000
}
