import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, onTestFinished, test } from 'vitest'
import { type CatalogEntry, readCatalog } from './catalog.ts'
import { coverageFaults, coveragePage, readCoverage } from './coverage.ts'

const entry = (id: string, spec = 'v1 Service'): CatalogEntry => ({
  id,
  level: 'MUST',
  title: 't',
  area: 'dns',
  spec,
  file: 'suites/dns/x.test.ts',
})
const rowOf = (part: object) => ({ at: '1', says: 's', by: [], later: [], ...part })
const sourceOf = (...rows: ReturnType<typeof rowOf>[]) => [{ source: 'S', key: 'specification', rows }]

describe('the table of coverage', () => {
  test('names what the suites decide, and leaves out none that cites the specification', async () => {
    expect(coverageFaults(await readCoverage(), await readCatalog())).toEqual([])
  }, 60_000)

  test('is written as docs/coverage.md', async () => {
    const page = await readFile(join(import.meta.dirname, '..', 'docs', 'coverage.md'), 'utf8')
    expect(page, 'run npm run docs').toBe(coveragePage(await readCoverage()))
  })

  test('goes both ways', () => {
    const page = coveragePage(sourceOf(rowOf({ by: ['a'], later: ['b'] }), rowOf({ at: '2', none: 'no need' })))
    expect(page).toContain('| 1 | s | `a`, b (to come) |')
    expect(page).toContain('| 2 | s | none: no need |')
    expect(page).toContain('| `a` | specification 1 |')
  })

  test.each([
    [
      'a requirement that is not there',
      sourceOf(rowOf({ by: ['b'] })),
      'specification 1 names b, which no suite decides',
    ],
    [
      'one to come that has come',
      sourceOf(rowOf({ later: ['a'] })),
      'specification 1 has a to come, which a suite decides by now',
    ],
    ['a row that nothing keeps', sourceOf(rowOf({})), 'specification 1 needs requirements, or a reason for none'],
    [
      'a reason beside requirements',
      sourceOf(rowOf({ by: ['a'], none: 'x' })),
      'specification 1 needs requirements, or a reason for none',
    ],
  ])('does not allow %s', (_, coverage, fault) => {
    expect(coverageFaults(coverage, [entry('a')])).toEqual([fault])
  })

  test('does not allow that a requirement cites the specification and no row says so', () => {
    const cites = entry('c', 'kubernetes/dns specification 1.1.0 2.4.1')
    expect(coverageFaults(sourceOf(rowOf({ none: 'x' })), [cites])).toEqual([
      'c cites the DNS specification, which no row says',
    ])
  })

  test('is refused where it has fields that nobody reads', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'rollcall-coverage-'))
    onTestFinished(() => rm(folder, { recursive: true }))
    const path = join(folder, 'coverage.yaml')
    await writeFile(path, '[{source: a, key: b, rows: [{at: "1", says: s, bye: [x]}]}]')
    await expect(readCoverage(path)).rejects.toThrow(/coverage\.yaml: .*bye.*; correct it\.$/)
  })
})
