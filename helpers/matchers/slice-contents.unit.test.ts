import { describe, expect, test } from 'vitest'
import { judge } from '../report/verdict.ts'
import type { Snapshot } from '../stage/snapshot.ts'
import { holdsLivePodsOnly, holdsNoPorts, isPlaceholder, noneIsTwice } from './slice-contents.ts'
import {
  samplePod,
  samplePods,
  sampleService,
  sampleSnapshot,
  soundSnapshot,
  withEndpoints,
  withSlice,
} from './snapshot-sample.ts'

const verdict = (judged: Parameters<typeof judge>[0]): string => judge(judged).verdict

function managedBy(snapshot: Snapshot, manager: string): Snapshot {
  const slices = snapshot.slices.map((one) => ({
    ...one,
    metadata: {
      ...one.metadata,
      labels: { ...one.metadata?.labels, 'endpointslice.kubernetes.io/managed-by': manager },
    },
  }))
  return { ...snapshot, slices }
}

describe('noneIsTwice', () => {
  test('acquits endpoints that are there once, and convicts one that is there twice', () => {
    expect(verdict(noneIsTwice(soundSnapshot, 'web'))).toBe('conformant')
    const doubled = withEndpoints(soundSnapshot, 'web-ipv4', ([first, ...rest]) =>
      first === undefined ? [] : [first, first, ...rest],
    )
    const [found] = noneIsTwice(doubled, 'web').filter((one) => one.verdict === 'non-conformant')
    expect(found?.observed).toBe('10.244.1.5 of web-a uid-web-a 2 times, in web-ipv4 and web-ipv4')
  })

  test('convicts two slices that hold the same', () => {
    const [slice] = soundSnapshot.slices
    if (slice === undefined) throw new Error('no slice')
    const copy = { ...slice, metadata: { ...slice.metadata, name: 'web-again' } }
    const twice = { ...soundSnapshot, slices: [...soundSnapshot.slices, copy] }
    expect(verdict(noneIsTwice(twice, 'web'))).toBe('non-conformant')
    expect(verdict(noneIsTwice(twice, 'db'))).toBe('conformant')
  })

  test("acquits two Pods of one address: on the host's network, or one that is leaving and its successor", () => {
    const pods = ['web-a', 'web-b'].map((name) => samplePod({ name, app: 'web', addresses: ['172.18.0.2'] }))
    expect(verdict(noneIsTwice(sampleSnapshot([sampleService({ name: 'web' })], pods), 'web'))).toBe('conformant')
  })

  test('does not judge the slices of another controller', () => {
    expect(verdict(noneIsTwice(managedBy(soundSnapshot, 'somebody'), 'web'))).toBe('not-applicable')
  })
})

describe('isPlaceholder', () => {
  const services = ['web', 'vacant'].map((name) => sampleService({ name, families: ['IPv4', 'IPv6'] }))
  const vacant = sampleSnapshot(services, samplePods)

  test('acquits an empty slice of each family, and more of them than are needed', () => {
    expect(verdict(isPlaceholder(vacant, 'vacant'))).toBe('conformant')
    const more = vacant.slices.map((one) => ({
      ...one,
      metadata: { ...one.metadata, name: `${one.metadata?.name}-2` },
    }))
    expect(verdict(isPlaceholder({ ...vacant, slices: [...vacant.slices, ...more] }, 'vacant'))).toBe('conformant')
  })

  test('convicts a family without a slice, and a slice with an endpoint', () => {
    const slices = vacant.slices.filter((one) => one.metadata?.name !== 'vacant-ipv6')
    expect(verdict(isPlaceholder({ ...vacant, slices }, 'vacant'))).toBe('non-conformant')
    const filled = withEndpoints(vacant, 'vacant-ipv4', () => [{ addresses: ['192.0.2.7'] }])
    expect(verdict(isPlaceholder(filled, 'vacant'))).toBe('non-conformant')
  })

  test('cannot tell where Pods are selected, or where nobody writes slices', () => {
    expect(verdict(isPlaceholder(vacant, 'web'))).toBe('inconclusive')
    expect(verdict(isPlaceholder({ ...vacant, slices: [] }, 'vacant'))).toBe('inconclusive')
    expect(verdict(isPlaceholder(managedBy(vacant, 'somebody'), 'vacant'))).toBe('not-applicable')
  })
})

describe('holdsNoPorts', () => {
  const portless = withSlice(soundSnapshot, 'web-ipv4', (one) => ({ ...one, ports: [] }))

  test('acquits endpoints without ports, also where the server says null', () => {
    expect(verdict(holdsNoPorts(portless, 'web'))).toBe('conformant')
    const { ports: _, ...bare } = portless.slices[0] ?? { addressType: 'IPv4', endpoints: [] }
    expect(verdict(holdsNoPorts({ ...portless, slices: [bare, ...portless.slices.slice(1)] }, 'web'))).toBe(
      'conformant',
    )
  })

  test('convicts a port, and endpoints that are left out for want of one', () => {
    expect(verdict(holdsNoPorts(soundSnapshot, 'web'))).toBe('non-conformant')
    expect(
      verdict(
        holdsNoPorts(
          withEndpoints(portless, 'web-ipv4', () => []),
          'web',
        ),
      ),
    ).toBe('non-conformant')
  })
})

describe('holdsLivePodsOnly', () => {
  const ended = samplePod({ name: 'done', app: 'ended', addresses: ['10.244.1.9'], phase: 'Succeeded', ready: false })
  const pending = samplePod({ name: 'pending', app: 'ended', addresses: [], phase: 'Pending', ready: false })
  const services = ['web', 'ended'].map((name) => sampleService({ name, publishNotReadyAddresses: true }))
  const snapshot = sampleSnapshot(services, [...samplePods, ended, pending])

  test('acquits a Service whose Pods have ended or have no address', () => {
    expect(holdsLivePodsOnly(snapshot, 'ended').map((one) => [one.verdict, one.expected])).toEqual([
      ['conformant', 'no endpoint for done, which ended (Succeeded)'],
      ['conformant', 'no endpoint for pending, which has no address'],
    ])
  })

  test('convicts an endpoint of either, by its address or by its uid', () => {
    const listed = withEndpoints(snapshot, 'ended-ipv4', () => [{ addresses: ['10.244.1.9'] }])
    expect(verdict(holdsLivePodsOnly(listed, 'ended'))).toBe('non-conformant')
    const targetRef = { kind: 'Pod', name: 'pending', uid: 'uid-pending' }
    const named = withEndpoints(snapshot, 'ended-ipv4', () => [{ addresses: ['10.244.9.9'], targetRef }])
    expect(verdict(holdsLivePodsOnly(named, 'ended'))).toBe('non-conformant')
  })

  test('cannot tell where no Pod is listed anywhere, and has nothing to say where all live', () => {
    expect(verdict(holdsLivePodsOnly({ ...snapshot, slices: [] }, 'ended'))).toBe('inconclusive')
    expect(verdict(holdsLivePodsOnly(snapshot, 'web'))).toBe('not-applicable')
  })
})
