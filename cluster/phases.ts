/** Takes the time of the parts of an `up`. */
export interface Phases {
  /** Says that the named phase ended now. */
  done(phase: 'engine' | 'create' | 'nodes ready' | 'dns ready'): void
}

/** A `Phases` that keeps seconds: of each phase on its own, and `total` from the start on. */
export function stopwatch(): Phases & { seconds: Record<string, number> } {
  const start = performance.now()
  let last = start
  const seconds: Record<string, number> = {}
  return {
    seconds,
    done(phase) {
      const now = performance.now()
      seconds[phase] = (now - last) / 1000
      seconds.total = (now - start) / 1000
      last = now
    },
  }
}
