import { expect, test } from 'vitest'
import type { RedisOutcome } from './probes/redis-outcome.ts'
import type { RedisSession } from './probes/redis-session.ts'
import { RedisSessions } from './redis-sessions.ts'
import type { KubernetesApi } from './target/api.ts'

const set = { namespace: 'ns', pods: ['kv-0', 'kv-1'], service: 'kv', clusterDomain: 'cluster.local' } as const

/** Servers with these settings; sessions to them that can be lost. */
function servers(settings: Record<string, Record<string, string>>) {
  const lost = new Set<string>()
  const opened: string[] = []
  const open = async (pod: string): Promise<RedisSession> => {
    const isFirst = !opened.includes(pod)
    opened.push(pod)
    const call = async (_: string, verb = '', key = '', value = ''): Promise<RedisOutcome<unknown>> => {
      if (isFirst && lost.has(pod)) return { kind: 'lost', text: 'the connection is gone' }
      const own = settings[pod] ?? {}
      if (verb === 'GET') return { kind: 'reply', value: [key, own[key] ?? ''] }
      own[key] = value
      return { kind: 'reply', value: 'OK' }
    }
    return { call, close: () => {} } as unknown as RedisSession
  }
  return { open, lost, opened }
}

test('what a server is set to is put back over another session where the first one was lost', async () => {
  const settings = { 'kv-0': { masterauth: '' }, 'kv-1': { masterauth: '', period: '10' } }
  const { open, lost, opened } = servers(settings)
  const deed = async (sessions: RedisSessions): Promise<string> => {
    expect(await sessions.exchange('kv-1', 'period', '3600')).toBe('10')
    const before = await sessions.exchange('kv-1', 'masterauth', 'rollcall')
    lost.add('kv-1')
    await sessions.exchange('kv-1', 'masterauth', before)
    return 'done'
  }
  expect(await RedisSessions.with({} as KubernetesApi, set, deed, open)).toBe('done')
  expect(settings).toEqual({ 'kv-0': { masterauth: '' }, 'kv-1': { masterauth: '', period: '10' } })
  expect(opened).toEqual(['kv-0', 'kv-1', 'kv-1'])
})

test('no other session is opened where none was lost', async () => {
  const settings = { 'kv-0': { period: '10' } }
  const { open, opened } = servers(settings)
  await RedisSessions.with({} as KubernetesApi, set, (sessions) => sessions.exchange('kv-0', 'period', '20'), open)
  expect(settings['kv-0'].period).toBe('20')
  expect(opened).toEqual(['kv-0', 'kv-1'])
})
