import { Problem } from '../helpers/errors.ts'

/** Ctrl-C and SIGTERM as a signal for everything that waits. A second one ends the process at once. */
export class Interrupt {
  readonly #controller = new AbortController()

  get signal(): AbortSignal {
    return this.#controller.signal
  }

  get happened(): boolean {
    return this.#controller.signal.aborted
  }

  /** Takes the two signals over from whoever listens: vitest's own listeners end the process before anything is cleaned up. */
  install(): void {
    for (const name of ['SIGINT', 'SIGTERM'] as const) {
      process.removeAllListeners(name)
      process.on(name, () => {
        if (this.happened) process.exit(130)
        console.error(`\n${name}: cleaning up; once more to stop at once and leave things behind`)
        this.#controller.abort(new Problem(`interrupted by ${name}`, { exitCode: 130 }))
      })
    }
  }
}
