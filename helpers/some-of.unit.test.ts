import { expect, test } from 'vitest'
import { someOf } from './some-of.ts'

test.each([
  [[], ''],
  [['a'], 'a'],
  [['a', 'b'], 'a, b'],
  [['a', 'b', 'c'], 'a, b and 1 more'],
  [['a', 'b', 'c', 'd'], 'a, b and 2 more'],
])('of %j two are named', (names, told) => {
  expect(someOf(names, 2)).toBe(told)
})
