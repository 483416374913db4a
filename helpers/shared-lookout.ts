import { Lookout } from './look.ts'

/** One lookout for all who look in a thread: what it keeps open costs the cluster an exec for each channel. */
export class SharedLookout {
  #lookout: Lookout | undefined
  #takers = 0

  /** Opens the lookout for the first who takes it. @throws Problem where there is no staged cluster to look at. */
  take(): Lookout {
    this.#lookout ??= Lookout.open()
    this.#takers++
    return this.#lookout
  }

  /** Closes the lookout once everybody who has taken it has released it. */
  release(): void {
    if (this.#takers === 0 || --this.#takers > 0) return
    this.#lookout?.close()
    this.#lookout = undefined
  }
}
