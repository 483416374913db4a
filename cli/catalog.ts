import { Problem } from '../helpers/errors.ts'
import { RecordCollector } from '../helpers/report/collector.ts'
import { failureReason } from '../helpers/report/failure.ts'
import { areaOf, titleOf } from '../helpers/report/outcome.ts'
import type { Level } from '../helpers/report/record.ts'
import { openVitest } from './observe.ts'

/** One requirement of the suites, as its test states it. */
export interface CatalogEntry {
  readonly id: string
  readonly level: Level
  /** The whole sentence, `describe` and `test` together, as `-t` matches it. */
  readonly title: string
  readonly area: string
  readonly spec: string
  /** Path from the root of the project. */
  readonly file: string
}

/** What a test that is not checked yet says of itself. */
export type Statement = Readonly<Record<keyof CatalogEntry, string>>

/**
 * Every requirement of the suites, ordered by area, file and place in it. Vitest loads the suites and runs nothing; no
 * cluster is needed.
 * @throws Problem that lists all that is wrong with what the tests say of themselves.
 */
export async function readCatalog(): Promise<CatalogEntry[]> {
  const vitest = await openVitest([new RecordCollector()])
  try {
    const { testModules } = await vitest.collect()
    const broken = testModules.flatMap((module) =>
      module.errors().map((error) => `${module.relativeModuleId}: ${failureReason(error)}`),
    )
    if (broken.length > 0) throw new Problem(`The suites cannot be read: ${broken.join('; ')}.`)
    const statements = testModules.flatMap((module) =>
      [...module.children.allTests()].map((test): Statement => {
        const { id = '', level = '', spec = '' } = test.meta()
        return { id, level, title: titleOf(test), area: areaOf(module), spec, file: module.relativeModuleId }
      }),
    )
    const wrong = statements.flatMap(wrongOf).concat(doubles(statements))
    if (wrong.length > 0) throw new Problem(`The catalogue of requirements is wrong: ${wrong.join('; ')}.`)
    return (statements as CatalogEntry[]).sort((a, b) => compared(a.area, b.area) || compared(a.file, b.file))
  } finally {
    await vitest.close()
  }
}

/** Prints the catalogue: a requirement in two lines, or all as JSON. */
export async function printCatalog(asJson: boolean): Promise<number> {
  const entries = await readCatalog()
  process.stdout.write(asJson ? `${JSON.stringify(entries, undefined, 2)}\n` : catalogText(entries))
  return 0
}

/** The catalogue for people: areas, and below each its requirements. */
export function catalogText(entries: readonly CatalogEntry[]): string {
  const areas = [...new Set(entries.map((one) => one.area))].map((area) => {
    const own = entries.filter((one) => one.area === area)
    const width = Math.max(...own.map((one) => one.id.length))
    return [area, ...own.map((one) => `  ${one.id.padEnd(width)}  ${one.level.padEnd(6)}  ${one.title}`)].join('\n')
  })
  const musts = entries.filter((one) => one.level === 'MUST').length
  return `${areas.join('\n\n')}\n\n${entries.length} requirements, ${musts} of them MUST\n`
}

/** What is wrong with one statement, a clause each. */
export function wrongOf({ id, level, spec, title, file }: Statement): string[] {
  const where = `"${title}" in ${file}`
  return [
    ...(/^[a-z0-9-]+(\.[a-z0-9-]+)+$/.test(id) ? [] : [`${where} has the id "${id}", which is not like dns.ttl.bound`]),
    ...(level === 'MUST' || level === 'SHOULD' ? [] : [`${where} has the level "${level}", not MUST or SHOULD`]),
    ...(spec.trim() === '' ? [`${where} cites no specification`] : []),
  ]
}

/** Ids that more than one test claims, a clause each. */
export function doubles(statements: readonly Statement[]): string[] {
  const ids = [...new Set(statements.map((one) => one.id))]
  return ids.flatMap((id) => {
    const files = statements.filter((one) => one.id === id).map((one) => one.file)
    return files.length === 1 ? [] : [`${files.length} tests have the id "${id}", in ${files.join(' and ')}`]
  })
}

function compared(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0
}
