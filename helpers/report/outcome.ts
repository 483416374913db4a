import type { SerializedError } from 'vitest'
import type { TestCase, TestModule, TestSuite } from 'vitest/node'
import { failureReason, isAbort, isAbortNote, stackOf } from './failure.ts'
import type { RequirementRecord } from './record.ts'
import './task-meta.ts'
import { type Judgement, judge } from './verdict.ts'

/** Whether a test was to run at all: a filter (`-t`, tags) skips the others while they are collected. */
export function isSelected(test: TestCase): boolean {
  return test.options.mode !== 'skip' && test.options.mode !== 'todo'
}

/**
 * The record of a test, also of one that did not get to its end; undefined when it decides no requirement.
 * `begun` is when it began, if it did.
 */
export function recordOf(test: TestCase, begun: Date | undefined): RequirementRecord | undefined {
  const { id, level, spec, observations = [], evidence = [], propagation } = test.meta()
  if (id === undefined || level === undefined || spec === undefined) return undefined
  const { verdict, reason, hop } = judgementOf(test, begun !== undefined)
  return {
    id,
    level,
    spec,
    title: titleOf(test),
    area: areaOf(test.module),
    verdict,
    reason,
    ...(hop === undefined ? {} : { hop }),
    ...(begun === undefined ? {} : { started: begun.toISOString() }),
    seconds: Math.round(test.diagnostic()?.duration ?? 0) / 1000,
    ...(propagation === undefined ? {} : { propagation }),
    evidence: verdict === 'inconclusive' ? [...evidence, ...errorsOf(test).flatMap(stackOf)] : evidence,
    observations,
  }
}

/** The full name, joined as `-t` matches it. */
export function titleOf(test: TestCase): string {
  const names = [test.name]
  for (const suite of suitesAround(test)) if (suite.type === 'suite') names.unshift(suite.name)
  return names.join(' ')
}

/** The folder under `suites/`; of a file elsewhere, its own folder. */
export function areaOf(module: Pick<TestModule, 'moduleId'>): string {
  const folders = module.moduleId.split('/').slice(0, -1)
  const suites = folders.lastIndexOf('suites')
  return (suites === -1 ? folders.at(-1) : folders[suites + 1]) ?? 'suites'
}

/** The error of a hook or an import that kept a test from running: that of the innermost suite that has one. */
export function blockingError(test: TestCase): SerializedError | undefined {
  const result = test.result()
  if (result.state !== 'skipped' || (result.note ?? '') !== '') return undefined
  return suitesAround(test)
    .flatMap((suite) => suite.errors())
    .at(0)
}

function judgementOf(test: TestCase, hasBegun: boolean): Judgement {
  const result = test.result()
  const judged = judge(test.meta().observations ?? [])
  switch (result.state) {
    case 'passed':
      return judged
    case 'failed': {
      if (result.errors.some(isAbort)) return inconclusive(interruption(true))
      if (judged.verdict === 'non-conformant') return judged
      const saidSo = judged.verdict === 'inconclusive' && (test.meta().observations ?? []).length > 0
      const [error] = result.errors
      return saidSo ? judged : inconclusive(error === undefined ? 'it failed without an error' : failureReason(error))
    }
    case 'skipped':
      return skipped(test, result.note, hasBegun)
    case 'pending':
      return inconclusive(interruption(hasBegun))
  }
}

function skipped(test: TestCase, note: string | undefined, hasBegun: boolean): Judgement {
  if (note !== undefined && isAbortNote(note)) return inconclusive(interruption(hasBegun))
  if (note !== undefined && note !== '') return { verdict: 'not-applicable', reason: note }
  const blocking = blockingError(test)
  return inconclusive(blocking === undefined ? 'it was skipped without a reason' : failureReason(blocking))
}

function interruption(hasBegun: boolean): string {
  return hasBegun ? 'interrupted while it ran' : 'interrupted before it ran'
}

function inconclusive(reason: string): Judgement {
  return { verdict: 'inconclusive', reason }
}

function errorsOf(test: TestCase): readonly SerializedError[] {
  const result = test.result()
  if (result.state === 'failed') return result.errors
  return [blockingError(test)].filter((error) => error !== undefined)
}

function suitesAround(test: TestCase): readonly (TestSuite | TestModule)[] {
  const around: (TestSuite | TestModule)[] = []
  let current: TestSuite | TestModule = test.parent
  while (current.type === 'suite') {
    around.push(current)
    current = current.parent
  }
  return [...around, current]
}
