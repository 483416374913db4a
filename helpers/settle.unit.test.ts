import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import type { Observation, Verdict } from './report/record.ts'
import { type Agreeing, settle } from './settle.ts'

// Vitest's fake clock does not reach the promised timers of Node; an aborted one is left to Node.
vi.mock(import('node:timers/promises'), async (importOriginal) => {
  const original = await importOriginal()
  const fake = (delay: number, value: undefined, options: { signal: AbortSignal }): Promise<undefined> =>
    options.signal.aborted
      ? original.setTimeout(delay, value, options)
      : new Promise((resolve) => setTimeout(resolve, delay, value))
  return { ...original, setTimeout: fake as typeof original.setTimeout }
})

beforeEach(() => {
  vi.useFakeTimers({ now: 0 })
})

afterEach(() => {
  vi.useRealTimers()
})

const good = 'conformant'
const bad = 'non-conformant'
const unclear = 'inconclusive'
const none = 'not-applicable'
/** When the propagation window ends, in ms. */
const until = 1000

function seen(verdict: Verdict, observed = verdict as string): readonly Observation[] {
  return [{ vantage: 'worker', backend: 'dns-a', hop: 'DNS backend', verdict, expected: 'x', observed }]
}

/** What is settled by looks that say this one after the other, the last one for ever, and how many it took. */
async function settled(
  verdicts: readonly Verdict[],
  options: { from?: number; took?: number; agreeing?: Agreeing } = {},
) {
  vi.setSystemTime(options.from ?? 0)
  let looks = 0
  const look = async (): Promise<readonly Observation[]> => {
    vi.setSystemTime(Date.now() + (options.took ?? 0))
    const verdict = verdicts[Math.min(looks++, verdicts.length - 1)] ?? good
    return seen(verdict, `look ${looks}`)
  }
  const { agreeing } = options
  const result = settle(look, { until: () => until, signal: new AbortController().signal, agreeing })
  await vi.runAllTimersAsync()
  const { judgement, observations } = await result
  expect(observations[0]?.observed).toBe(`look ${looks}`)
  return [judgement.verdict, looks]
}

const late = { from: until }

/** How often settle tells that a disagreement lasts, where it ends after so many looks. */
async function lastsAfter(badLooks: number): Promise<number> {
  let looks = 0
  let told = 0
  const result = settle(async () => seen(looks++ < badLooks ? bad : good), {
    until: 60_000,
    signal: new AbortController().signal,
    lasts: () => void told++,
  })
  await vi.runAllTimersAsync()
  await result
  return told
}

describe('settle', () => {
  test('tells of a disagreement that lasts for more than three seconds, and of no other', async () => {
    expect(await lastsAfter(0)).toBe(0)
    expect(await lastsAfter(12)).toBe(0)
    expect(await lastsAfter(13)).toBe(1)
    expect(await lastsAfter(20)).toBe(8)
  })

  test('takes two looks that agree at their word', async () => {
    expect(await settled([good])).toEqual([good, 2])
    expect(await settled([none])).toEqual([none, 2])
    expect(await settled([good], late)).toEqual([good, 2])
  })

  test('wants the two to say the same', async () => {
    expect(await settled([good, none, good])).toEqual([good, 4])
    expect(await settled([good, bad, good])).toEqual([good, 4])
    expect(await settled([good, unclear, good])).toEqual([good, 4])
  })

  test('looks again and again while a change may still be on its way', async () => {
    expect(await settled([bad, bad, bad, good])).toEqual([good, 5])
    expect(await settled([unclear, unclear, unclear, good])).toEqual([good, 5])
  })

  test('convicts what stays bad after the window', async () => {
    // Looks at 0, 250, 500 and 750 ms come too early to count.
    expect(await settled([bad])).toEqual([bad, 6])
  })

  test('acquits one late bad look, and convicts the second', async () => {
    expect(await settled([bad, good], late)).toEqual([good, 3])
    expect(await settled([bad], late)).toEqual([bad, 2])
    expect(await settled([bad, good, bad], late)).toEqual([bad, 3])
  })

  test('stays inconclusive where it cannot see', async () => {
    expect(await settled([unclear], late)).toEqual([unclear, 2])
    expect(await settled([unclear, good], late)).toEqual([good, 3])
  })

  test('convicts on no single bad look, and gives up on no single lost one', async () => {
    expect(await settled([unclear, bad, good], late)).toEqual([good, 4])
    expect(await settled([unclear, bad, unclear], late)).toEqual([unclear, 3])
    expect(await settled([bad, unclear, bad], late)).toEqual([bad, 3])
  })

  test('believes one good look, or one bad one, where it is told to', async () => {
    expect(await settled([good], { agreeing: { good: 1, bad: 2 } })).toEqual([good, 1])
    expect(await settled([bad, good], { ...late, agreeing: { good: 1, bad: 2 } })).toEqual([good, 2])
    expect(await settled([bad], { ...late, agreeing: { good: 1, bad: 2 } })).toEqual([bad, 2])
    expect(await settled([bad], { ...late, agreeing: { good: 1, bad: 1 } })).toEqual([bad, 1])
  })

  test('wants two bad looks to be bad in one place, and three or more in any', async () => {
    const at = (vantage: string): readonly Observation[] =>
      seen(bad).map((one): Observation => ({ ...one, vantage, backend: vantage }))
    const looksOf = async (looks: readonly (readonly Observation[])[]): Promise<[Verdict, number]> => {
      let taken = 0
      const look = async (): Promise<readonly Observation[]> => looks[Math.min(taken++, looks.length - 1)] ?? []
      const result = settle(look, { until: 0, signal: new AbortController().signal })
      await vi.runAllTimersAsync()
      return [(await result).judgement.verdict, taken]
    }
    expect(await looksOf([at('a'), at('b'), seen(good)])).toEqual([good, 4])
    expect(await looksOf([at('a'), [...at('b'), ...at('a')], seen(good)])).toEqual([bad, 2])
    expect(await looksOf([at('a'), at('b'), at('a'), seen(good)])).toEqual([bad, 3])
    expect(await looksOf([at('a'), at('b'), at('c'), at('d'), seen(good)])).toEqual([bad, 4])
    expect(await looksOf([[], [], seen(good)])).toEqual([unclear, 2])
  })

  test('counts a look from when it began', async () => {
    expect(await settled([bad, good], { from: until - 1, took: 3000 })).toEqual([good, 3])
    expect(await settled([bad, bad, good], { from: until - 1, took: 3000 })).toEqual([good, 4])
  })

  test('stops when it is aborted, after a look and before the first', async () => {
    const controller = new AbortController()
    const reason = new Error('interrupted')
    const look = vi.fn(async () => {
      controller.abort(reason)
      return seen(bad)
    })
    const options = { until: () => until, signal: controller.signal }
    await expect(settle(look, options)).rejects.toMatchObject({ name: 'AbortError', cause: reason })
    await expect(settle(look, options)).rejects.toBe(reason)
    expect(look).toHaveBeenCalledTimes(1)
  })

  test('passes on what a look throws', async () => {
    const failing = async (): Promise<never> => {
      throw new Error('the API is gone')
    }
    await expect(settle(failing, { until: () => until, signal: new AbortController().signal })).rejects.toThrow(
      'the API is gone',
    )
  })

  test('tells when the first of the looks that agree ended', async () => {
    const verdicts: Verdict[] = [bad, bad, good, good]
    const ended: number[] = []
    const look = async (): Promise<readonly Observation[]> => {
      vi.setSystemTime(Date.now() + 10)
      ended.push(Date.now())
      return seen(verdicts[ended.length - 1] ?? good)
    }
    const result = settle(look, { until, signal: new AbortController().signal })
    await vi.runAllTimersAsync()
    expect((await result).agreedAt).toBe(ended[2])
  })

  test('lets later looks put off the end of the window', async () => {
    let looks = 0
    const look = async (): Promise<readonly Observation[]> => seen(++looks < 9 ? bad : good)
    const result = settle(look, {
      until: () => (looks === 0 ? until : 3 * until),
      signal: new AbortController().signal,
    })
    await vi.runAllTimersAsync()
    expect((await result).judgement.verdict).toBe(good)
  })
})
