import { describe, expect, test } from 'vitest'
import { quick, select } from './selection.ts'
import { Untried } from './untried.ts'

describe('Untried', () => {
  test('hands out each case once, to whoever asks next, with its rank among all', () => {
    const untried = new Untried(select(quick), ['M-E13'])
    expect(untried.count).toBe(quick.length - 1)
    const taken = Array.from({ length: untried.count }, () => untried.nextCase())
    expect(taken.map((one) => one?.rank)).toEqual([1, 2, 3, 4, 5, 6, 7])
    expect(taken.map((one) => one?.next.change.id).toSorted()).toEqual(quick.filter((id) => id !== 'M-E13').toSorted())
    expect([untried.nextCase(), untried.cases]).toEqual([undefined, []])
  })

  test('hands out clusters of their own kind apart from the cases', () => {
    const selection = select(undefined)
    const [first, ...others] = selection.kinds
    const untried = new Untried({ cases: [], kinds: selection.kinds }, [first?.id ?? ''])
    expect(untried.nextCase()).toBeUndefined()
    expect(others.map(() => untried.nextKind())).toEqual(others)
    expect(untried.nextKind()).toBeUndefined()
  })
})
