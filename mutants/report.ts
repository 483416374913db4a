import { mkdir, rename, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import * as z from 'zod'
import { messageOf, Problem } from '../helpers/errors.ts'
import { hops } from '../helpers/report/record.ts'
import type { MutantResult } from './outcome.ts'

const outcome = z.enum([
  'killed',
  'killed-by-other',
  'survived',
  'false-blame',
  'acquitted',
  'blamed',
  'equivalent',
  'error',
])
const hop = z.enum(hops)
const seen = z.object({
  verdict: z.enum(['conformant', 'non-conformant', 'inconclusive', 'not-applicable']),
  hop: hop.exactOptional(),
})

const schema = z
  .object({
    schema: z.literal('rollcall.dev/mutants/v1'),
    run: z.object({
      started: z.iso.datetime(),
      seconds: z.number().nonnegative().meta({ description: 'Of this run alone, where it went on with another' }),
      complete: z.boolean().meta({ description: 'Whether every mutant and odd cluster of the catalogue was tried' }),
    }),
    mutants: z.array(
      z.object({
        id: z.string().min(1),
        kind: z.enum(['mutant', 'odd']),
        outcome,
        requirements: z
          .record(z.string(), seen)
          .meta({ description: 'What each requirement that was not conformant came to' }),
        hop: hop.exactOptional().meta({ description: 'What the first conviction named' }),
        seconds: z.number().nonnegative(),
        note: z.string().meta({ description: 'What is not as declared, or why; empty when all is well' }),
      }),
    ),
  })
  .meta({ title: 'Result of a run of the mutants' })

/** Of the whole run: when it began (ISO 8601), how many seconds it took, and whether every mutant and odd cluster was tried. */
export interface MutantsRun {
  readonly started: string
  readonly seconds: number
  readonly complete: boolean
}

/** Writes `reports/mutants.json`. @throws Problem where it cannot be written. */
export async function writeMutantsReport(
  root: string,
  run: MutantsRun,
  mutants: readonly MutantResult[],
): Promise<void> {
  const report = schema.parse({ schema: 'rollcall.dev/mutants/v1', run, mutants })
  await replace(join(root, 'reports', 'mutants.json'), `${JSON.stringify(report, null, 2)}\n`)
}

/** The JSON Schema of `mutants.json`. */
export function mutantsJsonSchema(): unknown {
  return z.toJSONSchema(schema, { io: 'input' })
}

async function replace(path: string, text: string): Promise<void> {
  try {
    await mkdir(dirname(path), { recursive: true })
    const temporary = `${path}.${process.pid}.tmp`
    await writeFile(temporary, text)
    await rename(temporary, path)
  } catch (error) {
    throw new Problem(`Cannot write ${path}: ${messageOf(error)}; make room for it, or make it writable.`)
  }
}
