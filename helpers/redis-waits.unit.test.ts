import { expect, test } from 'vitest'
import type { RedisSessions } from './redis-sessions.ts'
import { pauseReplica } from './redis-waits.ts'

/** A set of a master and a replica that stands still as long as it says, but for the pauses that end at once. */
function setWith(endAtOnce: number): { sessions: RedisSessions; slept: number[] } {
  const slept: number[] = []
  let isStill = false
  const sleep = async (seconds: number): Promise<void> => {
    slept.push(seconds)
    if (slept.length <= endAtOnce) return
    isStill = true
    await new Promise((resolve) => setTimeout(resolve, seconds * 1000))
    isStill = false
  }
  const at = () => ({
    set: async () => ({ kind: 'reply', value: 'OK' }),
    del: async () => ({ kind: 'reply', value: 1 }),
    wait: async () => ({ kind: 'reply', value: isStill ? 0 : 1 }),
    call: async (_debug: string, _sleep: string, seconds: string) => {
      await sleep(Number(seconds))
      return { kind: 'reply', value: 'OK' }
    },
  })
  return { sessions: { master: 'kv-0', replicas: ['kv-1'], at } as unknown as RedisSessions, slept }
}

test('a pause that has shown nothing is followed by a longer one', async () => {
  const { sessions, slept } = setWith(1)
  const pause = await pauseReplica(sessions, [2, 3])
  expect(slept).toEqual([2, 3])
  expect(pause).toMatchObject({ paused: { kind: 'reply', value: true }, counted: { during: { value: 0 } } })
})

test('a pause that has shown something, and the last one, are all there is', async () => {
  const once = setWith(0)
  expect((await pauseReplica(once.sessions, [2, 3])).paused).toEqual({ kind: 'reply', value: true })
  expect(once.slept).toEqual([2])
  const never = setWith(2)
  expect((await pauseReplica(never.sessions, [2, 3])).paused).toEqual({ kind: 'reply', value: false })
  expect(never.slept).toEqual([2, 3])
})
