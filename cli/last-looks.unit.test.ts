import { expect, test } from 'vitest'
import type { SetName } from '../helpers/stage/sets.ts'
import { LastLooks } from './last-looks.ts'

function told(): { over: SetName[]; looks: LastLooks; end: (path: string) => void } {
  const over: SetName[] = []
  const looks = new LastLooks((set) => void over.push(set))
  return { over, looks, end: (path) => looks.onTestModuleEnd({ moduleId: path }) }
}

test('a set is over with the last suite that looks at it, whichever set is its own', () => {
  const { over, looks, end } = told()
  looks.expect([
    { path: '/a', sets: ['fresh', 'headless'] },
    { path: '/b', sets: ['headless'] },
    { path: '/c', sets: ['redis'] },
  ])
  end('/a')
  expect(over).toEqual(['fresh'])
  end('/b')
  end('/c')
  expect(over).toEqual(['fresh', 'headless', 'redis'])
})

test('a suite that ends twice, or that nobody has named, ends nothing', () => {
  const { over, looks, end } = told()
  looks.expect([
    { path: '/a', sets: ['slices'] },
    { path: '/b', sets: ['slices'] },
  ])
  for (const path of ['/a', '/a', '/elsewhere']) end(path)
  expect(over).toEqual([])
  for (const path of ['/b', '/b']) end(path)
  expect(over).toEqual(['slices'])
})
