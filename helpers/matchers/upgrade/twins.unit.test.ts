import { expect, test } from 'vitest'
import type { Before } from '../../upgrade/before.ts'
import { watchedFrom } from '../../upgrade/watched.ts'
import { sampleService, sampleSnapshot } from '../snapshot-sample.ts'
import { journalOf, noon, targets, truth } from './journal-sample.ts'
import { profileOf, twinsIn } from './twins.ts'

const headless = sampleService({ name: 'web' })
const virtual = sampleService({ name: 'web', clusterIPs: ['10.96.0.5'] })
const named = { ...virtual, metadata: { ...virtual.metadata, name: 'web-any' } }
const before = {
  facts: { dns: { clusterDomain: 'cluster.local', service: { seen: false, reason: 'no right' } } },
  snapshots: {
    upgrade: sampleSnapshot([headless, named, sampleService({ name: 'lone', clusterIPs: ['10.96.0.6'] })], []),
  },
} as unknown as Before

test('a Service with an address has the headless one over the same Pods as its twin', () => {
  const twinOf = twinsIn(before)
  expect([twinOf('web-any'), twinOf('lone'), twinOf('web')]).toEqual(['web.ns.svc.cluster.local', undefined, undefined])
})

test('the way of an upgrade is known from what was seen', () => {
  expect(profileOf(before, watchedFrom(journalOf({ seconds: 2 })))).toBe('in-place')
  const elsewhere = truth.pods.map((pod) => (pod.name === 'up-web-a' ? { ...pod, node: 'kind-worker2' } : pod))
  const drained = journalOf({ seconds: 2, besides: [{ ...truth, at: noon + 1000, pods: elsewhere }] })
  expect(profileOf(before, watchedFrom(drained))).toBe('drain')
  const one = journalOf({ seconds: 2 }).map((entry) =>
    entry.kind === 'targets' ? { ...entry, targets: targets.filter(({ id }) => id !== 'dns coredns-b') } : entry,
  )
  expect(profileOf(before, watchedFrom(one))).toBe('single-dns')
  const unseen = journalOf({ seconds: 2 }).map((entry) =>
    entry.kind === 'targets' ? { ...entry, targets: [] } : entry,
  )
  expect(profileOf(before, watchedFrom(unseen))).toBe('single-dns')
})
