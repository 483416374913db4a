import { describe, expect, test } from 'vitest'
import type { Snapshot } from '../stage/snapshot.ts'
import type { Pod } from '../target/objects.ts'
import { ownAddresses, sliceNamesPod } from './identity.ts'
import { type PodSketch, samplePod, sampleService, sampleSnapshot, withEndpoints } from './snapshot-sample.ts'

const governed = { set: 'db', service: 'db', pod: 'db-0' }
const owner = { apiVersion: 'apps/v1', kind: 'StatefulSet', name: 'db', uid: 'set-uid' }

function owned(change: Partial<PodSketch> = {}): Pod {
  const pod = samplePod({
    name: 'db-0',
    app: 'db',
    addresses: ['10.244.1.7', 'fd00:10::7'],
    hostname: 'db-0',
    subdomain: 'db',
    ...change,
  })
  return { ...pod, metadata: { ...pod.metadata, ownerReferences: [owner] } }
}

function snapshot(pods: readonly Pod[], families: readonly ('IPv4' | 'IPv6')[] = ['IPv4']): Snapshot {
  const set = { metadata: { name: 'db', uid: 'set-uid' }, spec: { selector: {}, template: {}, serviceName: 'db' } }
  return { ...sampleSnapshot([sampleService({ name: 'db', families })], pods), statefulSets: [set] }
}

describe('ownAddresses', () => {
  test('are those of the Pod in each family of the Service', () => {
    expect(ownAddresses(snapshot([owned()]), governed)).toEqual([{ family: 'IPv4', addresses: ['10.244.1.7'] }])
    expect(ownAddresses(snapshot([owned()], ['IPv6', 'IPv4']), governed)).toEqual([
      { family: 'IPv6', addresses: ['fd00:10::7'] },
      { family: 'IPv4', addresses: ['10.244.1.7'] },
    ])
  })

  test('are none of a Pod that is not Ready, leaves, is not there, or is not of the set', () => {
    const stranger = samplePod({ name: 'db-0', app: 'db', addresses: ['10.244.1.9'] })
    for (const pods of [[owned({ ready: false })], [owned({ terminating: true })], [], [stranger]])
      expect(ownAddresses(snapshot(pods), governed)).toEqual([{ family: 'IPv4', addresses: [] }])
  })

  test('are none without the Service', () => {
    expect(ownAddresses({ ...snapshot([owned()]), services: [] }, governed)).toEqual([
      { family: 'IPv4', addresses: [] },
    ])
  })
})

describe('sliceNamesPod', () => {
  const judged = (one: Snapshot, addresses: readonly string[]) => {
    const { verdict, expected, observed } = sliceNamesPod(one, governed, { family: 'IPv4', addresses })
    return [verdict, expected, observed]
  }
  const sound = snapshot([owned(), owned({ name: 'db-1', hostname: 'db-1', addresses: ['10.244.2.8'] })])

  test('acquits a slice that has the Pod under its name', () => {
    expect(judged(sound, ['10.244.1.7'])).toEqual(['conformant', 'db-0 {10.244.1.7}', 'db-0 {10.244.1.7}'])
    expect(judged(snapshot([]), [])).toEqual(['conformant', 'db-0 {}', 'db-0 {}'])
  })

  test('convicts a name that is lost, leads elsewhere, or has outlived its Pod', () => {
    const unnamed = withEndpoints(sound, 'db-ipv4', (all) => all.map(({ hostname: _, ...rest }) => rest))
    expect(judged(unnamed, ['10.244.1.7'])).toEqual(['non-conformant', 'db-0 {10.244.1.7}', 'db-0 {}'])
    const swapped = withEndpoints(sound, 'db-ipv4', (all) => all.map((one) => ({ ...one, hostname: 'db-0' })))
    expect(judged(swapped, ['10.244.1.7'])[0]).toBe('non-conformant')
    expect(judged(sound, [])[0]).toBe('non-conformant')
  })
})
