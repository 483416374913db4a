import { describe, expect, test } from 'vitest'
import { KubernetesApi } from './api.ts'
import { fakeApi } from './fake-client.ts'
import { fakeSocks } from './fake-socks.ts'
import { readExport } from './kubeconfig.ts'

describe('the proxy of a kubeconfig', () => {
  test('is passed by requests, open answers and WebSockets, where it speaks SOCKS', async () => {
    const api = await fakeApi()
    const proxy = await fakeSocks()
    const kubeconfig = JSON.parse(api.kubeconfig()) as { clusters: { cluster: object }[] }
    for (const one of kubeconfig.clusters)
      one.cluster = { server: api.url, 'insecure-skip-tls-verify': true, 'proxy-url': proxy.url }
    const client = new KubernetesApi(readExport(JSON.stringify(kubeconfig)))
    const place = new URL(api.url).host
    await client.send('/version')
    expect(proxy.asked).toEqual([place])
    const answer = await client.open('/version')
    expect(proxy.asked).toEqual([place, place])
    const socket = await client.openWebSocket('/exec', ['v5.channel.k8s.io'])
    expect(proxy.asked).toEqual([place, place, place])
    expect(api.connections).toBe(3)
    answer.destroy()
    socket.terminate()
  })
})
