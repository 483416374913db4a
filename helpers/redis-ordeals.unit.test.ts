import { expect, test, vi } from 'vitest'
import { asReplica, whole } from './matchers/redis-standing-sample.ts'
import { RedisOrdeals } from './redis-ordeals.ts'
import type { KubernetesApi } from './target/api.ts'

const set = { namespace: 'ns', pods: ['kv-0', 'kv-1', 'kv-2'], service: 'kv', clusterDomain: 'cluster.local' } as const

/** An API through which no Pod is reached. */
function unreachedPods() {
  const openWebSocket = vi.fn(async () => {
    throw new Error('the Pod is not reached')
  })
  return { api: { openWebSocket } as unknown as KubernetesApi, openWebSocket }
}

test('a set that looks for its master in vain is put through nothing while no name resolves', async () => {
  const { api, openWebSocket } = unreachedPods()
  const outage = vi.fn(async () => 'no DNS server runs')
  const searching = whole.map((one, index) => (index === 2 ? asReplica('kv-2', { masterLinkStatus: 'down' }) : one))
  const ordeals = new RedisOrdeals(api, outage, async () => searching)
  const undergone = await Promise.allSettled([ordeals.undergo('a pause', set), ordeals.undergo('a local write', set)])
  expect(undergone.map((one) => one.status === 'rejected' && one.reason.message)).toEqual([
    'The replicas of kv-0 look for it by its name, and no DNS server runs.',
    'The replicas of kv-0 look for it by its name, and no DNS server runs.',
  ])
  expect(outage).toHaveBeenCalledTimes(1)
  expect(openWebSocket).not.toHaveBeenCalled()
})

test('a set that is whole is put through an ordeal, whatever becomes of names', async () => {
  const { api, openWebSocket } = unreachedPods()
  const ordeals = new RedisOrdeals(
    api,
    async () => 'no DNS server runs',
    async () => [...whole],
  )
  const { write } = await ordeals.undergo('a local write', set)
  expect(write.kind).toBe('lost')
  expect(openWebSocket).toHaveBeenCalled()
})
