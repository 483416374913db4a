import { expect, test } from 'vitest'
import type { SampleEntry } from './journal.ts'
import { ledgerKeysOf, watchedFrom } from './watched.ts'

const sample = (node: string, sampler: string, sequence: number): SampleEntry => ({
  ...{ kind: 'sample', at: sequence * 1000, node, sampler, sequence, took: 1, results: {} },
})

test('a look that was told twice is one, and the same number of another start another one', () => {
  const told = [sample('a', '1', 1), sample('a', '1', 2), sample('a', '1', 1), sample('a', '7', 1), sample('b', '1', 1)]
  const { samples } = watchedFrom(told)
  expect([...samples].map(([node, own]) => [node, own.length])).toEqual([
    ['a', 3],
    ['b', 1],
  ])
})

test('each start of a sampler has a list of its own', () => {
  expect(
    ledgerKeysOf(watchedFrom([sample('a', '1', 1), sample('a', '1', 2), sample('a', '7', 1), sample('b', '1', 1)])),
  ).toEqual(['rollcall:watch:a:1', 'rollcall:watch:a:7', 'rollcall:watch:b:1'])
})
