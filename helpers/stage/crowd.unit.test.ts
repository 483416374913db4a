import { describe, expect, test } from 'vitest'
import type { EndpointSlice, KubernetesObject } from '../target/objects.ts'
import { withCrowds } from './crowd.ts'
import { readFixtures } from './fixture.ts'

function service(name: string, annotations?: Record<string, string>): KubernetesObject {
  const metadata = { name, ...(annotations === undefined ? {} : { annotations }) }
  return { apiVersion: 'v1', kind: 'Service', metadata, spec: { ports: [{ name: 'http', port: 80 }] } }
}

function slicesIn(objects: readonly KubernetesObject[]): EndpointSlice[] {
  return objects.filter((one) => one.kind === 'EndpointSlice') as unknown as EndpointSlice[]
}

const addressesIn = (slices: readonly EndpointSlice[]): string[] =>
  slices.flatMap((slice) => slice.endpoints.flatMap((one) => one.addresses))

describe('a crowd', () => {
  test('is spread over as many slices as its size asks for', () => {
    const objects = withCrowds([
      service('a', { 'rollcall.dev/endpoints': '250', 'rollcall.dev/endpoints-per-slice': '100' }),
      service('b', { 'rollcall.dev/endpoints': '1001' }),
    ])
    expect(objects.map((one) => `${one.kind} ${one.metadata.name}`)).toEqual([
      'Service a',
      'EndpointSlice a-1',
      'EndpointSlice a-2',
      'EndpointSlice a-3',
      'Service b',
      'EndpointSlice b-1',
      'EndpointSlice b-2',
    ])
    expect(slicesIn(objects).map((one) => one.endpoints.length)).toEqual([100, 100, 50, 1000, 1])
    expect(slicesIn(objects)[3]?.metadata?.labels?.['kubernetes.io/service-name']).toBe('b')
  })

  test('has addresses that nobody else has, all of them for measurements', () => {
    const addresses = addressesIn(slicesIn(withCrowds(readFixtures('crowds'))))
    expect(new Set(addresses).size).toBe(addresses.length)
    expect(addresses.filter((one) => !/^198\.1[89]\.\d+\.\d+$/.test(one))).toEqual([])
    expect(addresses.slice(0, 2)).toEqual(['198.18.0.1', '198.18.0.2'])
  })

  test('is no business of objects that do not ask for one', () => {
    expect(withCrowds([service('a')])).toEqual([service('a')])
  })
})
