import { describe, expect, test } from 'vitest'
import { judge } from '../report/verdict.ts'
import type { EndpointSlice, KubernetesObject } from '../target/objects.ts'
import { controllerWritesNone, slicesAreAsWritten } from './hand-made.ts'
import { sampleService, sampleSnapshot, soundSnapshot } from './snapshot-sample.ts'

const slice: EndpointSlice = {
  apiVersion: 'discovery.k8s.io/v1',
  kind: 'EndpointSlice',
  metadata: {
    name: 'made-1',
    labels: { 'kubernetes.io/service-name': 'made', 'endpointslice.kubernetes.io/managed-by': 'rollcall.dev' },
  },
  addressType: 'IPv4',
  ports: [{ name: 'http', port: 80, protocol: 'TCP' }],
  endpoints: [
    { addresses: ['192.0.2.11'], hostname: 'first', conditions: { ready: true } },
    { addresses: ['192.0.2.12'], hostname: 'silent' },
  ],
}
const written = [slice as unknown as KubernetesObject]

function read(found: EndpointSlice | undefined): string {
  const slices = found === undefined ? [] : [found]
  return judge(slicesAreAsWritten({ ...soundSnapshot, slices }, written)).verdict
}

describe('slicesAreAsWritten', () => {
  test('acquits what reads back as written, with what the server adds', () => {
    const metadata = { ...slice.metadata, uid: 'u', generation: 1 }
    const endpoints = slice.endpoints.map((one) => ({ conditions: {}, ...one }))
    expect(read({ ...slice, metadata, endpoints })).toBe('conformant')
  })

  test('convicts any change, and a slice that is gone', () => {
    const [first, silent] = slice.endpoints
    if (first === undefined || silent === undefined) throw new Error('no endpoint')
    const spoilt: EndpointSlice[] = [
      { ...slice, endpoints: [first] },
      { ...slice, endpoints: [first, { ...silent, conditions: { ready: true } }] },
      { ...slice, endpoints: [{ ...first, addresses: ['192.0.2.19'] }, silent] },
      { ...slice, endpoints: [{ ...first, hostname: 'other' }, silent] },
      { ...slice, ports: [] },
      { ...slice, metadata: { ...slice.metadata, labels: { 'endpointslice.kubernetes.io/managed-by': 'other' } } },
    ]
    expect([...spoilt.map(read), read(undefined)]).toEqual(Array.from({ length: 7 }, () => 'non-conformant'))
  })
})

describe('controllerWritesNone', () => {
  test("convicts a slice of the controller, and no one else's", () => {
    const snapshot = sampleSnapshot([sampleService({ name: 'web' })], [])
    expect(controllerWritesNone(snapshot, 'web').verdict).toBe('non-conformant')
    expect(controllerWritesNone({ ...snapshot, slices: [slice] }, 'made').verdict).toBe('conformant')
  })
})
