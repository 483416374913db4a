import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { configTable } from './config-table.ts'

test('docs/configuration.md holds the table of all settings', () => {
  const page = readFileSync(join(import.meta.dirname, '..', 'docs', 'configuration.md'), 'utf8')
  const [, written] = /<!-- generated -->\n\n([\s\S]*)\n\n<!-- end -->/.exec(page) ?? []
  expect(written).toBe(configTable())
})
