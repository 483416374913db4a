import { describe, expect, test } from 'vitest'
import type { FakeApi } from './fake-api.ts'
import { fakeApi } from './fake-client.ts'
import { failure } from './fake-store.ts'
import { modeOf, nodePortsOf, readProxies } from './proxy.ts'

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

function installOther(api: FakeApi, node: string, labels: Record<string, string>): void {
  const metadata = { name: `other-${node}`, namespace: 'kube-system', labels }
  api.store.put({ apiVersion: 'v1', kind: 'Pod', metadata, spec: { nodeName: node }, status: { phase: 'Running' } })
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
        nodePorts: 'primary',
      },
      { node: 'b', ...none },
      { node: 'c', ...none },
    ])
  })

  test('recognises other proxies by their Pods, node by node, and says nothing of their mode', async () => {
    const api = await fakeApi()
    installProxy(api, 'a')
    installOther(api, 'b', { 'k8s-app': 'cilium' })
    installOther(api, 'c', { 'k8s-app': 'kube-router' })
    installOther(api, 'd', { app: 'antrea', component: 'antrea-agent' })
    installOther(api, 'e', { app: 'antrea', component: 'antrea-controller' })
    expect(await readProxies(api.client(), ['a', 'b', 'c', 'd', 'e'])).toMatchObject([
      { node: 'a', implementation: 'kube-proxy' },
      {
        node: 'b',
        implementation: 'Cilium',
        mode: 'unknown',
        learned: 'pod other-b, and no running pod labelled k8s-app=kube-proxy',
      },
      { node: 'c', implementation: 'kube-router', mode: 'unknown' },
      { node: 'd', implementation: 'Antrea', mode: 'unknown' },
      { node: 'e', ...none },
    ])
  })

  test('takes the proxy of a node that runs Cilium as well for kube-proxy, and says so', async () => {
    const api = await fakeApi()
    installProxy(api, 'a')
    installOther(api, 'a', { 'k8s-app': 'cilium' })
    installOther(api, 'b', { app: 'kube-ovn-cni' })
    expect(await readProxies(api.client(), ['a', 'b', 'c'])).toMatchObject([
      { implementation: 'kube-proxy', beside: 'Cilium' },
      { implementation: 'Kube-OVN' },
      none,
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

describe('nodePortsOf', () => {
  test.for([
    ['mode: iptables', 'everywhere'],
    ['nodePortAddresses: null', 'everywhere'],
    ['nodePortAddresses: []', 'everywhere'],
    ['nodePortAddresses: [primary]', 'primary'],
    ['mode: nftables', 'primary'],
    ['mode: nftables\nnodePortAddresses: [0.0.0.0/0]', 'somewhere'],
    ['nodePortAddresses: [10.0.0.0/8]', 'somewhere'],
    ['nodePortAddresses: nonsense', 'everywhere'],
    ['mode: [', undefined],
    [undefined, undefined],
  ] as const)('reads %j as %s', ([config, opened]) => {
    expect(nodePortsOf(config)).toBe(opened)
  })
})
