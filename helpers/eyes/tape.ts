/** What a look gave, or what it threw. */
export type Heard = { readonly value: unknown } | { readonly error: string }

/**
 * What was seen in one look at a requirement: by the key of each primitive look, what it gave each time it was taken. Plain
 * JSON; holds no secret.
 */
export type Tape = Readonly<Record<string, readonly Heard[]>>

/** Takes a primitive look under its key, or tells what it gave when it was taken. What comes of it is plain JSON. */
export type Play = <T>(key: string, look: () => Promise<T>) => Promise<T>

/** Something is asked for that no recording holds: never a verdict on the cluster. */
export class NotRecorded extends Error {
  override readonly name = 'NotRecorded'
}

/** Looks, and keeps what was seen since it was last rewound. */
export class Recorder {
  #heard = new Map<string, Heard[]>()

  /** Forgets everything: a verdict is drawn from the last look alone. */
  rewind(): void {
    this.#heard = new Map()
  }

  /** Hands on what the tape will hold, so that a verdict is drawn from nothing else. */
  readonly play: Play = async <T>(key: string, look: () => Promise<T>): Promise<T> => {
    const times = this.#heard.get(key) ?? []
    this.#heard.set(key, times)
    // Its place is taken before the look: looks of one name side by side are told apart by the order in which they began.
    const index = times.push({ error: 'the look did not come to its end' }) - 1
    try {
      const value = plain(await look())
      times[index] = { value }
      return value
    } catch (error) {
      times[index] = { error: error instanceof Error ? error.message : String(error) }
      throw error
    }
  }

  tape(): Tape {
    return Object.fromEntries([...this.#heard].sort(([a], [b]) => (a < b ? -1 : 1)))
  }
}

/** Plays a tape. A look that was taken more often than recorded gives what it gave last. */
export class Player {
  readonly #tape: Tape
  readonly #taken = new Map<string, number>()
  readonly #missing = new Set<string>()
  readonly #otherwise: (key: string) => Heard | undefined

  /** `otherwise` tells what a look gave that the tape does not hold, if that is known. */
  constructor(tape: Tape, otherwise: (key: string) => Heard | undefined = () => undefined) {
    this.#tape = tape
    this.#otherwise = otherwise
  }

  /** Keys of looks that were asked for and are not on the tape: nothing that was judged without them counts. */
  get missing(): readonly string[] {
    return [...this.#missing]
  }

  readonly play: Play = async <T>(key: string): Promise<T> => {
    const times = this.#tape[key] ?? []
    const index = this.#taken.get(key) ?? 0
    this.#taken.set(key, index + 1)
    const heard = times[Math.min(index, times.length - 1)] ?? this.#otherwise(key)
    if (heard === undefined) {
      this.#missing.add(key)
      throw new NotRecorded(`the recording does not hold "${key}"`)
    }
    if ('error' in heard) throw new Error(heard.error)
    return heard.value as T
  }
}

function plain<T>(value: T): T {
  return JSON.parse(JSON.stringify(value)) as T
}
