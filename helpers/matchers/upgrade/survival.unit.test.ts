import { describe, expect, test } from 'vitest'
import { judge } from '../../report/verdict.ts'
import type { Snapshot } from '../../stage/snapshot.ts'
import type { Pod, StatefulSet } from '../../target/objects.ts'
import { type EventEntry, type JournalEntry, journalSchema, type TruthEntry } from '../../upgrade/journal.ts'
import { grantedEvent, nodesOfCluster, refusedEvent } from '../../upgrade/rights.ts'
import { type Watched, watchedFrom } from '../../upgrade/watched.ts'
import { samplePod, sampleService, sampleSnapshot } from '../snapshot-sample.ts'
import { fateOf } from './fates.ts'
import { journalOf, noon, truth } from './journal-sample.ts'
import { answersSurvive, endpointsSurvive, lastingAnswers, podsSurvive, servicesSurvive } from './survival.ts'
import { unrestarted } from './unrestarted.ts'

const owner = { apiVersion: 'apps/v1', kind: 'StatefulSet', name: 'db', uid: 'uid-of-db' }

function member(
  ordinal: number,
  change: { uid?: string; node?: string; address?: string; restarts?: number } = {},
): Pod {
  const name = `db-${ordinal}`
  const { uid = `uid-${name}`, node = 'kind-worker', address = `10.244.1.${7 + ordinal}`, restarts = 0 } = change
  const pod = samplePod({ name, app: 'db', addresses: [address], node, uid, hostname: name, subdomain: 'db' })
  const status = { name: 'nginx', restartCount: restarts, image: '', imageID: '', ready: true }
  return {
    ...pod,
    metadata: { ...pod.metadata, ownerReferences: [owner] },
    status: { ...pod.status, containerStatuses: [status] },
  }
}

function standing(pods: readonly Pod[], revision = 'db-1', generation = 1): Snapshot {
  const set = {
    metadata: { name: 'db', uid: owner.uid, generation },
    spec: { replicas: 2, selector: {}, serviceName: 'db', template: {} },
    status: { replicas: 2, updateRevision: revision },
  } as unknown as StatefulSet
  const services = [sampleService({ name: 'db' }), sampleService({ name: 'front', clusterIPs: ['10.96.0.5'] })]
  return { ...sampleSnapshot(services, pods), statefulSets: [set] }
}

const before = standing([member(0), member(1)])
const moved = standing([member(0, { uid: 'new', node: 'kind-worker2', address: '10.244.2.9' }), member(1)])

/** The truths of a watch in which db-0 was replaced at the second 40, and what else happened. */
function watched(besides: readonly JournalEntry[] = [], at = 40): Watched {
  const podsOf = (uid: string, node: string): TruthEntry['pods'] => [
    { name: 'db-0', uid, node, address: '10.244.1.7', ready: true, restarts: 0, terminating: false },
  ]
  const told = (second: number, pods: TruthEntry['pods']): TruthEntry => ({ ...truth, at: noon + second * 1000, pods })
  const entries = journalOf({
    besides: [told(1, podsOf('uid-db-0', 'kind-worker')), told(at, podsOf('new', 'kind-worker2')), ...besides],
  })
  return watchedFrom(entries.filter((one) => one !== truth))
}

function onNode(text: string, second: number, subject = 'kind-worker'): EventEntry {
  return { kind: 'event', at: noon + second * 1000, of: 'node', subject, text }
}

const all = (now: Snapshot) => [
  ...servicesSurvive(before, now),
  ...podsSurvive(before, now),
  ...endpointsSurvive(before, now),
]

describe('up.names-survive', () => {
  test('is conformant where nothing has changed, and where a Pod went elsewhere', () => {
    expect(judge(all(before)).verdict).toBe('conformant')
    expect(judge(all(moved)).verdict).toBe('conformant')
  })

  test('convicts a Service that was made again, or has another address', () => {
    const other = before.services.map((one) => ({ ...one, metadata: { ...one.metadata, uid: 'other' } }))
    expect(judge(all({ ...before, services: other }))).toMatchObject({ verdict: 'non-conformant', hop: 'Service' })
    expect(judge(all({ ...before, services: before.services.slice(1) }))).toMatchObject({ hop: 'Service' })
  })

  test('convicts a Pod that stayed and has another address, and slices that lack it', () => {
    const readdressed = standing([member(0, { address: '10.244.1.99' }), member(1)])
    expect(judge(podsSurvive(before, readdressed))).toMatchObject({ verdict: 'non-conformant', hop: 'pod' })
    const bare = { ...before, slices: before.slices.map((one) => ({ ...one, endpoints: [] })) }
    expect(judge(all(bare))).toMatchObject({ verdict: 'non-conformant', hop: 'EndpointSlice' })
  })

  test('asks again for what may not have changed, and for nothing that may', () => {
    const told = (name: string, records: readonly string[]) =>
      ({ vantage: 'kind-worker', server: 'coredns-a', name, type: 'A', rcode: 'NOERROR', records }) as const
    const answers = [
      told('db-0.db', ['10.244.1.7']),
      told('db-1.db', ['10.244.1.8']),
      told('front', ['10.96.0.5']),
      { ...told('front', ['10.96.0.5']), server: 'coredns-b' },
      told('odd', ['10.0.0.1']),
      { ...told('odd', []), server: 'coredns-b' },
    ]
    const lasting = lastingAnswers([before], [moved], answers)
    expect(lasting.map((one) => one.name)).toEqual(['db-1.db', 'front'])
    const server = { role: 'backend', name: 'coredns-a', address: '10.244.0.3', port: 53 } as const
    const sighting = (addresses: readonly string[]) =>
      ({
        ...{ vantage: 'kind-worker', server, transport: 'tcp', question: { name: 'front', type: 'A' }, took: 1 },
        outcome: {
          kind: 'answer',
          answer: {
            ...{ rcode: 'NOERROR', truncated: false, authoritative: true, authorities: [], additionals: [] },
            answers: addresses.map((address) => ({ name: 'front', type: 'A', ttl: 5, address })),
          },
        },
      }) as unknown as Parameters<typeof answersSurvive>[1][number]
    expect(judge(answersSurvive(lasting, [sighting(['10.96.0.5'])])).verdict).toBe('conformant')
    expect(judge(answersSurvive(lasting, [sighting(['10.96.0.6'])]))).toMatchObject({ hop: 'DNS backend' })
  })
})

describe('a Pod that is another one', () => {
  const fate = (now: Snapshot, seen: Watched | undefined) => fateOf(member(0), now, seen)

  test.each([
    ['cordoned', 30],
    ['not Ready', 20],
    ['rebooted', 45],
    ['gone', 38],
  ])('has changed legitimately where its node was seen to be %s', (text, second) => {
    expect(fate(moved, watched([onNode(text, second)]))).toMatchObject({
      fate: 'changed legitimately',
      why: `node kind-worker: ${text}`,
    })
  })

  test('has got worse where nothing happened to its node, or something else did', () => {
    expect(fate(moved, watched())).toMatchObject({ fate: 'regressed' })
    expect(fate(moved, watched([onNode('kubelet v1.35.4 → v1.36.3', 30)]))).toMatchObject({ fate: 'regressed' })
    expect(fate(moved, watched([onNode('cordoned', 30, 'kind-worker2')]))).toMatchObject({ fate: 'regressed' })
    const long = [onNode('cordoned', -2000)]
    expect(fate(moved, watched(long))).toMatchObject({
      fate: 'changed legitimately',
      why: 'node kind-worker was cordoned',
    })
  })

  test('has changed legitimately where every Pod of its node started again, the sampler too, and not where it did alone', () => {
    const again = standing([member(0, { restarts: 1 }), member(1)])
    const there = { node: 'kind-worker', address: '10.244.1.7', ready: true, terminating: false }
    const then = (restarts: number, ofSampler: number): TruthEntry['pods'] => [
      { ...there, name: 'db-0', uid: 'uid-db-0', restarts },
      { ...there, name: 'sampler-x', uid: 'sampler', restarts: ofSampler },
    ]
    const seen = (ofSampler: number): Watched =>
      watchedFrom([
        { kind: 'begin', at: noon, schema: journalSchema, id: 'x' },
        { kind: 'truth', at: noon, addresses: {}, pods: then(0, 0) },
        { kind: 'truth', at: noon + 40_000, addresses: {}, pods: then(1, ofSampler) },
        { kind: 'end', at: noon + 90_000, traffic: { questions: 0, connections: 0, bytes: 0 } },
      ])
    expect(fate(again, seen(1))).toMatchObject({
      fate: 'changed legitimately',
      why: 'every Pod on kind-worker was started again at 2026-11-22 12:00:40 UTC',
    })
    expect(fate(again, seen(0))).toMatchObject({ fate: 'regressed' })
  })

  test('has changed legitimately where it was evicted, as its own condition tells', () => {
    const then = (uid: string, more: Partial<TruthEntry['pods'][number]> = {}): TruthEntry['pods'] => [
      {
        ...{ name: 'db-0', uid, node: 'kind-worker', address: '10.244.1.7', ready: true, restarts: 0 },
        ...{ terminating: false, ...more },
      },
    ]
    const told = (second: number, pods: TruthEntry['pods']): TruthEntry => ({
      ...truth,
      at: noon + second * 1000,
      pods,
    })
    const going = { terminating: true, disruption: 'EvictionByEvictionAPI' }
    const entries = [told(1, then('uid-db-0')), told(38, then('uid-db-0', going)), told(40, then('new'))]
    const seen = watchedFrom(journalOf({ besides: entries }).filter((one) => one !== truth))
    expect(fate(moved, seen)).toMatchObject({
      fate: 'changed legitimately',
      why: 'db-0 had to go: EvictionByEvictionAPI',
    })
  })

  test('is nothing that can be judged where its node may not be seen, or not until shortly before', () => {
    const refused = refusedEvent(nodesOfCluster, noon + 1000)
    const granted = grantedEvent(nodesOfCluster, noon + 30_000)
    const unseen = { fate: 'unseen', why: 'what befell node kind-worker may not be read' }
    expect(fate(moved, watched([refused]))).toMatchObject(unseen)
    expect(fate(moved, watched([refused, granted]))).toMatchObject(unseen)
    const early = grantedEvent(nodesOfCluster, noon + 2000)
    expect(fate(moved, watched([refused, early]))).toMatchObject({ fate: 'regressed' })
  })

  test('is of unknown fate where nobody watched, or not at the time', () => {
    expect(fate(moved, undefined)).toMatchObject({ fate: 'unknown', why: 'nobody watched what became of it' })
    const third = standing([member(0, { uid: 'third' }), member(1)])
    expect(fate(third, watched([onNode('cordoned', 30)]))).toMatchObject({ fate: 'unknown' })
    const away: JournalEntry = { kind: 'gap', at: noon + 39_000, since: noon + 20_000, of: 'API', reason: 'refused' }
    expect(fate(moved, watched([away]))).toMatchObject({ fate: 'unknown' })
  })
})

describe('up.no-restart', () => {
  const revisions = [{ set: 'db', name: 'db-1', revision: 1 }]
  const judged = (now: Snapshot, seen: Watched | undefined) =>
    judge(unrestarted(before, now, 'db', { revisions, watched: seen }))

  test('is conformant where all stayed, and where one had to leave its node', () => {
    expect(judged(before, undefined).verdict).toBe('conformant')
    expect(judged(moved, watched([onNode('cordoned', 30)])).verdict).toBe('conformant')
  })

  test('convicts a Pod that was replaced or started again without a reason', () => {
    expect(judged(moved, watched())).toMatchObject({ verdict: 'non-conformant', hop: 'pod' })
  })

  test('is inconclusive where nobody saw why', () => {
    expect(judged(moved, undefined)).toMatchObject({ verdict: 'inconclusive' })
    expect(judged(standing([member(0, { restarts: 1 }), member(1)]), undefined)).toMatchObject({
      verdict: 'inconclusive',
    })
  })

  test('is not applicable to a Pod whose node may not be seen', () => {
    const seen = watched([refusedEvent(nodesOfCluster, noon + 1000)])
    const [, first] = unrestarted(before, moved, 'db', { revisions, watched: seen })
    expect(first).toMatchObject({ verdict: 'not-applicable' })
    expect(judged(moved, seen).verdict).toBe('conformant')
  })

  test('convicts a new revision, and what it has replaced, whatever happened to the nodes', () => {
    const rolled = { ...moved, statefulSets: standing([], 'db-2').statefulSets ?? [] }
    const { verdict, reason } = judged(rolled, watched([onNode('cordoned', 30)]))
    expect(verdict).toBe('non-conformant')
    expect(reason).toContain('expected revision db-1, observed revision db-2')
    const changed = { ...moved, statefulSets: standing([], 'db-2', 2).statefulSets ?? [] }
    expect(judged(changed, watched()).reason).toContain('somebody has changed it (generation 1 to 2)')
  })
})
