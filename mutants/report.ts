import { mkdir, rename, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { killMatrix } from './kill-matrix.ts'
import type { MutantResult } from './outcome.ts'

/** Of the whole run: when it began (ISO 8601), how many seconds it took, and whether every mutant and odd cluster was tried. */
export interface MutantsRun {
  readonly started: string
  readonly seconds: number
  readonly complete: boolean
}

/** Writes `reports/mutants.json`, and `docs/kill-matrix.md` once everything was tried. */
export async function writeMutantsReport(
  root: string,
  run: MutantsRun,
  mutants: readonly MutantResult[],
): Promise<void> {
  const report = { schema: 'rollcall.dev/mutants/v1', run, mutants }
  await replace(join(root, 'reports', 'mutants.json'), `${JSON.stringify(report, null, 2)}\n`)
  if (run.complete) await replace(join(root, 'docs', 'kill-matrix.md'), killMatrix(mutants))
}

async function replace(path: string, text: string): Promise<void> {
  await mkdir(dirname(path), { recursive: true })
  const temporary = `${path}.${process.pid}.tmp`
  await writeFile(temporary, text)
  await rename(temporary, path)
}
