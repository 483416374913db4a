import { getEventListeners } from 'node:events'
import { expect, test, vi } from 'vitest'
import { Limit } from './limit.ts'

test('a limit ends in time', () => {
  vi.useFakeTimers()
  try {
    const limit = new Limit(undefined, 1000)
    vi.advanceTimersByTime(999)
    expect([limit.signal.aborted, limit.isLate]).toEqual([false, false])
    vi.advanceTimersByTime(1)
    expect([limit.signal.aborted, limit.isLate]).toEqual([true, true])
  } finally {
    vi.useRealTimers()
  }
})

test('a limit ends with the signal of whoever asks, and for its reason', () => {
  const theirs = new AbortController()
  const limit = new Limit(theirs.signal, 60_000)
  const reason = new Error('interrupted')
  theirs.abort(reason)
  expect([limit.signal.reason, limit.isLate]).toEqual([reason, false])
  limit.end()
  const late = new Limit(theirs.signal, 60_000)
  expect(late.signal.reason).toBe(reason)
  late.end()
})

test('a limit that has ended leaves nothing at a signal that lives on', () => {
  vi.useFakeTimers()
  try {
    const theirs = new AbortController()
    const limits = Array.from({ length: 20 }, () => new Limit(theirs.signal, 1000))
    for (const limit of limits) limit.end()
    expect(getEventListeners(theirs.signal, 'abort')).toEqual([])
    vi.advanceTimersByTime(2000)
    theirs.abort()
    expect(limits.some((limit) => limit.signal.aborted)).toBe(false)
  } finally {
    vi.useRealTimers()
  }
})
