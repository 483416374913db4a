import type { SerializedError } from 'vitest'
import type { Reporter, TestCase, TestModule, TestRunEndReason, TestSpecification } from 'vitest/node'
import type { Tape } from '../eyes/tape.ts'
import { failureReason } from './failure.ts'
import { blockingError, isSelected, recordOf, titleOf } from './outcome.ts'
import type { RequirementRecord } from './record.ts'

/**
 * Vitest reporter that gathers the record of every requirement that was selected. Records are read when they are asked for,
 * so that a run that is cut short still tells what it has seen.
 */
export class RecordCollector implements Reporter {
  readonly #modules = new Map<string, TestModule>()
  readonly #queued = new Set<string>()
  readonly #begun = new Map<string, Date>()
  readonly #unhandled: SerializedError[] = []
  #reason: TestRunEndReason | undefined

  onTestRunStart(specifications: readonly TestSpecification[]): void {
    for (const { moduleId } of specifications) this.#queued.add(moduleId)
  }

  onTestModuleCollected(module: TestModule): void {
    this.#modules.set(module.moduleId, module)
  }

  /** Called for skipped and cancelled tests, too, which have no start; one that has begun has none any more once it is cancelled. */
  onTestCaseReady(test: TestCase): void {
    const start = test.diagnostic()?.startTime
    if (start !== undefined) this.#begun.set(test.id, new Date(start))
  }

  onTestRunEnd(
    modules: readonly TestModule[],
    unhandledErrors: readonly SerializedError[],
    reason: TestRunEndReason,
  ): void {
    for (const module of modules) this.#modules.set(module.moduleId, module)
    this.#unhandled.push(...unhandledErrors)
    // One part of a run that was cut short makes it one that was.
    if (this.#reason !== 'interrupted') this.#reason = reason
  }

  /** Whether the run was cancelled, or has not ended yet. */
  interrupted(): boolean {
    return this.#reason === undefined || this.#reason === 'interrupted'
  }

  /** One record per selected test that carries a requirement, in the order of files and tests. */
  records(): readonly RequirementRecord[] {
    return this.#inOrder().flatMap((module) =>
      [...module.children.allTests()].filter(isSelected).flatMap((test) => this.#recordOf(test) ?? []),
    )
  }

  /** What each verdict was drawn from, by requirement, in a run that records; none where a look was never begun. */
  recordings(): ReadonlyMap<string, Tape> {
    const tests = this.#inOrder().flatMap((module) => [...module.children.allTests()].filter(isSelected))
    return new Map(
      tests.flatMap((test) => {
        const { id, tape } = test.meta()
        return id === undefined || tape === undefined ? [] : [[id, tape]]
      }),
    )
  }

  /** Sentences on what no record tells: failing clean-up, files that cannot be read, errors outside any test. */
  problems(): readonly string[] {
    const ofModules = this.#inOrder().flatMap((module) => [
      ...untold(module),
      ...[...module.children.allTests()]
        .filter((test) => isSelected(test) && this.#recordOf(test) === undefined)
        .map((test) => `${module.relativeModuleId}: "${titleOf(test)}" names no requirement (id, level, spec).`),
    ])
    const outside = this.#unhandled.map((error) => `Outside any test: ${failureReason(error)}`)
    return [...ofModules, ...outside, ...this.#unread()]
  }

  #recordOf(test: TestCase): RequirementRecord | undefined {
    return recordOf(test, this.#begun.get(test.id))
  }

  #inOrder(): readonly TestModule[] {
    return [...this.#modules.values()].toSorted((a, b) => (a.moduleId < b.moduleId ? -1 : 1))
  }

  /** Files that never got to be read: their requirements are unknown, so that they can only be counted. */
  #unread(): readonly string[] {
    const isUnread = (id: string): boolean => {
      const module = this.#modules.get(id)
      return module === undefined || (module.children.size === 0 && module.errors().length === 0)
    }
    const count = [...this.#queued].filter(isUnread).length
    if (count === 0) return []
    return [`${count} ${count === 1 ? 'suite file was' : 'suite files were'} not run.`]
  }
}

/** The errors of hooks and imports that are the reason of no record: clean-up, or a file without tests. */
function untold(module: TestModule): readonly string[] {
  const told = new Set([...module.children.allTests()].filter(isSelected).map(blockingError))
  return [module, ...module.children.allSuites()]
    .flatMap((suite) => suite.errors())
    .filter((error) => !told.has(error))
    .map((error) => `${module.relativeModuleId}: ${failureReason(error)}`)
}
