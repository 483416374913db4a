import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { eventually, type Look, whenExpired } from './wait.ts'

const not = (saw: string): Look<never> => ({ done: false, saw })

describe('eventually', () => {
  test('returns the value of the look that is done, and looks no more', async () => {
    const looks: Look<number>[] = [not('a'), not('b'), { done: true, value: 7 }, not('c')]
    const look = vi.fn(async () => looks.shift() ?? not('nothing'))
    expect(await eventually(look, { reason: 'x', deadline: 5000, interval: 1 })).toBe(7)
    expect(look).toHaveBeenCalledTimes(3)
  })

  test('looks once even where the deadline is now, and tells reason, time, looks and what it last saw', async () => {
    await expect(eventually(async () => not('2 of 3'), { reason: 'pods', deadline: 0 })).rejects.toMatchObject({
      name: 'WaitExpired',
      message: 'waited 0 s and 1 look for pods; last seen: 2 of 3',
    })
  })

  test('throws at once what the look throws', async () => {
    const broken = new Error('impossible')
    const look = vi.fn(async () => Promise.reject(broken))
    await expect(eventually(look, { reason: 'x', deadline: 5000 })).rejects.toBe(broken)
    expect(look).toHaveBeenCalledTimes(1)
  })

  test('tells each observation that differs from the one before', async () => {
    const seen = ['a', 'a', 'b', 'b', 'a']
    const lines: string[] = []
    const look = async (): Promise<Look<number>> => {
      const saw = seen.shift()
      return saw === undefined ? { done: true, value: 1 } : not(saw)
    }
    await eventually(look, { reason: 'pods', deadline: 5000, interval: 1, progress: (line) => lines.push(line) })
    expect(lines).toEqual(['pods: a', 'pods: b', 'pods: a'])
  })

  test('throws the reason of the signal, before the first look and between two', async () => {
    const reason = new Error('interrupted by SIGINT')
    const look = vi.fn(async () => not('a'))
    const aborted = AbortSignal.abort(reason)
    await expect(eventually(look, { reason: 'x', deadline: 5000, signal: aborted })).rejects.toBe(reason)
    expect(look).not.toHaveBeenCalled()
    const controller = new AbortController()
    const waiting = eventually(look, { reason: 'x', deadline: 5000, interval: 5000, signal: controller.signal })
    await Promise.resolve()
    controller.abort(reason)
    await expect(waiting).rejects.toBe(reason)
  })
})

describe('eventually, as time goes by', () => {
  beforeEach(() => void vi.useFakeTimers({ toFake: ['performance'] }))
  afterEach(() => void vi.useRealTimers())

  test('looks as often as is told for the time that has gone by', async () => {
    const asked: number[] = []
    const looks: Look<number>[] = [not('a'), not('a'), { done: true, value: 7 }]
    const look = async (): Promise<Look<number>> => {
      vi.advanceTimersByTime(100)
      return looks.shift() ?? not('nothing')
    }
    const interval = (elapsed: number): number => asked.push(elapsed)
    expect(await eventually(look, { reason: 'x', deadline: 5000, interval })).toBe(7)
    expect(asked).toEqual([100, 200])
  })

  test('counts the time that looks take, and looks a last time at the deadline', async () => {
    let looks = 0
    const look = async (): Promise<Look<never>> => {
      looks++
      vi.advanceTimersByTime(2000)
      return not(`look ${looks}`)
    }
    await expect(eventually(look, { reason: 'x', deadline: 6000, interval: 1 })).rejects.toThrow(
      'waited 6 s and 3 looks for x; last seen: look 3',
    )
  })
})

describe('whenExpired', () => {
  const late = eventually(async () => not('none'), { reason: 'pods', deadline: 0 })
  late.catch(() => {})

  test('puts something in the place of a wait whose deadline has passed', async () => {
    expect(await late.catch(whenExpired(({ message }) => `late: ${message}`))).toMatch(
      /^late: waited .* last seen: none$/,
    )
  })

  test('throws on whatever else has ended it', async () => {
    const broken = new Error('impossible')
    await expect(Promise.reject(broken).catch(whenExpired(() => 'late'))).rejects.toBe(broken)
  })
})
