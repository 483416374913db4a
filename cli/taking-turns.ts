import { inject, type TestContext, TestRunner } from 'vitest'
import { type Turn, Turns } from './turns.ts'

let turns: Turns | undefined
/** By path: vitest asks one runner alone, whichever that is, to extend the context of every test. */
const taken = new Map<string, Turn>()

/**
 * Has the files of a thread take turns, where bin/side-by-side.js begins them all at once. Vitest notes in one place of a thread which
 * file is read, and which test runs, and refuses to learn of tests while one runs: so all are read first.
 */
export default class TakingTurns extends TestRunner {
  #path = ''
  #isRead = (): void => {}

  async onBeforeCollect([path = '']: string[]): Promise<void> {
    const files = inject('files')
    if (files === undefined) return
    turns ??= new Turns(files, inject('sideBySide'))
    this.#path = path
    this.#isRead = await turns.read()
  }

  async onCollected(): Promise<void> {
    this.#isRead()
    if (turns !== undefined) taken.set(this.#path, await turns.run(this.#path))
  }

  /** Without what it overrides, which would take the state of snapshots from all others; there are none. */
  override onAfterRunFiles(): void {
    taken.get(this.#path)?.end()
  }

  override extendTaskContext(context: TestContext): TestContext {
    return Object.assign(super.extendTaskContext(context), {
      giveWay: () => taken.get(context.task.file.filepath)?.giveWay(),
    })
  }
}
