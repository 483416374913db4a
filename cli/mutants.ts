import { join } from 'node:path'
import { clusterDown, kindOptionsFromEnv } from '../cluster/kind.ts'
import { messageOf } from '../helpers/errors.ts'
import { fingerprintOf, Journal } from '../mutants/journal.ts'
import { goodOutcomes } from '../mutants/outcome.ts'
import { writeMutantsReport } from '../mutants/report.ts'
import { quick, type Selection, select } from '../mutants/selection.ts'
import { Untried } from '../mutants/untried.ts'
import { countOf } from './count.ts'
import { Interrupt } from './interrupt.ts'
import { Course, lineOf } from './mutants-course.ts'
import { progressTo } from './progress.ts'

export interface MutantsInput {
  readonly only?: readonly string[] | undefined
  readonly quick: boolean
  readonly record: boolean
  /** Leave the clusters up for the next time. */
  readonly keep: boolean
  /** On how many clusters cases are tried side by side. */
  readonly clusters: string
}

const root = join(import.meta.dirname, '..')
const sources = ['cluster', 'fixtures', 'helpers', 'mutants', 'suites']

/**
 * Tries the suite on clusters that are broken on purpose, and on odd ones. Exit code 0 when each came to what it should.
 * @throws Problem where an id names no case, or where there is no such number of clusters.
 */
export async function mutants(input: MutantsInput, env: NodeJS.ProcessEnv): Promise<number> {
  const selection = select(input.only ?? (input.quick ? quick : undefined))
  const count = countOf('clusters', input.clusters, 8)
  const started = new Date()
  const interrupt = new Interrupt()
  interrupt.install()
  const journal = new Journal(join(root, 'reports', 'mutants.journal.json'), fingerprintOf(root, sources))
  const troubles = await tryAll(selection, count, { input, env, interrupt, journal })
  const problems = interrupt.happened ? ['interrupted; the same command goes on from here'] : troubles.map(messageOf)
  const wanted = [...selection.cases.map((one) => one.change.id), ...selection.kinds.map((one) => one.id)]
  const results = wanted.flatMap((id) => journal.results.find((one) => one.id === id) ?? [])
  if (results.length === wanted.length) journal.end()
  const seconds = (Date.now() - started.getTime()) / 1000
  const complete = results.length === wanted.length && input.only === undefined && !input.quick
  await writeMutantsReport(root, { started: started.toISOString(), seconds, complete }, results)
  const bad = results.filter((one) => !goodOutcomes.includes(one.outcome))
  for (const result of bad) process.stdout.write(`${lineOf(result)}\n`)
  for (const problem of new Set(problems)) process.stdout.write(`${problem}\n`)
  const untried = wanted.length - results.length
  if (untried > 0) process.stdout.write(`${untried} not tried\n`)
  process.stdout.write(`Report: reports/mutants.json; ${seconds.toFixed(0)} s\n\n`)
  process.stdout.write(
    `${results.length - bad.length} passed, ${bad.length + (problems.length === 0 ? 0 : 1)} failed\n`,
  )
  if (interrupt.happened) return 130
  return bad.length > 0 ? 1 : problems.length === 0 && untried === 0 ? 0 : 2
}

interface Attempt {
  readonly input: MutantsInput
  readonly env: NodeJS.ProcessEnv
  readonly interrupt: Interrupt
  readonly journal: Journal
}

/** Tries what no earlier run has come to the end of, on `count` clusters side by side, and gives what stood in the way. */
async function tryAll(
  selection: Selection,
  count: number,
  { input, env, interrupt, journal }: Attempt,
): Promise<unknown[]> {
  const progress = progressTo(process.stderr)
  const troubles: unknown[] = []
  // Each to its end, whatever comes of the others: every cluster has to be put in order.
  const allOf = async (doings: readonly Promise<void>[]): Promise<void> => {
    for (const one of await Promise.allSettled(doings)) if (one.status === 'rejected') troubles.push(one.reason)
  }
  await allOf(
    journal.unfinished.map(async (name) => {
      await clusterDown(name, { progress, signal: interrupt.signal })
      journal.restored(name)
    }),
  )
  if (troubles.length > 0) return troubles
  const kind = kindOptionsFromEnv(env, {})
  const courses = Array.from({ length: count }, (_, index) => {
    const name = `${kind.name}-mutants${index === 0 ? '' : `-${index + 1}`}`
    const told = count === 1 ? progress : (line: string) => progress(`${name}: ${line}`)
    return new Course({ ...kind, name }, journal, { ...input, interrupt, progress: told })
  })
  const done = journal.results.map((one) => one.id)
  const untried = new Untried(selection, done)
  await allOf(courses.map((one) => one.run(untried)))
  await allOf(courses.map((one) => one.end(input.keep)))
  return troubles
}
