import { expect, test } from 'vitest'
import { clusterIpTwin, hasNoAddress, headlessService } from './services.ts'
import { samplePod, sampleService, sampleSnapshot, withEndpoints } from './snapshot-sample.ts'

const families = ['IPv4', 'IPv6'] as const
const twin = sampleService({ name: 'web', families, clusterIPs: ['10.96.0.20', 'fd00:96::20'] })
const running = samplePod({ name: 'web-a', app: 'web', addresses: ['10.244.1.5', 'FD00:10:0::5'] })
const onHost = samplePod({ name: 'web-b', app: 'web', addresses: ['172.18.0.3'] })
const pods = [
  running,
  { ...onHost, spec: { containers: [], ...onHost.spec, hostNetwork: true } },
  samplePod({ name: 'web-c', app: 'web', addresses: ['10.244.1.9'], phase: 'Succeeded' }),
]

test('a headless Service shows in rules by the addresses of its living pods outside the network of the host', () => {
  expect(headlessService(sampleSnapshot([twin], pods), 'web')).toEqual({
    namespace: 'ns',
    service: 'web',
    addresses: ['10.244.1.5', 'fd00:10::5'],
  })
})

test('a ClusterIP twin leads each port to the ready endpoints of every family', () => {
  const snapshot = sampleSnapshot([twin], [running])
  const both = (port: number) => ['10.244.1.5', 'fd00:10::5'].map((address) => ({ address, port }))
  expect(clusterIpTwin(snapshot, 'web')).toEqual({
    namespace: 'ns',
    service: 'web',
    clusterIPs: ['10.96.0.20', 'fd00:96::20'],
    ports: [
      { port: 8080, protocol: 'TCP', endpoints: both(8080) },
      { port: 8081, protocol: 'TCP', endpoints: both(8081) },
    ],
  })
  const unready = withEndpoints(snapshot, 'web-ipv6', (all) =>
    all.map((one) => ({ ...one, conditions: { ready: false } })),
  )
  expect(clusterIpTwin(unready, 'web').ports[0]?.endpoints).toEqual([{ address: '10.244.1.5', port: 8080 }])
})

test('a port without a name finds the endpoint port without a name', () => {
  const nameless = { ...twin, spec: { ...twin.spec, ports: [{ port: 80 }] } }
  const snapshot = sampleSnapshot([nameless], [running])
  const slices = snapshot.slices.map((slice) => ({ ...slice, ports: [{ port: 8080 }] }))
  expect(clusterIpTwin({ ...snapshot, slices }, 'web').ports).toEqual([
    { port: 80, protocol: 'TCP', endpoints: ['10.244.1.5', 'fd00:10::5'].map((address) => ({ address, port: 8080 })) },
  ])
})

test('a Service without an address says so in both fields', () => {
  const said = (service: ReturnType<typeof sampleService>) => {
    const { verdict, hop, observed } = hasNoAddress(sampleSnapshot([service], []), 'web')
    return [verdict, hop, observed]
  }
  const none = sampleService({ name: 'web' })
  expect(said(none)).toEqual(['conformant', 'Service', 'clusterIP None, clusterIPs [None]'])
  expect(said(twin)[2]).toBe('clusterIP 10.96.0.20, clusterIPs [10.96.0.20, fd00:96::20]')
  expect(said(twin)[0]).toBe('non-conformant')
  expect(said({ ...none, spec: { clusterIP: 'None' } })[2]).toBe('clusterIP None, clusterIPs []')
  expect(said({ ...none, spec: { ...none.spec, clusterIPs: ['None', 'None'] } })[0]).toBe('non-conformant')
})
