import { join } from 'node:path'
import { kindOptionsFromEnv } from '../cluster/kind.ts'
import { messageOf } from '../helpers/errors.ts'
import { fingerprintOf, Journal } from '../mutants/journal.ts'
import { goodOutcomes } from '../mutants/outcome.ts'
import { writeMutantsReport } from '../mutants/report.ts'
import { quick, select } from '../mutants/selection.ts'
import { Interrupt } from './interrupt.ts'
import { Course, lineOf } from './mutants-course.ts'

export interface MutantsInput {
  readonly only?: readonly string[] | undefined
  readonly quick: boolean
  readonly record: boolean
  /** Leave the cluster up for the next time. */
  readonly keep: boolean
}

const root = join(import.meta.dirname, '..')
const sources = ['cluster', 'fixtures', 'helpers', 'mutants', 'suites']

/** Tries the suite on clusters that are broken on purpose, and on odd ones. Exit code 0 when each came to what it should. */
export async function mutants(input: MutantsInput, env: NodeJS.ProcessEnv): Promise<number> {
  const selection = select(input.only ?? (input.quick ? quick : undefined))
  const started = new Date()
  const interrupt = new Interrupt()
  interrupt.install()
  const journal = new Journal(join(root, 'reports', 'mutants.journal.json'), fingerprintOf(root, sources))
  const kind = kindOptionsFromEnv(env, {})
  const course = new Course({ ...kind, name: `${kind.name}-mutants` }, journal, interrupt, input)
  let problem: string | undefined
  try {
    await course.run(selection)
  } catch (error) {
    problem = interrupt.happened ? 'interrupted; the same command goes on from here' : messageOf(error)
  } finally {
    await course.end(input.keep)
  }
  const wanted = [...selection.cases.map((one) => one.change.id), ...selection.kinds.map((one) => one.id)]
  const results = wanted.flatMap((id) => journal.results.find((one) => one.id === id) ?? [])
  if (results.length === wanted.length) journal.end()
  const seconds = (Date.now() - started.getTime()) / 1000
  const complete = results.length === wanted.length && input.only === undefined && !input.quick
  await writeMutantsReport(root, { started: started.toISOString(), seconds, complete }, results)
  const bad = results.filter((one) => !goodOutcomes.includes(one.outcome))
  for (const result of bad) process.stdout.write(`${lineOf(result)}\n`)
  if (problem !== undefined) process.stdout.write(`${problem}\n`)
  const untried = wanted.length - results.length
  if (untried > 0) process.stdout.write(`${untried} not tried\n`)
  process.stdout.write(`Report: reports/mutants.json; ${seconds.toFixed(0)} s\n\n`)
  process.stdout.write(
    `${results.length - bad.length} passed, ${bad.length + (problem === undefined ? 0 : 1)} failed\n`,
  )
  if (interrupt.happened) return 130
  return bad.length > 0 ? 1 : problem === undefined && untried === 0 ? 0 : 2
}
