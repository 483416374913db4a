import type { Selection } from './selection.ts'
import type { Case } from './trial.ts'

type Kind = Selection['kinds'][number]

/** What is still to be tried, handed out one by one to however many clusters it is tried on side by side. */
export class Untried {
  /** How many cases there were to begin with. */
  readonly count: number
  readonly #cases: Case[]
  readonly #kinds: Kind[]

  /** Leaves out what is done already, by id. */
  constructor({ cases, kinds }: Selection, done: readonly string[]) {
    this.#cases = cases.filter((one) => !done.includes(one.change.id))
    this.#kinds = kinds.filter((one) => !done.includes(one.id))
    this.count = this.#cases.length
  }

  /** The cases that nobody has taken yet. */
  get cases(): readonly Case[] {
    return this.#cases
  }

  /** Takes the next case, and tells its rank among all, from 1; undefined once there is none. */
  nextCase(): { readonly next: Case; readonly rank: number } | undefined {
    const next = this.#cases.shift()
    return next && { next, rank: this.count - this.#cases.length }
  }

  /** Takes the next cluster of its own kind; undefined once there is none. */
  nextKind(): Kind | undefined {
    return this.#kinds.shift()
  }
}
