import { describe, expect, test } from 'vitest'
import type { Snapshot } from '../stage/snapshot.ts'
import type { EndpointSlice, Service } from '../target/objects.ts'
import { clusterAddresses, onlyForeignSlices, ownedByLiveService } from './lifecycle.ts'

type Spec = Service['spec']

function service(spec: Spec, uid = 'new'): Service {
  return { metadata: { name: 'web', uid }, ...(spec === undefined ? {} : { spec }) }
}

function slice(address: string, owner?: string): EndpointSlice {
  const ownerReferences =
    owner === undefined ? [] : [{ apiVersion: 'v1', kind: 'Service', name: 'web', uid: owner, controller: true }]
  return {
    metadata: { name: address, labels: { 'kubernetes.io/service-name': 'web' }, ownerReferences },
    addressType: 'IPv4',
    endpoints: [{ addresses: [address] }],
  }
}

function snapshot(services: readonly Service[], slices: readonly EndpointSlice[]): Snapshot {
  return { namespace: 'ns', pods: [], services, slices }
}

describe('what a name stands for', () => {
  const slices = [slice('198.51.100.1')]

  test('is its endpoints while the Service is headless', () => {
    const headless = service({ clusterIP: 'None', clusterIPs: ['None'] })
    expect(clusterAddresses(snapshot([headless], slices), 'web')).toEqual([
      { family: 'IPv4', addresses: ['198.51.100.1'] },
    ])
  })

  test('is its own addresses otherwise, and none of its endpoints', () => {
    const virtual = service({ clusterIP: 'fd00::1', clusterIPs: ['fd00:0::1'] })
    expect(clusterAddresses(snapshot([virtual], slices), 'web')).toEqual([
      { family: 'IPv4', addresses: [] },
      { family: 'IPv6', addresses: ['fd00::1'] },
    ])
  })

  test('is nothing for an alias, and where there is no Service', () => {
    const none = [{ family: 'IPv4', addresses: [] }]
    const alias = service({ type: 'ExternalName', externalName: 'a.example' })
    expect(clusterAddresses(snapshot([alias], slices), 'web')).toEqual(none)
    expect(clusterAddresses(snapshot([], slices), 'web')).toEqual(none)
  })
})

describe('slices after a Service came back', () => {
  const headless = service({ clusterIP: 'None' })
  const verdict = (services: readonly Service[], slices: readonly EndpointSlice[]) =>
    ownedByLiveService(snapshot(services, slices), 'web').verdict

  test('are right once one belongs to it, whatever else lingers', () => {
    expect(verdict([headless], [slice('198.51.100.1'), slice('198.51.100.2', 'new')])).toBe('conformant')
    expect(verdict([headless], [slice('198.51.100.1', 'old'), slice('198.51.100.2', 'new')])).toBe('conformant')
  })

  test('are wrong while all belong to the one before, or to nobody', () => {
    expect(verdict([headless], [slice('198.51.100.1', 'old')])).toBe('non-conformant')
    expect(verdict([headless], [slice('198.51.100.1')])).toBe('non-conformant')
    expect(verdict([], [slice('198.51.100.1')])).toBe('non-conformant')
  })
})

describe('slices after a Service is gone', () => {
  const verdict = (slices: readonly EndpointSlice[]) => onlyForeignSlices(snapshot([], slices), 'web').verdict

  test('are those without an owner', () => {
    expect(verdict([slice('198.51.100.1')])).toBe('conformant')
    expect(verdict([slice('198.51.100.1'), slice('198.51.100.2', 'old')])).toBe('non-conformant')
  })

  test('must not be gone altogether: what somebody else has written is not the collector`s', () => {
    expect(verdict([])).toBe('non-conformant')
  })
})
