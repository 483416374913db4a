import { describe, expect, test } from 'vitest'
import { KubernetesApi } from './api.ts'
import { fakeApi } from './fake-client.ts'
import { fakeSocks } from './fake-socks.ts'
import { readExport } from './kubeconfig.ts'

/** A client whose way leads through a proxy. */
function clientThrough(proxy: string, kubeconfig: string): KubernetesApi {
  const config = JSON.parse(kubeconfig) as { clusters: { cluster: Record<string, string> }[] }
  for (const { cluster } of config.clusters) cluster['proxy-url'] = proxy
  return new KubernetesApi(readExport(JSON.stringify(config)))
}

describe('the proxy of a kubeconfig', () => {
  test('is passed by requests, open answers and WebSockets, where it speaks SOCKS', async () => {
    const api = await fakeApi()
    const proxy = await fakeSocks()
    const client = clientThrough(proxy.url, api.kubeconfig())
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
  test('is not trusted to lead to the right server', async () => {
    const api = await fakeApi()
    const proxy = await fakeSocks()
    const client = clientThrough(proxy.url, api.kubeconfig('kind-fake', api.url.replace('127.0.0.1', '127.0.0.2')))
    const sentence = /IP: 127\.0\.0\.2 is not in the cert's list/
    await expect(client.send('/version')).rejects.toThrow(sentence)
    await expect(client.openWebSocket('/exec', [])).rejects.toThrow(sentence)
  })
})
