/** The parts that a run is made of. */
export const phases = ['staging', 'looking', 'cleaning'] as const
export type Phase = (typeof phases)[number]

/** Seconds, to the millisecond. */
export interface Lap {
  readonly seconds: number
  /** Processor time of the runner itself, all threads: the rest was spent waiting for the cluster. */
  readonly own: number
}

/** What a watch reads: milliseconds gone by, and microseconds of processor time, all threads. */
export interface Clock {
  readonly now: () => number
  readonly cpuUsage: () => NodeJS.CpuUsage
}

const realClock: Clock = { now: () => performance.now(), cpuUsage: () => process.cpuUsage() }

/** Measures the parts of a run. */
export class Stopwatch {
  readonly #clock: Clock
  readonly #started: number
  readonly #laps = new Map<Phase, Lap>()

  constructor(clock: Clock = realClock) {
    this.#clock = clock
    this.#started = clock.now()
  }

  /** Measures one part, also where it throws. */
  async during<T>(phase: Phase, work: () => Promise<T>): Promise<T> {
    const began = this.#clock.now()
    const before = this.#clock.cpuUsage()
    try {
      return await work()
    } finally {
      const { user, system } = this.#clock.cpuUsage()
      const own = Math.round((user - before.user + system - before.system) / 1000) / 1000
      this.#laps.set(phase, { seconds: this.#secondsSince(began), own })
    }
  }

  /** Seconds of all since the watch was made, and of each part, zero for what never began. */
  read(): { readonly whole: number } & Readonly<Record<Phase, number>> {
    const of = (phase: Phase): number => this.lap(phase).seconds
    return {
      whole: this.#secondsSince(this.#started),
      staging: of('staging'),
      looking: of('looking'),
      cleaning: of('cleaning'),
    }
  }

  lap(phase: Phase): Lap {
    return this.#laps.get(phase) ?? { seconds: 0, own: 0 }
  }

  #secondsSince(began: number): number {
    return Math.round(this.#clock.now() - began) / 1000
  }
}
