import { expect, test, vi } from 'vitest'
import { briefly } from './briefly.ts'

test('looks once for all who ask within its time, and anew for who asks later', async () => {
  vi.useFakeTimers()
  let looks = 0
  const ask = briefly(500, async (who: string) => `${who} ${++looks}`)
  expect(await Promise.all([ask('a'), ask('b')])).toEqual(['a 1', 'a 1'])
  vi.advanceTimersByTime(500)
  expect(await ask('c')).toBe('a 1')
  vi.advanceTimersByTime(1)
  expect(await ask('d')).toBe('d 2')
  vi.useRealTimers()
})
