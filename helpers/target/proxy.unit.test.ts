import { describe, expect, test } from 'vitest'
import type { FakeApi } from './fake-api.ts'
import { fakeApi } from './fake-client.ts'
import { failure } from './fake-store.ts'
import { modeOf, readProxies } from './proxy.ts'

function installProxy(api: FakeApi, node: string, phase = 'Running', deletionTimestamp?: string): void {
  api.store.put({
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: {
      name: `kube-proxy-${node}`,
      namespace: 'kube-system',
      labels: { 'k8s-app': 'kube-proxy' },
      ...(deletionTimestamp === undefined ? {} : { deletionTimestamp }),
    },
    spec: { nodeName: node },
    status: { phase },
  })
}

function installConfig(api: FakeApi, mode: string): void {
  api.store.put({
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { name: 'kube-proxy', namespace: 'kube-system' },
    data: { 'config.conf': `kind: KubeProxyConfiguration\nmode: "${mode}"\n` },
  })
}

const none = { implementation: 'unknown', mode: 'unknown', learned: 'no running pod labelled k8s-app=kube-proxy' }

describe('readProxies', () => {
  test('tells the mode of each node that runs kube-proxy', async () => {
    const api = await fakeApi()
    installProxy(api, 'a')
    installProxy(api, 'b', 'Pending')
    installProxy(api, 'c', 'Running', '2026-01-01T00:00:00Z')
    installConfig(api, 'nftables')
    expect(await readProxies(api.client(), ['a', 'b', 'c'])).toEqual([
      {
        node: 'a',
        implementation: 'kube-proxy',
        mode: 'nftables',
        learned: 'pod kube-proxy-a and ConfigMap kube-system/kube-proxy',
      },
      { node: 'b', ...none },
      { node: 'c', ...none },
    ])
  })

  test('knows kube-proxy without its mode where there is no ConfigMap', async () => {
    const api = await fakeApi()
    installProxy(api, 'a')
    expect(await readProxies(api.client(), ['a'])).toEqual([
      {
        node: 'a',
        implementation: 'kube-proxy',
        mode: 'unknown',
        learned: 'pod kube-proxy-a and the ConfigMap kube-system/kube-proxy cannot be found',
      },
    ])
  })

  test('knows nothing where pods may not be read', async () => {
    const api = await fakeApi()
    api.answer = () => failure(403, 'Forbidden', 'no')
    expect(await readProxies(api.client(), ['a'])).toEqual([
      {
        node: 'a',
        implementation: 'unknown',
        mode: 'unknown',
        learned: 'no right to read pods of kube-system (no)',
      },
    ])
  })

  test('is not stopped by a configuration that is no YAML', async () => {
    const api = await fakeApi()
    installProxy(api, 'a')
    installConfig(api, '"')
    expect(await readProxies(api.client(), ['a'])).toMatchObject([{ implementation: 'kube-proxy', mode: 'unknown' }])
  })
})

describe('modeOf', () => {
  test.for([
    ['mode: iptables', 'iptables'],
    ['mode: nftables', 'nftables'],
    ['mode: ipvs', 'ipvs'],
    ['mode: ""', 'iptables'],
    ['mode:', 'iptables'],
    ['kind: KubeProxyConfiguration', 'iptables'],
    ['mode: kernelspace', 'unknown'],
    ['mode: [', 'unknown'],
    [undefined, 'unknown'],
  ] as const)('reads %j as %s', ([config, mode]) => {
    expect(modeOf(config)).toBe(mode)
  })
})
