import { describe, expect, test } from 'vitest'
import { judge } from '../report/verdict.ts'
import type { Snapshot } from '../stage/snapshot.ts'
import { labelsAreCopied, triggerTimesAreTold } from './slice-metadata.ts'
import { soundSnapshot, withSlice } from './snapshot-sample.ts'

const trigger = 'endpoints.kubernetes.io/last-change-trigger-time'
const created = '2026-11-21T15:00:07Z'

/** The sound snapshot, where `web` has these labels and its slice those besides. */
function labelled(service: Record<string, string>, slice: Record<string, string>): Snapshot {
  const services = soundSnapshot.services.map((one) =>
    one.metadata?.name === 'web' ? { ...one, metadata: { ...one.metadata, labels: service } } : one,
  )
  return withSlice({ ...soundSnapshot, services }, 'web-ipv4', (one) => ({
    ...one,
    metadata: { ...one.metadata, labels: { ...one.metadata?.labels, ...slice } },
  }))
}

describe('labelsAreCopied', () => {
  const verdict = (snapshot: Snapshot): string => judge(labelsAreCopied(snapshot, 'web')).verdict

  test('acquits a slice with the labels of its Service, and with more', () => {
    expect(verdict(labelled({ app: 'web' }, { app: 'web' }))).toBe('conformant')
    expect(verdict(labelled({ app: 'web' }, { app: 'web', 'example.com/cost': '7' }))).toBe('conformant')
    expect(verdict(labelled({}, {}))).toBe('conformant')
  })

  test('acquits a slice that does not take over what is not for the Service to say', () => {
    expect(verdict(labelled({ app: 'web', 'kubernetes.io/service-name': 'somebody' }, { app: 'web' }))).toBe(
      'conformant',
    )
  })

  test('convicts a label that is missing or other, and one that the Service was not to set', () => {
    expect(verdict(labelled({ app: 'web' }, {}))).toBe('non-conformant')
    expect(verdict(labelled({ app: 'web' }, { app: 'old' }))).toBe('non-conformant')
    const taken = { 'kubernetes.io/service-name': 'somebody' }
    expect(verdict(labelled(taken, taken))).toBe('non-conformant')
  })

  test('does not judge the slices of another controller, and cannot without any', () => {
    const managed = { 'endpointslice.kubernetes.io/managed-by': 'somebody' }
    const slices = labelled({}, managed).slices.slice(0, 1)
    expect(verdict({ ...labelled({}, managed), slices })).toBe('not-applicable')
    expect(verdict({ ...soundSnapshot, slices: [] })).toBe('inconclusive')
  })
})

describe('triggerTimesAreTold', () => {
  const told = (...times: (string | undefined)[]): string => {
    const services = soundSnapshot.services.map((one) => ({
      ...one,
      metadata: { ...one.metadata, creationTimestamp: created },
    }))
    const slices = soundSnapshot.slices.map((one, index) => {
      const time = times[index]
      return { ...one, metadata: { ...one.metadata, annotations: time === undefined ? {} : { [trigger]: time } } }
    })
    return judge(triggerTimesAreTold({ ...soundSnapshot, services, slices } as Snapshot, ['web', 'db'])).verdict
  }

  test('acquits times from the second on in which the Service was created, and a slice without one beside others', () => {
    expect(told('2026-11-21T15:00:07Z', '2026-11-21T15:00:09.123456789Z')).toBe('conformant')
    expect(told(undefined, '2026-11-21T15:00:09Z')).toBe('conformant')
  })

  test('convicts what is no time, a time before the Service, and silence of all slices', () => {
    expect(told('yesterday', '2026-11-21T15:00:09Z')).toBe('non-conformant')
    expect(told('2026-11-21T14:59:59Z', '2026-11-21T15:00:09Z')).toBe('non-conformant')
    expect(told(undefined, undefined)).toBe('non-conformant')
  })
})
