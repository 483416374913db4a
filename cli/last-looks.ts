import type { Reporter, TestModule } from 'vitest/node'
import type { SetName } from '../helpers/stage/sets.ts'
import type { SuiteFile } from './suite-files.ts'

/** Vitest reporter that tells of each staged set, once, when the last suite that looks at it is over. */
export class LastLooks implements Reporter {
  readonly #isOver: (set: SetName) => void
  /** Paths of the suites that are still to look at a set. */
  readonly #awaited = new Map<SetName, Set<string>>()

  constructor(isOver: (set: SetName) => void) {
    this.#isOver = isOver
  }

  /** Names the suites that will look; without this none is told of. */
  expect(suites: readonly Pick<SuiteFile, 'path' | 'sets'>[]): void {
    for (const { path, sets } of suites)
      for (const set of sets) this.#awaited.set(set, (this.#awaited.get(set) ?? new Set()).add(path))
  }

  onTestModuleEnd({ moduleId }: Pick<TestModule, 'moduleId'>): void {
    for (const [set, paths] of this.#awaited) {
      if (!paths.delete(moduleId) || paths.size > 0) continue
      this.#awaited.delete(set)
      this.#isOver(set)
    }
  }
}
