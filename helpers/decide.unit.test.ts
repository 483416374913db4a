import { expect, test } from 'vitest'
import { type Deciders, decideOn } from './decide.ts'
import type { Hands } from './stage/hands.ts'

test('what is in the way of others is put away with a signal of its own, also where that of the test has ended', async () => {
  const signals = new Map<unknown, AbortSignal>()
  const hands = (signal: AbortSignal): Hands => {
    const own = {} as Hands
    signals.set(own, signal)
    return own
  }
  const lookout = {
    dns: { lifetimes: { begin: () => {}, held: () => 0 }, asked: new Set() },
    roll: { facts: { dns: { service: { seen: false, reason: 'nobody looked' } } } },
    withBackends: async (seen: unknown) => seen,
  }
  const ended = AbortSignal.abort(new Error('the test took too long'))
  const means = { stage: { staged: { readyAt: 0 }, hands }, lookout, meta: {}, signal: ended } as unknown as Deciders
  const tidied: boolean[] = []
  const lastly = async (own: Hands): Promise<void> => void tidied.push(signals.get(own)?.aborted === false)
  await expect(decideOn(means, async () => [], { lastly })).rejects.toThrow('the test took too long')
  expect(tidied).toEqual([true])
})
