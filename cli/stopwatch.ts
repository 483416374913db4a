/** The parts that a run is made of. */
export const phases = ['staging', 'looking', 'cleaning'] as const
export type Phase = (typeof phases)[number]

/** Seconds, to the millisecond. */
export interface Lap {
  readonly seconds: number
  /** Processor time of the runner itself, all threads: the rest was spent waiting for the cluster. */
  readonly own: number
}

/** Measures the parts of a run. */
export class Stopwatch {
  readonly #started = performance.now()
  readonly #laps = new Map<Phase, Lap>()

  /** Measures one part, also where it throws. */
  async during<T>(phase: Phase, work: () => Promise<T>): Promise<T> {
    const began = performance.now()
    const before = process.cpuUsage()
    try {
      return await work()
    } finally {
      const { user, system } = process.cpuUsage(before)
      this.#laps.set(phase, { seconds: secondsSince(began), own: Math.round((user + system) / 1000) / 1000 })
    }
  }

  /** Seconds of all since the watch was made, and of each part, zero for what never began. */
  read(): { readonly whole: number } & Readonly<Record<Phase, number>> {
    const of = (phase: Phase): number => this.lap(phase).seconds
    return {
      whole: secondsSince(this.#started),
      staging: of('staging'),
      looking: of('looking'),
      cleaning: of('cleaning'),
    }
  }

  lap(phase: Phase): Lap {
    return this.#laps.get(phase) ?? { seconds: 0, own: 0 }
  }
}

function secondsSince(began: number): number {
  return Math.round(performance.now() - began) / 1000
}
