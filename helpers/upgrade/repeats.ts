import type { JournalEntry, Result, SampleEntry } from './journal.ts'

/** Stands in a journal for what the same node was told of the same target in its look before: an hour of looks is mostly that. */
const same = '='

/** A look as it is written. */
type Shortened = Omit<SampleEntry, 'results'> & { readonly results: Readonly<Record<string, Result | typeof same>> }

/** Leaves out of a journal what repeats itself, look by look in the order in which they are written. */
export class Shortening {
  readonly #last = new Map<string, string>()

  shorten(entry: JournalEntry): Exclude<JournalEntry, SampleEntry> | Shortened {
    if (entry.kind !== 'sample') return entry
    const results = Object.entries(entry.results).map(([id, result]) => {
      const [key, text] = [`${entry.node} ${id}`, JSON.stringify(result)]
      if (this.#last.get(key) === text) return [id, same]
      this.#last.set(key, text)
      return [id, result]
    })
    return { ...entry, results: Object.fromEntries(results) }
  }
}

/** Puts back what `Shortening` has left out, in the order of the file; what is alike is one object then. */
export class Restoring {
  readonly #last = new Map<string, Result>()

  /** @throws Error where a look refers to one that is not there. */
  restore(entry: JournalEntry | Shortened): JournalEntry {
    if (entry.kind !== 'sample') return entry
    const results = Object.entries(entry.results).map(([id, result]) => {
      const key = `${entry.node} ${id}`
      const whole = result === same ? this.#last.get(key) : result
      if (whole === undefined) throw new Error(`${id} is as before, and nothing is told of before`)
      this.#last.set(key, whole)
      return [id, whole]
    })
    return { ...entry, results: Object.fromEntries(results) }
  }
}
