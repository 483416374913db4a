import { expect, test } from 'vitest'
import { spreadOf } from './spread.ts'

test.for([
  [[], { min: 0, median: 0, p99: 0, max: 0 }],
  [[3], { min: 3, median: 3, p99: 3, max: 3 }],
  [[10, 9], { min: 9, median: 9.5, p99: 10, max: 10 }],
  [[10, 2, 9], { min: 2, median: 9, p99: 10, max: 10 }],
  [[0.1, 0.2, 0.2, 0.4], { min: 0.1, median: 0.2, p99: 0.4, max: 0.4 }],
] as const)('of %j', ([figures, spread]) => {
  expect(spreadOf(figures)).toEqual(spread)
})

test('one of a hundred figures lies above the 99th percentile', () => {
  const figures = Array.from({ length: 100 }, (_, index) => 100 - index)
  expect(spreadOf(figures)).toEqual({ min: 1, median: 50.5, p99: 99, max: 100 })
})
