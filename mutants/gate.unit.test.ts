import { beforeAll, expect, test } from 'vitest'
import type { CatalogEntry } from '../cli/catalog.ts'
import { desk } from '../cli/fake-run.ts'
import { mutants, oddClusters } from './catalogue.ts'
import { inconsistent, type Ledger, unproven } from './ledger.ts'
import { rehearsals } from './rehearsals/catalogue.ts'
import { unkillable } from './unkillable.ts'

let ledger: Ledger

beforeAll(async () => {
  const undo: (() => unknown)[] = []
  try {
    const { start } = await desk((fn) => void undo.push(fn as () => unknown))
    const { stdout } = await start(['catalog', '--json']).ended
    ledger = { requirements: JSON.parse(stdout) as CatalogEntry[], mutants, rehearsals, oddClusters, unkillable }
  } finally {
    for (const one of undo) await one()
  }
}, 120_000)

test('every MUST has a killer, or a reason why none can exist', () => {
  expect(unproven(ledger)).toEqual([])
})

test('mutants, odd clusters and reasons name requirements that exist, and each has an id of its own', () => {
  expect(inconsistent(ledger)).toEqual([])
})
