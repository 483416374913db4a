import { expect, test, vi } from 'vitest'
import { ApiUnreachable, KubernetesError } from '../target/kubernetes-error.ts'
import { overlookingErrors } from './passing.ts'

const busy = new KubernetesError(503, 'ServiceUnavailable', 'etcd is away')
const looked = (...errors: readonly unknown[]) => {
  const left = [...errors]
  return overlookingErrors(async () => {
    const error = left.shift()
    if (error !== undefined) throw error
    return { done: true, value: 'seen' }
  }, 1000)
}

test('an API server that breaks, is busy or is away for a moment is looked at again', async () => {
  const look = looked(busy, new KubernetesError(429, 'TooManyRequests', 'later'), new ApiUnreachable('no answer'))
  expect([await look(), await look(), await look(), await look()]).toEqual([
    { done: false, saw: 'etcd is away' },
    { done: false, saw: 'later' },
    { done: false, saw: 'no answer' },
    { done: true, value: 'seen' },
  ])
})

test('what does not pass is thrown at once', async () => {
  for (const error of [new KubernetesError(403, 'Forbidden', 'no'), new TypeError('ours')])
    await expect(looked(error)()).rejects.toBe(error)
})

test('what does not pass in time is thrown then, counted from the last good look', async () => {
  vi.useFakeTimers({ toFake: ['performance'] })
  try {
    const look = looked(busy, undefined, busy, busy, busy)
    const after = async (ms: number) => {
      vi.advanceTimersByTime(ms)
      return look()
    }
    expect([await look(), await after(900), await after(900), await after(900)].map((one) => one.done)).toEqual([
      false,
      true,
      false,
      false,
    ])
    await expect(after(900)).rejects.toBe(busy)
  } finally {
    vi.useRealTimers()
  }
})
