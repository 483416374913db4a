import { describe, expect, test } from 'vitest'
import { judge } from '../report/verdict.ts'
import type { Snapshot } from '../stage/snapshot.ts'
import type { EndpointSlice, Endpoints } from '../target/objects.ts'
import { seen, unseen } from '../target/seen.ts'
import { endpointsAreLabelled, endpointsFollowPods } from './legacy-endpoints.ts'
import {
  isMirrored,
  isNotMirrored,
  mirrorFollows,
  mirrorsHostnamesAndReadiness,
  writtenAddresses,
} from './mirroring.ts'
import { samplePod, samplePods, sampleService, sampleSnapshot } from './snapshot-sample.ts'

type Subset = NonNullable<Endpoints['subsets']>[number]

function endpointsOf(name: string, subset: Subset): Endpoints {
  return { metadata: { name }, subsets: [subset] }
}

const ports = [{ name: 'http', port: 80, protocol: 'TCP' }]
const written = endpointsOf('mirrored', {
  addresses: [{ ip: '192.0.2.41', hostname: 'early' }, { ip: '192.0.2.42' }],
  notReadyAddresses: [{ ip: '192.0.2.43', hostname: 'late' }],
  ports,
})
const mirror: EndpointSlice = {
  metadata: {
    name: 'mirrored-x',
    labels: {
      'kubernetes.io/service-name': 'mirrored',
      'endpointslice.kubernetes.io/managed-by': 'endpointslicemirroring-controller.k8s.io',
    },
  },
  addressType: 'IPv4',
  ports,
  endpoints: [
    { addresses: ['192.0.2.41'], hostname: 'early', conditions: { ready: true } },
    { addresses: ['192.0.2.42'], conditions: { ready: true } },
    { addresses: ['192.0.2.43'], hostname: 'late', conditions: { ready: false } },
  ],
}

function world(slices: readonly EndpointSlice[], endpoints: Snapshot['endpoints'] = seen([written])): Snapshot {
  const base = { namespace: 'ns', pods: [], services: [], slices }
  return endpoints === undefined ? base : { ...base, endpoints }
}

function changed(change: (endpoints: EndpointSlice['endpoints']) => EndpointSlice['endpoints']): Snapshot {
  return world([{ ...mirror, endpoints: change(structuredClone(mirror.endpoints)) }])
}

/** What both judges of a mirror say. */
function both(snapshot: Snapshot, version = 'v1.36.3'): string[] {
  return [isMirrored, mirrorsHostnamesAndReadiness].map((one) => judge(one(snapshot, 'mirrored', version)).verdict)
}

describe('the judges of mirrored Endpoints', () => {
  test('acquit a mirror that says what was written, in one slice or in several', () => {
    expect(both(world([mirror]))).toEqual(['conformant', 'conformant'])
    const [first, ...rest] = mirror.endpoints
    if (first === undefined) throw new Error('no endpoint')
    expect(
      both(
        world([
          { ...mirror, endpoints: [first] },
          { ...mirror, endpoints: rest },
        ]),
      ),
    ).toEqual(['conformant', 'conformant'])
  })

  test('convict what is left out, added, or said otherwise', () => {
    expect(both(changed((all) => all.slice(1)))).toEqual(['non-conformant', 'non-conformant'])
    expect(both(changed((all) => [...all, { addresses: ['192.0.2.49'] }]))).toEqual([
      'non-conformant',
      'non-conformant',
    ])
    expect(both(changed((all) => all.map(({ hostname: _, ...one }) => one)))).toEqual(['conformant', 'non-conformant'])
    const ready = changed((all) => all.map((one) => ({ ...one, conditions: { ready: true } })))
    expect(both(ready)).toEqual(['conformant', 'non-conformant'])
    const serving = changed((all) => all.map((one) => ({ ...one, conditions: { ...one.conditions, serving: true } })))
    expect(both(serving)).toEqual(['conformant', 'non-conformant'])
    expect(both(world([{ ...mirror, ports: [{ name: 'http', port: 81 }] }]))).toEqual(['non-conformant', 'conformant'])
  })

  test('convict a cluster that mirrors nothing, unless its version may', () => {
    expect(both(world([]))).toEqual(['non-conformant', 'non-conformant'])
    expect(both(world([]), 'v1.30.1-gke.5')).toEqual(['non-conformant', 'non-conformant'])
    expect(both(world([]), 'v1.38.0')).toEqual(['not-applicable', 'not-applicable'])
    expect(both(world([]), 'unheard of')).toEqual(['not-applicable', 'not-applicable'])
  })

  test('have nothing to say where Endpoints may not be read, and throw where nobody has asked for them', () => {
    expect(both(world([mirror], unseen('no right')))).toEqual(['not-applicable', 'not-applicable'])
    const { endpoints: _, ...unasked } = world([mirror])
    expect(() => both(unasked)).toThrow('has not asked for v1 Endpoints')
    expect(() => writtenAddresses(unasked, 'mirrored')).toThrow('has not asked for v1 Endpoints')
  })

  test('want no mirror of Endpoints that forbid it, where others have one', () => {
    const labels = { ...mirror.metadata?.labels, 'kubernetes.io/service-name': 'skipped' }
    const other = { ...mirror, metadata: { name: 'skipped-x', labels } }
    const verdict = (slices: EndpointSlice[]): string =>
      judge(isNotMirrored(world(slices), 'skipped', 'mirrored')).verdict
    expect([verdict([mirror]), verdict([mirror, other]), verdict([])]).toEqual([
      'conformant',
      'non-conformant',
      'inconclusive',
    ])
  })

  test('name the ready addresses that were written', () => {
    expect(writtenAddresses(world([]), 'mirrored')).toEqual([
      { address: '192.0.2.41', hostname: 'early' },
      { address: '192.0.2.42' },
    ])
  })
})

describe('mirrorFollows', () => {
  const verdict = (snapshot: Snapshot): string => judge(mirrorFollows(snapshot, 'mirrored', 'v1.36.3')).verdict

  test('holds a mirror to what is written now', () => {
    expect(verdict(world([mirror]))).toBe('conformant')
    expect(verdict(changed(([first, ...rest]) => [{ ...first, addresses: ['192.0.2.40'] }, ...rest] as never))).toBe(
      'non-conformant',
    )
    expect(verdict(world([]))).toBe('non-conformant')
  })

  test('convicts a mirror that outlives what it mirrors, and nobody else’s slice', () => {
    expect(verdict(world([mirror], seen([])))).toBe('non-conformant')
    expect(verdict(world([], seen([])))).toBe('conformant')
    const own = { ...mirror, metadata: { ...mirror.metadata, labels: { 'kubernetes.io/service-name': 'mirrored' } } }
    expect(verdict(world([own], seen([])))).toBe('conformant')
  })

  test('says nothing where Endpoints may not be read', () => {
    expect(verdict(world([mirror], unseen('forbidden')))).toBe('not-applicable')
  })
})

describe('endpointsAreLabelled', () => {
  const services = [sampleService({ name: 'web' }), sampleService({ name: 'twin', clusterIPs: ['10.96.0.9'] })]
  const label = { 'service.kubernetes.io/headless': '' }
  const verdicts = (web: object | undefined, twin: object | undefined, version = 'v1.36.3'): string[] => {
    const endpoints = [
      { metadata: { name: 'web', labels: web }, subsets: [] },
      { metadata: { name: 'twin', labels: twin }, subsets: [] },
    ] as Endpoints[]
    const snapshot = { ...sampleSnapshot(services, []), endpoints: seen(endpoints) }
    return endpointsAreLabelled(snapshot, ['web', 'twin'], version).map((one) => one.verdict)
  }

  test('acquits Endpoints that are labelled exactly where their Service is headless', () => {
    expect(verdicts(label, undefined)).toEqual(['conformant', 'conformant'])
  })

  test('convicts a label that is missing, has a value, or is where it is not to be', () => {
    expect(verdicts(undefined, undefined)).toEqual(['non-conformant', 'conformant'])
    expect(verdicts({ 'service.kubernetes.io/headless': 'own' }, undefined)).toEqual(['non-conformant', 'conformant'])
    expect(verdicts(label, label)).toEqual(['conformant', 'non-conformant'])
  })

  test('convicts Endpoints that are not there, as long as no version may do without them', () => {
    const snapshot = { ...sampleSnapshot(services, []), endpoints: seen([]) }
    const verdict = (version: string): string => judge(endpointsAreLabelled(snapshot, ['web'], version)).verdict
    expect(verdict('v1.36.3')).toBe('non-conformant')
    expect(verdict('v1.40.0')).toBe('not-applicable')
  })
})

describe('endpointsFollowPods', () => {
  const pods = [
    ...samplePods,
    samplePod({ name: 'web-c', app: 'web', addresses: ['10.244.1.8', 'fd00::8'], ready: false }),
    samplePod({ name: 'web-d', app: 'web', addresses: ['10.244.1.9'], phase: 'Succeeded', ready: false }),
    samplePod({ name: 'web-e', app: 'web', addresses: ['10.244.1.10'], terminating: true }),
  ]
  const snapshot = sampleSnapshot([sampleService({ name: 'web' }), sampleService({ name: 'db' })], pods)
  const verdict = (endpoints: Endpoints[], version = 'v1.36.3'): string =>
    judge(endpointsFollowPods({ ...snapshot, endpoints: seen(endpoints) }, ['web', 'db'], version)).verdict
  const addresses = (...ips: string[]) => ips.map((ip) => ({ ip }))
  const db = endpointsOf('db', { addresses: addresses('10.244.1.7', '10.244.2.8') })
  const notReadyAddresses = addresses('10.244.1.8')

  test('acquits the Pods by readiness, without those that have ended or are leaving', () => {
    const web = endpointsOf('web', { addresses: addresses('10.244.1.5', '10.244.2.6'), notReadyAddresses })
    expect(verdict([web, db])).toBe('conformant')
  })

  test('convicts what is missing, stale or in the wrong list', () => {
    expect(verdict([endpointsOf('web', { addresses: addresses('10.244.1.5'), notReadyAddresses }), db])).toBe(
      'non-conformant',
    )
    expect(verdict([endpointsOf('web', { addresses: addresses('10.244.1.5', '10.244.2.6', '10.244.1.8') }), db])).toBe(
      'non-conformant',
    )
    expect(verdict([db])).toBe('non-conformant')
  })

  test('convicts Endpoints that are nowhere, unless the version may leave them out', () => {
    expect([verdict([]), verdict([], 'v1.37.0')]).toEqual(['non-conformant', 'not-applicable'])
    expect(verdict([db], 'v1.37.0')).toBe('non-conformant')
  })
})
