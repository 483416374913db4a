import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { Problem } from '../helpers/errors.ts'
import { mutantsJsonSchema, writeMutantsReport } from './report.ts'

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'rollcall-report-'))
})
afterEach(() => rmSync(folder, { recursive: true }))

const run = { started: '2026-11-21T10:00:00.000Z', seconds: 12, complete: false }

test('writes what each case came to', async () => {
  await writeMutantsReport(folder, run, [])
  expect(JSON.parse(readFileSync(join(folder, 'reports/mutants.json'), 'utf8'))).toEqual({
    schema: 'rollcall.dev/mutants/v1',
    run,
    mutants: [],
  })
})

test('says in one sentence where a report cannot be written', async () => {
  writeFileSync(join(folder, 'reports'), 'in the way')
  await expect(writeMutantsReport(folder, run, [])).rejects.toThrow(Problem)
  await expect(writeMutantsReport(folder, run, [])).rejects.toThrow(
    /^Cannot write .*mutants\.json: .*; make room for it/,
  )
})

test('has a current schema file', () => {
  const written = readFileSync(join(import.meta.dirname, '../reports/mutants.schema.json'), 'utf8')
  expect(JSON.parse(written), 'reports/README.md tells how to write the schema file again').toEqual(mutantsJsonSchema())
})
