import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { mutants } from '../mutants/catalogue.ts'
import { killMatrix } from '../mutants/kill-matrix.ts'
import type { Mutant } from '../mutants/mutant.ts'
import { recordedRows } from '../mutants/recorded.ts'
import { rehearsals } from '../mutants/rehearsals/catalogue.ts'
import { unkillable } from '../mutants/unkillable.ts'
import type { CatalogEntry } from './catalog.ts'
import { withTable } from './docs.ts'
import { desk } from './fake-run.ts'
import { requirementsPage } from './requirements-page.ts'

test('docs/requirements.md is what `npm run docs` writes', async ({ onTestFinished }) => {
  const { start } = await desk(onTestFinished)
  const { stdout } = await start(['catalog', '--json']).ended
  const page = await readFile(join(import.meta.dirname, '..', 'docs', 'requirements.md'), 'utf8')
  expect(page).toBe(requirementsPage(JSON.parse(stdout) as CatalogEntry[], { mutants, rehearsals, unkillable }))
}, 60_000)

test('docs/kill-matrix.md is what `npm run docs` writes', async () => {
  const page = await readFile(join(import.meta.dirname, '..', 'docs', 'kill-matrix.md'), 'utf8')
  expect(page).toBe(killMatrix(await recordedRows()))
}, 60_000)

test('a requirement is shown with its killers, or with the reason why it has none', () => {
  const entry = (id: string, area: string): CatalogEntry => ({
    id,
    area,
    level: 'MUST',
    title: `a Service keeps ${id} | so`,
    spec: 'specification 2.4',
    file: `suites/${area}/x.test.ts`,
  })
  const killer = (id: string, ...kills: string[]) =>
    ({ id, kills: Object.fromEntries(kills.map((one) => [one, 'pod'])) }) as unknown as Mutant
  const page = requirementsPage([entry('dns.a', 'dns'), entry('dns.b', 'dns'), entry('redis.c', 'redis')], {
    mutants: [killer('M-1', 'dns.a')],
    rehearsals: [killer('U-2', 'dns.a')],
    unkillable: { 'dns.b': 'the API refuses it' },
  })
  const row = (id: string, area: string, proof: string) =>
    `| [\`${id}\`](../suites/${area}/x.test.ts) | MUST | a Service keeps ${id} \\| so | specification 2.4 | ${proof} |`
  expect(page.split('\n').filter((line) => /^## |^\| \[/.test(line))).toEqual([
    '## dns',
    row('dns.a', 'dns', '[M-1](kill-matrix.md), [U-2](kill-matrix.md)'),
    row('dns.b', 'dns', 'none: the API refuses it'),
    '## redis',
    row('redis.c', 'redis', 'none yet'),
  ])
})

test('a table replaces the one between its marks, whatever it holds', () => {
  const page = 'before\n\n<!-- generated -->\n\nold\n\n<!-- end -->\n\nafter\n'
  expect(withTable(page, '| $& |')).toBe('before\n\n<!-- generated -->\n\n| $& |\n\n<!-- end -->\n\nafter\n')
})
