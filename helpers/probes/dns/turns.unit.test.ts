import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { backendsInTurn, mostPairs } from './turns.ts'

const size = fc.record({ backends: fc.integer({ min: 0, max: 120 }), vantages: fc.integer({ min: 1, max: 1200 }) })

function all(backends: number, vantages: number): (readonly number[])[] {
  const known = Array.from({ length: backends }, (_, one) => one)
  return Array.from({ length: vantages }, (_, index) => backendsInTurn(known, index, vantages))
}

describe('backends in turn', () => {
  test('are all of them on a small cluster, and where there are only two', () => {
    expect(all(3, 3)).toEqual([
      [0, 1, 2],
      [0, 1, 2],
      [0, 1, 2],
    ])
    expect(new Set(all(2, 1000).map(String))).toEqual(new Set(['0,1']))
  })

  test('are two for each of a hundred nodes', () => {
    expect(all(7, 100).slice(0, 4)).toEqual([
      [0, 1],
      [2, 3],
      [4, 5],
      [6, 0],
    ])
  })

  test('are each asked by two vantages or all, as often as any other, and never twice by one', () => {
    fc.assert(
      fc.property(size, ({ backends, vantages }) => {
        const asked = all(backends, vantages)
        expect(asked.every((own) => new Set(own).size === own.length)).toBe(true)
        const counts = Array.from({ length: backends }, (_, nth) => asked.filter((own) => own.includes(nth)).length)
        expect(counts.filter((count) => count < Math.min(2, vantages))).toEqual([])
        expect(Math.max(0, ...counts) - Math.min(...counts, vantages)).toBeLessThanOrEqual(1)
      }),
    )
  })

  test('are no more pairs than the bound, but for two each', () => {
    fc.assert(
      fc.property(size, ({ backends, vantages }) => {
        const pairs = all(backends, vantages).flat().length
        expect(pairs).toBeLessThan(Math.max(mostPairs, 2 * backends) + 2 * vantages)
        if (backends * vantages <= mostPairs) expect(pairs).toBe(backends * vantages)
      }),
    )
  })
})
