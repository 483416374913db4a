/** Lets files be read one after another, and once all are read has some of them run at a time, in their order. */
export class Turns {
  readonly #order: readonly string[]
  readonly #waiting = new Map<string, () => void>()
  #unread: number
  #free: number
  #reading = Promise.resolve()

  constructor(order: readonly string[], atOnce: number) {
    this.#order = order
    this.#unread = order.length
    this.#free = atOnce
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

  /** Waits for the turn of a file to run; what it gives has to be called once that is over. */
  async run(file: string): Promise<() => void> {
    this.#unread--
    await new Promise<void>((resolve) => {
      this.#waiting.set(file, resolve)
      this.#next()
    })
    return () => {
      this.#free++
      this.#next()
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
