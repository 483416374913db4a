import { describe, expect, test } from 'vitest'
import { backendsOf, dnsOutage, findDnsService } from './dns-service.ts'
import type { FakeApi } from './fake-api.ts'
import { fakeApi } from './fake-client.ts'
import { failure } from './fake-store.ts'
import type { EndpointSlice } from './objects.ts'

interface ServerShape {
  readonly namespace: string
  readonly name: string
  /** Name, Service port, target port, protocol. */
  readonly ports: readonly (readonly [string, number, number, string])[]
}

const coredns: ServerShape = {
  namespace: 'kube-system',
  name: 'kube-dns',
  ports: [
    ['metrics', 9153, 9153, 'TCP'],
    ['dns', 53, 53, 'UDP'],
    ['dns-tcp', 53, 53, 'TCP'],
  ],
}

/** Puts a DNS Service at 10.96.0.10 with two Pods behind it, of which one is not ready. */
function install(api: FakeApi, { namespace, name, ports }: ServerShape): void {
  const clusterIPs = ['10.96.0.10', 'fd00::a']
  api.store.put({
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name, namespace },
    spec: { clusterIPs, ports: ports.map(([port, number, , protocol]) => ({ name: port, port: number, protocol })) },
  })
  const endpoint = (pod: string, address: string, ready: boolean) => ({
    addresses: [address],
    conditions: { ready },
    nodeName: `node-of-${pod}`,
    targetRef: { kind: 'Pod', name: pod },
  })
  for (const [addressType, prefix] of [
    ['IPv4', '10.244.0.'],
    ['IPv6', 'fd00:1::'],
  ])
    api.store.put({
      apiVersion: 'discovery.k8s.io/v1',
      kind: 'EndpointSlice',
      metadata: { name: `${name}-${addressType}`, namespace, labels: { 'kubernetes.io/service-name': name } },
      addressType,
      ports: ports.map(([port, , target, protocol]) => ({ name: port, port: target, protocol })),
      endpoints: [
        endpoint('dns-b', `${prefix}3`, true),
        endpoint('dns-a', `${prefix}2`, true),
        endpoint('dns-c', `${prefix}4`, false),
      ],
    })
  api.store.put({
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name: 'headless', namespace: 'default' },
    spec: { clusterIPs: ['None'] },
  })
}

function backendsAt(port: number, prefix = '10.244.0.') {
  return [
    { name: 'dns-a', address: `${prefix}2`, port, node: 'node-of-dns-a' },
    { name: 'dns-b', address: `${prefix}3`, port, node: 'node-of-dns-b' },
  ]
}

describe('findDnsService', () => {
  test('finds the Service that owns the address and its ready servers of that family', async () => {
    const api = await fakeApi()
    install(api, coredns)
    const about = { namespace: 'kube-system', name: 'kube-dns', clusterIPs: ['10.96.0.10', 'fd00::a'] }
    expect(await findDnsService(api.client(), '10.96.0.10')).toEqual({
      seen: true,
      value: { ...about, backends: backendsAt(53) },
    })
    expect(await findDnsService(api.client(), 'fd00:0:0::a')).toEqual({
      seen: true,
      value: { ...about, backends: backendsAt(53, 'fd00:1::') },
    })
  })

  test('takes the port that the servers listen on, as on OpenShift', async () => {
    const api = await fakeApi()
    const ports = [
      ['dns', 53, 5353, 'UDP'],
      ['dns-tcp', 53, 5353, 'TCP'],
      ['metrics', 9154, 9154, 'TCP'],
    ] as const
    install(api, { namespace: 'openshift-dns', name: 'dns-default', ports })
    expect(await findDnsService(api.client(), '10.96.0.10')).toMatchObject({
      value: { namespace: 'openshift-dns', name: 'dns-default', backends: backendsAt(5353) },
    })
  })

  test('takes the port behind 53 whatever its name, as on RKE2', async () => {
    const api = await fakeApi()
    const ports = [
      ['http-metrics', 9153, 9153, 'TCP'],
      ['udp-53', 53, 53, 'UDP'],
      ['tcp-53', 53, 53, 'TCP'],
    ] as const
    install(api, { namespace: 'kube-system', name: 'rke2-coredns-rke2-coredns', ports })
    expect(await findDnsService(api.client(), '10.96.0.10')).toMatchObject({
      value: { name: 'rke2-coredns-rke2-coredns', backends: backendsAt(53) },
    })
  })

  test.for(['169.254.20.10', '10.96.0.11', 'fe80::1%eth0', 'not an address'])('shows none for %s', async (address) => {
    const api = await fakeApi()
    install(api, coredns)
    expect(await findDnsService(api.client(), address)).toEqual({
      seen: false,
      reason: `no Service owns the pods' nameserver ${address}, so it is a node-local cache or outside the cluster`,
    })
  })

  test('shows none where Services or slices may not be read', async () => {
    const api = await fakeApi()
    install(api, coredns)
    for (const [plural, what] of [
      ['services', 'Services of all namespaces'],
      ['endpointslices', 'EndpointSlices of the DNS Service'],
    ] as const) {
      const message = `${plural} is forbidden: User "x" cannot list resource "${plural}"`
      api.answer = ({ path }) => (path.endsWith(`/${plural}`) ? failure(403, 'Forbidden', message) : undefined)
      expect(await findDnsService(api.client(), '10.96.0.10')).toEqual({
        seen: false,
        reason: `no right to read ${what} (${message})`,
      })
    }
  })
})

describe('backendsOf', () => {
  test('names a server without a Pod by its address, once, at 53 where the slice tells no port', () => {
    const endpoints = [{ addresses: ['10.0.0.1'] }, { addresses: ['10.0.0.1'] }, { addresses: [] as string[] }]
    const slice: EndpointSlice = { addressType: 'IPv4', metadata: {}, endpoints }
    expect(backendsOf([slice, slice], 'dns-tcp')).toEqual([{ name: '10.0.0.1', address: '10.0.0.1', port: 53 }])
  })
})

describe('dnsOutage', () => {
  test('names the Service that has no ready endpoint, and is silent about one that has, or that is not seen', async () => {
    const api = await fakeApi()
    install(api, coredns)
    expect(await dnsOutage(api.client(), '10.96.0.10')).toBeUndefined()
    expect(await dnsOutage(api.client(), '169.254.20.10')).toBeUndefined()
    api.answer = ({ path }) =>
      path.endsWith('/endpointslices') ? { status: 200, body: { metadata: {}, items: [] } } : undefined
    expect(await dnsOutage(api.client(), '10.96.0.10')).toBe(
      'the DNS Service kube-system/kube-dns has no ready endpoint',
    )
  })
})
