import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { configTable } from '../helpers/config-table.ts'
import { mutants } from '../mutants/catalogue.ts'
import { killMatrix } from '../mutants/kill-matrix.ts'
import { recordedRows } from '../mutants/recorded.ts'
import { rehearsals } from '../mutants/rehearsals/catalogue.ts'
import { unkillable } from '../mutants/unkillable.ts'
import { readCatalog } from './catalog.ts'
import { coveragePage, readCoverage } from './coverage.ts'
import { requirementsPage } from './requirements-page.ts'

const folder = join(import.meta.dirname, '..', 'docs')

/** Writes the requirements, the coverage and the kill matrix in `docs/`, and the table in `docs/configuration.md`. */
export async function writeDocs(): Promise<number> {
  const settings = join(folder, 'configuration.md')
  const page = await readFile(settings, 'utf8')
  await writeFile(settings, withTable(page, configTable()))
  await writeFile(
    join(folder, 'requirements.md'),
    requirementsPage(await readCatalog(), { mutants, rehearsals, unkillable }),
  )
  await writeFile(join(folder, 'coverage.md'), coveragePage(await readCoverage()))
  await writeFile(join(folder, 'kill-matrix.md'), killMatrix(await recordedRows()))
  process.stdout.write('wrote configuration.md, coverage.md, kill-matrix.md and requirements.md in docs/\n')
  return 0
}

/** The page with this table between its two marks. */
export function withTable(page: string, table: string): string {
  // A function: what a string says of `$` is an instruction to replace().
  return page.replace(
    /(<!-- generated -->\n\n)[\s\S]*(\n\n<!-- end -->)/,
    (_all, start, end) => `${start}${table}${end}`,
  )
}
