import { Problem } from '../helpers/errors.ts'

/** What asks a process to end: Ctrl-C, `kill`, and a terminal that closes. */
export const endings = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const

/** These as a signal for everything that waits. A second one ends the process at once. */
export class Interrupt {
  readonly #controller = new AbortController()

  get signal(): AbortSignal {
    return this.#controller.signal
  }

  get happened(): boolean {
    return this.#controller.signal.aborted
  }

  /** Takes the signals over from whoever listens: vitest's own listeners end the process before anything is cleaned up. */
  install(): void {
    for (const name of endings) {
      process.removeAllListeners(name)
      process.on(name, () => {
        // A terminal that closes tells us itself, and by its shell: nobody has asked twice.
        if (this.happened && name === 'SIGHUP') return
        if (this.happened) process.exit(130)
        console.error(`\n${name}: cleaning up; once more to stop at once and leave things behind`)
        this.#controller.abort(new Problem(`interrupted by ${name}`, { exitCode: 130 }))
      })
    }
  }
}
