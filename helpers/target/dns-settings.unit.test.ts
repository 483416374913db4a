import { describe, expect, test } from 'vitest'
import type { DnsService } from './dns-service.ts'
import { readCorefile } from './dns-settings.ts'
import { fakeApi } from './fake-client.ts'
import { failure } from './fake-store.ts'
import { seen, unseen } from './seen.ts'

const service: DnsService = {
  namespace: 'kube-system',
  name: 'kube-dns',
  clusterIPs: ['10.96.0.10'],
  backends: [{ name: 'coredns-1', address: '10.244.0.2', port: 53 }],
}

async function cluster(data: Record<string, string> = { Corefile: '.:53 {}' }) {
  const api = await fakeApi()
  const metadata = { name: 'coredns-1', namespace: 'kube-system' }
  const volumes = [{ name: 'token' }, { name: 'config', configMap: { name: 'coredns' } }]
  api.store.put({ apiVersion: 'v1', kind: 'Pod', metadata, spec: { volumes } })
  api.store.put({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'coredns', namespace: 'kube-system' }, data })
  return api
}

describe('readCorefile', () => {
  test('reads the file from the ConfigMap that a DNS Pod mounts', async () => {
    expect(await readCorefile((await cluster()).client(), seen(service))).toEqual({ seen: true, value: '.:53 {}' })
  })

  test('says that a server of another kind has none', async () => {
    const api = await cluster({ 'named.conf': 'options {};' })
    expect(await readCorefile(api.client(), seen(service))).toEqual({
      seen: false,
      reason: 'coredns-1 mounts no Corefile',
    })
  })

  test('says why it could not be read', async () => {
    const api = await cluster()
    api.answer = ({ path }) => (path.includes('/configmaps/') ? failure(403, 'Forbidden', 'not for you') : undefined)
    expect(await readCorefile(api.client(), seen(service))).toEqual({
      seen: false,
      reason: 'no right to read ConfigMap coredns (not for you)',
    })
    expect(await readCorefile(api.client(), unseen('no Service'))).toEqual({ seen: false, reason: 'no Service' })
    expect((await readCorefile(api.client(), seen({ ...service, backends: [] }))).seen).toBe(false)
  })
})
