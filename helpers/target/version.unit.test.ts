import { expect, test } from 'vitest'
import { minorOf } from './version.ts'

test('the minor version is read however a distribution writes it, and an unknown one is new', () => {
  expect(['v1.35.4', '1.29', 'v1.31.4-eks-2d5f260', 'v1.30.0+k3s1', 'v2.0.0', 'main', ''].map(minorOf)).toEqual([
    35,
    29,
    31,
    30,
    ...Array(3).fill(Number.POSITIVE_INFINITY),
  ])
})
