import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { parse } from 'yaml'
import { z } from 'zod'
import { Problem } from '../helpers/errors.ts'
import type { CatalogEntry } from './catalog.ts'

const file = join(import.meta.dirname, '..', 'docs', 'coverage.yaml')

const row = z.strictObject({
  /** Where in the source: a section, or the number of a lab. */
  at: z.string(),
  says: z.string(),
  /** Requirements that keep it. */
  by: z.array(z.string()).default([]),
  /** Requirements that are to keep it, and are not written yet. */
  later: z.array(z.string()).default([]),
  /** Why there is nothing to keep. */
  none: z.string().optional(),
})
const source = z.strictObject({ source: z.string(), key: z.string(), rows: z.array(row).min(1) })

export type CoverageRow = z.infer<typeof row>
export type Coverage = z.infer<typeof source>

/** Reads what each paragraph of the sources is kept by. @throws Problem where the file is not as described above. */
export async function readCoverage(path = file): Promise<Coverage[]> {
  const read = z.array(source).safeParse(parse(await readFile(path, 'utf8')))
  if (!read.success) throw new Problem(`${path}: ${z.prettifyError(read.error).replaceAll('\n', '; ')}; correct it.`)
  return read.data
}

/** What the table says that the suites do not, or leaves out: one sentence each. */
export function coverageFaults(coverage: readonly Coverage[], entries: readonly CatalogEntry[]): string[] {
  const known = new Set(entries.map((one) => one.id))
  const rows = coverage.flatMap(({ key, rows: own }) => own.map((one) => ({ ...one, place: `${key} ${one.at}` })))
  const cited = new Set(rows.filter((one) => one.place.startsWith('specification')).flatMap((one) => one.by))
  const cites = entries.filter(({ spec }) => /\bdns specification [\d.]+ \d/i.test(spec))
  return [
    ...rows.flatMap(({ place, by }) =>
      by.filter((id) => !known.has(id)).map((id) => `${place} names ${id}, which no suite decides`),
    ),
    ...rows.flatMap(({ place, later }) =>
      later.filter((id) => known.has(id)).map((id) => `${place} has ${id} to come, which a suite decides by now`),
    ),
    ...rows.flatMap(({ place, by, later, none }) =>
      by.length + later.length > 0 === (none === undefined)
        ? []
        : [`${place} needs requirements, or a reason for none`],
    ),
    ...cites.filter(({ id }) => !cited.has(id)).map(({ id }) => `${id} cites the DNS specification, which no row says`),
  ]
}

/** The generated `docs/coverage.md`: from the sources to requirements, and back. */
export function coveragePage(coverage: readonly Coverage[]): string {
  const back = new Map<string, string[]>()
  for (const { key, rows } of coverage)
    for (const { at, by } of rows) for (const id of by) back.set(id, [...(back.get(id) ?? []), `${key} ${at}`])
  return [
    '# Coverage',
    '',
    'What the sources say, and the requirements that keep it; below, the way back. Written by `npm run docs` from coverage.yaml; do not edit.',
    ...coverage.flatMap(({ source: title, rows }) => [
      '',
      `## ${title}`,
      '',
      '| where | what it says | requirements |',
      '| --- | --- | --- |',
      ...rows.map((one) => `| ${one.at} | ${one.says} | ${kept(one)} |`),
    ]),
    '',
    '## From requirements to sources',
    '',
    '| requirement | where |',
    '| --- | --- |',
    ...[...back]
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([id, at]) => `| \`${id}\` | ${[...new Set(at)].join('; ')} |`),
    '',
  ].join('\n')
}

function kept({ by, later, none }: CoverageRow): string {
  const toCome = later.map((id) => `${id} (to come)`)
  return none === undefined ? [...by.map((id) => `\`${id}\``), ...toCome].join(', ') : `none: ${none}`
}
