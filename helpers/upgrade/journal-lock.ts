import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { Problem } from '../errors.ts'
import { isGone, runnerOf } from '../stage/labels.ts'
import { cannotWrite } from './journal-file.ts'

/** Keeps a journal to one watch: two that write it would tear each other's looks, and ask every sampler something else. */
export class JournalLock {
  readonly #file: string

  private constructor(file: string) {
    this.#file = file
  }

  /**
   * Takes the lock, or that of a watch which was killed here.
   * @throws Problem where another watch has it, and where it cannot be written.
   */
  static take(journal: string): JournalLock {
    const file = `${journal}.lock`
    try {
      mkdirSync(dirname(file), { recursive: true })
    } catch (error) {
      throw cannotWrite(journal, error)
    }
    for (;;) {
      try {
        writeFileSync(file, runnerOf(process.pid), { flag: 'wx' })
        return new JournalLock(file)
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw cannotWrite(journal, error)
      }
      const holder = holderOf(file)
      if (holder !== undefined && !isGone(holder))
        throw new Problem(
          `Another watch (${holder}) writes ${journal}; let it go on, end it, or name another --reports. If it is gone for good, remove ${file}.`,
        )
      rmSync(file, { force: true })
    }
  }

  release(): void {
    rmSync(this.#file, { force: true })
  }
}

/** Who has the lock; undefined where it has just been released. */
function holderOf(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8')
  } catch {
    return undefined
  }
}
