/** The turn of a file to run. */
export interface Turn {
  /** Lets another file begin beside this one, which does little more than wait; once, and not where as many have done so as there are turns. */
  giveWay(): void
  end(): void
}

/** Lets files be read one after another, and once all are read has some of them run at a time, in their order. */
export class Turns {
  readonly #order: readonly string[]
  readonly #waiting = new Map<string, () => void>()
  #unread: number
  #free: number
  /** How many may still give way: none where a file is to be alone. */
  #ways: number
  #reading = Promise.resolve()

  constructor(order: readonly string[], atOnce: number) {
    this.#order = order
    this.#unread = order.length
    this.#free = atOnce
    this.#ways = atOnce > 1 ? atOnce : 0
  }

  /** Waits for the turn to read; what it gives has to be called once that is over. */
  async read(): Promise<() => void> {
    const before = this.#reading
    let end = (): void => {}
    this.#reading = new Promise((resolve) => {
      end = resolve
    })
    await before
    return end
  }

  /** Waits for the turn of a file to run, which has to be ended once that is over. */
  async run(file: string): Promise<Turn> {
    this.#unread--
    await new Promise<void>((resolve) => {
      this.#waiting.set(file, resolve)
      this.#next()
    })
    let hasGivenWay = false
    return {
      giveWay: () => {
        if (hasGivenWay || this.#ways === 0) return
        hasGivenWay = true
        this.#ways--
        this.#free++
        this.#next()
      },
      end: () => {
        if (hasGivenWay) this.#ways++
        else this.#free++
        this.#next()
      },
    }
  }

  #next(): void {
    while (this.#unread === 0 && this.#free > 0) {
      const file = this.#order.find((one) => this.#waiting.has(one))
      if (file === undefined) return
      const begin = this.#waiting.get(file)
      this.#waiting.delete(file)
      this.#free--
      begin?.()
    }
  }
}
