import { describe, expect, test } from 'vitest'
import type { Snapshot } from '../stage/snapshot.ts'
import type { EndpointSlice } from '../target/objects.ts'
import { externalFronts, frontsOf, nodeFronts, proxiedSlices } from './fronts.ts'
import { sampleService } from './snapshot-sample.ts'

type Conditions = NonNullable<EndpointSlice['endpoints'][number]['conditions']>

function slice(family: 'IPv4' | 'IPv6', endpoints: Record<string, Conditions | undefined>, labels = {}): EndpointSlice {
  return {
    metadata: { name: `twin-${family}`, labels: { 'kubernetes.io/service-name': 'twin', ...labels } },
    addressType: family,
    ports: [{ name: 'http', port: 9000, protocol: 'TCP' }],
    endpoints: Object.entries(endpoints).map(([address, conditions]) => ({
      addresses: [address],
      ...(conditions === undefined ? {} : { conditions }),
    })),
  } as EndpointSlice
}

function cluster(slices: readonly EndpointSlice[], clusterIPs = ['10.96.0.7'], labels = {}): Snapshot {
  const service = sampleService({ name: 'twin', clusterIPs })
  return { namespace: 'ns', pods: [], services: [{ ...service, metadata: { ...service.metadata, labels } }], slices }
}

/** The addresses that answer at the port `http` of the first virtual address. */
function answering(endpoints: Record<string, Conditions | undefined>): string[] | undefined {
  return frontsOf(cluster([slice('IPv4', endpoints)]), 'twin')[0]?.endpoints.map((one) => one.address)
}

describe('frontsOf', () => {
  test('has each address with each port, and the endpoints of its family on their own port', () => {
    const both = cluster(
      [slice('IPv4', { '10.244.1.5': undefined }), slice('IPv6', { 'fd00:0::5': undefined })],
      ['10.96.0.7', 'fd00:0:0::7'],
    )
    expect(frontsOf(both, 'twin')).toEqual([
      { service: 'twin', address: '10.96.0.7', port: 8080, endpoints: [{ address: '10.244.1.5', port: 9000 }] },
      { service: 'twin', address: '10.96.0.7', port: 8081, endpoints: [] },
      { service: 'twin', address: 'fd00::7', port: 8080, endpoints: [{ address: 'fd00::5', port: 9000 }] },
      { service: 'twin', address: 'fd00::7', port: 8081, endpoints: [] },
    ])
  })

  test('goes by readiness, of which nothing said is enough', () => {
    expect(answering({ '10.244.1.5': { ready: true }, '10.244.1.6': { ready: false }, '10.244.1.7': {} })).toEqual([
      '10.244.1.5',
      '10.244.1.7',
    ])
  })

  test('falls back to what serves while it terminates, where nothing is ready', () => {
    const leaving = { ready: false, serving: true, terminating: true }
    const gone = { ready: false, serving: false, terminating: true }
    const starting = { ready: false, serving: false, terminating: false }
    expect(answering({ '10.244.1.5': leaving, '10.244.1.6': gone, '10.244.1.7': starting })).toEqual(['10.244.1.5'])
    expect(answering({ '10.244.1.5': leaving, '10.244.1.8': { ready: true } })).toEqual(['10.244.1.8'])
    expect(answering({ '10.244.1.6': gone, '10.244.1.7': starting })).toEqual([])
  })
})

test('other addresses of a Service lead to the same endpoints, each on the port that it has there', () => {
  const plain = cluster([slice('IPv4', { '10.244.1.5': undefined })])
  const [service] = plain.services
  const ports = [{ name: 'http', port: 80, nodePort: 30080 }]
  const spec = { ...service?.spec, ports, externalIPs: ['192.0.2.1'] }
  const opened = { ...plain, services: [{ ...service, spec }] }
  const endpoints = [{ address: '10.244.1.5', port: 9000 }]
  expect(externalFronts(opened, 'twin')).toEqual([{ service: 'twin', address: '192.0.2.1', port: 80, endpoints }])
  expect(nodeFronts(opened, 'twin', ['172.18.0.2', 'fd00::2'])).toEqual([
    { service: 'twin', address: '172.18.0.2', port: 30080, endpoints },
  ])
  expect([externalFronts(plain, 'twin'), nodeFronts(plain, 'twin', ['172.18.0.2'])]).toEqual([[], []])
})

describe('proxiedSlices', () => {
  const plain = slice('IPv4', { '10.244.1.5': undefined })
  const labelled = slice('IPv4', { '10.244.1.6': undefined }, { 'service.kubernetes.io/headless': '' })

  test('leaves out a slice that is labelled as headless, whatever the value', () => {
    expect(proxiedSlices(cluster([plain, labelled]), 'twin')).toEqual([plain])
  })

  test('is none where the Service is for another proxy', () => {
    const labels = { 'service.kubernetes.io/service-proxy-name': 'another' }
    expect(proxiedSlices(cluster([plain], ['10.96.0.7'], labels), 'twin')).toEqual([])
  })
})
