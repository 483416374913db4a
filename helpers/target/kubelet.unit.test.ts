import { describe, expect, test } from 'vitest'
import { fakeApi } from './fake-client.ts'
import { readKubelet } from './kubelet.ts'

describe('readKubelet', () => {
  const path = '/api/v1/nodes/worker/proxy/configz'

  test('tells what the kubelet says of its resolver, and nothing else', async () => {
    const api = await fakeApi()
    const dns = { clusterDNS: ['10.96.0.10'], resolvConf: '/etc/resolv.conf' }
    api.answer = (request) =>
      request.path === path ? { status: 200, body: { kubeletconfig: { ...dns, port: 10250 } } } : undefined
    expect(await readKubelet(api.client(), 'worker')).toEqual({ seen: true, value: dns })
  })

  test.for([403, 404, 503])('says why it could not be asked: status %i', async (status) => {
    const api = await fakeApi()
    const body = { kind: 'Status', status: 'Failure', message: 'not for you', code: status }
    api.answer = (request) => (request.path === path ? { status, body } : undefined)
    expect(await readKubelet(api.client(), 'worker')).toEqual({
      seen: false,
      reason: 'the settings of the kubelet of worker cannot be read (not for you)',
    })
  })
})
