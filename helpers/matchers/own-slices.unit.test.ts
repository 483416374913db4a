import { describe, expect, test } from 'vitest'
import { judge } from '../report/verdict.ts'
import type { Snapshot } from '../stage/snapshot.ts'
import type { EndpointSlice } from '../target/objects.ts'
import { controllerManages, headlessIsLabelled, slicesNameService } from './own-slices.ts'
import { foreignSlice, samplePods, sampleService, sampleSnapshot, soundSnapshot, withSlice } from './snapshot-sample.ts'

const managedBy = 'endpointslice.kubernetes.io/managed-by'

function labelled(snapshot: Snapshot, slice: string, labels: Record<string, string | undefined>): Snapshot {
  return withSlice(snapshot, slice, (one) => {
    const kept = Object.entries({ ...one.metadata?.labels, ...labels }).filter(([, value]) => value !== undefined)
    return { ...one, metadata: { ...one.metadata, labels: Object.fromEntries(kept) as Record<string, string> } }
  })
}

function ofMetadata(snapshot: Snapshot, slice: string, change: EndpointSlice['metadata']): Snapshot {
  return withSlice(snapshot, slice, (one) => ({ ...one, metadata: { ...one.metadata, ...change } }))
}

function verdicts(snapshot: Snapshot, service = 'web') {
  return [slicesNameService, controllerManages, headlessIsLabelled].map((one) => judge(one(snapshot, service)).verdict)
}

function against(judged: readonly { verdict: string; expected: string; observed: string }[]): string[][] {
  return judged.filter((one) => one.verdict === 'non-conformant').map((one) => [one.expected, one.observed])
}

const sound = ['conformant', 'conformant', 'conformant']

describe('the judges of slices that the controller writes', () => {
  test('acquit those of headless Services, and of one with an address', () => {
    const twin = sampleService({ name: 'web', clusterIPs: ['10.96.0.20'] })
    for (const service of ['web', 'db']) expect(verdicts(soundSnapshot, service)).toEqual(sound)
    expect(verdicts(sampleSnapshot([twin], samplePods))).toEqual(sound)
    expect(verdicts(sampleSnapshot([sampleService({ name: 'web', families: ['IPv6', 'IPv4'] })], samplePods))).toEqual(
      sound,
    )
  })

  test('leave slices of somebody else alone, beside their own and for a Service without selector', () => {
    const byHand = sampleService({ name: 'by-hand' })
    const services = [...soundSnapshot.services, { ...byHand, spec: { ...byHand.spec, selector: {} } }]
    const slices = [...soundSnapshot.slices, foreignSlice('web', '192.0.2.1'), foreignSlice('by-hand', '192.0.2.2')]
    expect(verdicts({ ...soundSnapshot, services, slices })).toEqual(sound)
  })

  test('do not apply where another controller writes them all', () => {
    const others = ['web-ipv4', 'db-ipv4'].reduce(
      (snapshot, slice) => labelled(snapshot, slice, { [managedBy]: 'other.example' }),
      soundSnapshot,
    )
    expect(verdicts(others)).toEqual(['not-applicable', 'not-applicable', 'not-applicable'])
    expect(judge(slicesNameService(others, 'web')).reason).toBe('the slices of ns are managed by {other.example}')
  })

  test('miss them where there are none', () => {
    const none = { ...soundSnapshot, slices: [] }
    expect(verdicts(none)).toEqual(['inconclusive', 'non-conformant', 'inconclusive'])
    expect(judge(headlessIsLabelled(none, 'web')).reason).toBe('no such slice of web is in sight')
  })
})

describe('slicesNameService', () => {
  test('convicts another label, another owner, and another name', () => {
    const label = 'kubernetes.io/service-name'
    const wanted = 'a name that begins with web, label web, controlled by Service web uid-web'
    const said = (snapshot: Snapshot) => against(slicesNameService(snapshot, 'web'))
    const owner = { apiVersion: 'v1', kind: 'Service', name: 'web', uid: 'uid-web' }
    expect(said(labelled(soundSnapshot, 'web-ipv4', { [label]: undefined }))).toEqual([
      [wanted, 'web-ipv4, label undefined, controlled by Service web uid-web'],
    ])
    expect(said(ofMetadata(soundSnapshot, 'web-ipv4', { ownerReferences: [] }))).toEqual([
      [wanted, 'web-ipv4, label web, controlled by nobody'],
    ])
    expect(said(ofMetadata(soundSnapshot, 'web-ipv4', { ownerReferences: [owner] }))).toHaveLength(1)
    const gone = { ...owner, uid: 'gone', controller: true }
    expect(said(ofMetadata(soundSnapshot, 'web-ipv4', { ownerReferences: [gone] }))).toEqual([
      [wanted, 'web-ipv4, label web, controlled by Service web gone'],
    ])
    expect(said(ofMetadata(soundSnapshot, 'web-ipv4', { name: 'other' }))).toEqual([
      [wanted, 'other, label web, controlled by Service web uid-web'],
    ])
  })
})

describe('controllerManages', () => {
  test('convicts a slice of the Service that somebody else has taken over', () => {
    const taken = labelled(soundSnapshot, 'web-ipv4', { [managedBy]: 'mutant' })
    const manager = 'managed by endpointslice-controller.k8s.io'
    const orphan = [manager, 'managed by mutant']
    expect(against(controllerManages(taken, 'web'))).toEqual([orphan, [`one ${manager}`, `0 ${manager}`]])
    expect(verdicts(taken, 'db')).toEqual(sound)
    const second = soundSnapshot.slices
      .slice(0, 1)
      .map((one) => ({ ...one, metadata: { ...one.metadata, name: 'web-2' } }))
    expect(against(controllerManages({ ...taken, slices: [...taken.slices, ...second] }, 'web'))).toEqual([orphan])
    expect(verdicts(labelled(soundSnapshot, 'web-ipv4', { [managedBy]: undefined }))[1]).toBe('non-conformant')
  })
})

describe('headlessIsLabelled', () => {
  const label = 'service.kubernetes.io/headless'

  test('convicts a missing label, one with a value, and one of a Service that has an address', () => {
    const none = labelled(soundSnapshot, 'web-ipv4', { [label]: undefined })
    expect(against(headlessIsLabelled(none, 'web'))).toEqual([[`label ${label}=""`, `no label ${label}`]])
    expect(verdicts(labelled(soundSnapshot, 'web-ipv4', { [label]: 'true' }))[2]).toBe('non-conformant')
    const twin = sampleSnapshot([sampleService({ name: 'web', clusterIPs: ['10.96.0.20'] })], samplePods)
    expect(against(headlessIsLabelled(labelled(twin, 'web-ipv4', { [label]: '' }), 'web'))).toEqual([
      [`no label ${label}`, `label ${label}=""`],
    ])
  })
})
