import { describe, expect, test } from 'vitest'
import type { Snapshot } from '../stage/snapshot.ts'
import type { EndpointSlice, Service } from '../target/objects.ts'
import { notingSlices, slicesCarry, slicesUnwritten } from './writes.ts'

function slice(name: string, resourceVersion: string, labels: Record<string, string> = {}): EndpointSlice {
  const metadata = { name, resourceVersion, labels: { 'kubernetes.io/service-name': 'web', ...labels } }
  return { metadata, addressType: 'IPv4', endpoints: [] }
}

function world(slices: readonly EndpointSlice[], noting: readonly EndpointSlice[] = slices): Snapshot {
  const before = { namespace: 'ns', pods: [], services: [], slices: noting }
  const { metadata } = notingSlices(before, 'web') as Service
  const service: Service = { metadata: { name: 'web', ...metadata } }
  return { namespace: 'ns', pods: [], services: [service], slices }
}

const sound = [slice('web-b', '12'), slice('web-a', '7')]

describe('the judge of writes', () => {
  test('acquits slices that are as they were, in any order', () => {
    expect(slicesUnwritten(world(sound, sound.toReversed()), 'web')).toMatchObject({
      verdict: 'conformant',
      hop: 'EndpointSlice',
      observed: 'web-a 7, web-b 12',
    })
  })

  test.each([
    ['was written', [slice('web-b', '13'), slice('web-a', '7')]],
    ['has gone', [slice('web-a', '7')]],
    ['has come', [...sound, slice('web-c', '14')]],
    ['was replaced', [slice('web-d', '14'), slice('web-a', '7')]],
  ])('convicts where a slice %s', (_, now) => {
    expect(slicesUnwritten(world(now, sound), 'web').verdict).toBe('non-conformant')
  })

  test('says nothing where no slice was noted', () => {
    expect(slicesUnwritten(world(sound, []), 'web').verdict).toBe('inconclusive')
  })

  test('knows when every slice carries a label', () => {
    const carries = (...slices: EndpointSlice[]): boolean => slicesCarry(world(slices), 'web', 'seen', 'x')
    expect([
      carries(slice('a', '1', { seen: 'x' })),
      carries(slice('a', '1', { seen: 'x' }), slice('b', '1')),
      carries(slice('a', '1', { seen: 'y' })),
      carries(),
    ]).toEqual([true, false, false, false])
  })
})
