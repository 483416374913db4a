import { expect, onTestFinished, test, vi } from 'vitest'
import { fakeApi } from '../target/fake-client.ts'
import type { Pod } from '../target/objects.ts'
import { Stalls } from './stalls.ts'

const waiting = {
  metadata: { name: 'redis-1', namespace: 'ns', uid: 'u' },
  status: { podIP: '10.0.0.3', initContainerStatuses: [{ name: 'wait-for-master', state: { running: {} } }] },
} as unknown as Pod

test('a Pod may wait for a name for as long as a cache may keep that it is not there', async () => {
  vi.useFakeTimers({ toFake: ['performance'] })
  onTestFinished(() => void vi.useRealTimers())
  const stalls = new Stalls((await fakeApi()).client())
  const after = async (ms: number): Promise<string[]> => {
    vi.advanceTimersByTime(ms)
    return stalls.among([waiting])
  }
  expect([await after(0), await after(35_000), await after(4999)]).toEqual([[], [], []])
  expect(await after(1)).toEqual([
    expect.stringMatching(/^init container wait-for-master of pod redis-1 does not end, while all Pods have addresses/),
  ])
})
