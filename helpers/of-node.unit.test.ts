import { expect, test } from 'vitest'
import { ofNode } from './of-node.ts'

test('what is told of a node is its own, whatever it is called', () => {
  expect(ofNode({ worker: 1 }, 'worker')).toBe(1)
  expect(ofNode({ worker: 1 }, 'constructor')).toBeUndefined()
  expect(ofNode({ constructor: 2 }, 'constructor')).toBe(2)
})
