import { expect, test } from 'vitest'
import type { Lookout } from './look.ts'
import { excusedLate, vantagesFor } from './passages.ts'
import type { Observation, Verdict } from './report/record.ts'
import { propagationWindow } from './settle.ts'

function saying(verdict: Verdict): Observation {
  return { vantage: 'worker', backend: '', hop: 'node rules', verdict, expected: '', observed: '' }
}

test('an excuse is taken once there was time to do without, and whenever nothing was changed', () => {
  const all = (['conformant', 'non-conformant', 'inconclusive', 'not-applicable'] as const).map(saying)
  const verdicts = (changedAt: number) => excusedLate(all, changedAt).map((one) => one.verdict)
  expect(verdicts(Date.now())).toEqual(['conformant', 'non-conformant', 'inconclusive', 'inconclusive'])
  for (const long of [Date.now() - propagationWindow, 0]) expect(verdicts(long)[3]).toBe('not-applicable')
})

test('each node is looked at from itself and from the next, and one without a vantage from two others', () => {
  const from = (names: readonly string[], node: string, index: number) => {
    const vantages = names.map((name) => ({ pod: { node: name } })) as unknown as Lookout['vantages']
    return vantagesFor({ vantages }, node, index).map(({ pod }) => pod.node)
  }
  expect(from(['a', 'b', 'c'], 'b', 0)).toEqual(['b', 'c'])
  expect(from(['a', 'b', 'c'], 'c', 0)).toEqual(['c', 'a'])
  expect(from(['a', 'b', 'c'], 'windows', 4)).toEqual(['b', 'c'])
  expect(from(['a'], 'a', 0)).toEqual(['a'])
  expect(from([], 'a', 0)).toEqual([])
})
