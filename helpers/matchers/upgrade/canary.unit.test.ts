import { expect, test } from 'vitest'
import { judge } from '../../report/verdict.ts'
import type { CanaryEntry } from '../../upgrade/journal.ts'
import { newWorks } from './canary.ts'
import { journalOf, noon, watchOf } from './journal-sample.ts'

const sound: Omit<CanaryEntry, 'at'> = {
  kind: 'canary',
  name: 'canary-1',
  ready: 1200,
  sliced: 1400,
  answered: { 'kind-worker coredns-a': 1800, 'kind-worker resolver 10.96.0.10': 2000 },
  direct: { 'kind-worker': 2100 },
  virtual: { 'kind-worker': 2300 },
  gone: { 'kind-worker coredns-a': 5000 },
}

function judgedAfter(seconds: number, ...canaries: readonly Partial<CanaryEntry>[]) {
  const besides = canaries.map((one, index) => ({ ...sound, at: noon + index * 15_000, ...one }))
  return newWorks(watchOf(journalOf({ seconds, besides })))
}

function judged(...canaries: readonly Partial<CanaryEntry>[]) {
  return judgedAfter(20, ...canaries)
}

test('what is new works in the end, in some time', () => {
  const [observation] = judged({}, {})
  expect(observation).toMatchObject({
    verdict: 'conformant',
    observed:
      '2 of 2 canaries came through; the last one ready in 1.2 s, sliced in 1.4 s, answered in 2.0 s, direct in 2.1 s, virtual in 2.3 s, gone in 5.0 s',
  })
})

test.each([
  ['create', 'Service'],
  ['ready', 'pod'],
  ['sliced', 'EndpointSlice'],
  ['answered', 'DNS backend'],
  ['direct', 'data path'],
  ['virtual', 'node rules'],
  ['gone', 'DNS backend'],
] as const)('the last one is stuck at "%s", which convicts the %s', (step, hop) => {
  expect(judge(judged({}, { stuck: { step, saw: 'kind-worker coredns-a: NXDOMAIN {}' } }))).toMatchObject({
    verdict: 'non-conformant',
    hop,
  })
})

test('a resolver that lags behind all servers is convicted itself', () => {
  const stuck = { step: 'answered', saw: 'kind-worker resolver 10.96.0.10: NXDOMAIN {}' } as const
  expect(judge(judged({ stuck }))).toMatchObject({ hop: 'node resolver' })
})

test('earlier ones that were stuck are told, and not held against the cluster', () => {
  const [observation] = judged({ stuck: { step: 'ready', saw: 'Pod Pending' } }, {})
  expect(observation).toMatchObject({
    verdict: 'conformant',
    observed: expect.stringContaining(
      '1 of 2 canaries came through; earlier canary-1 of 2026-11-22 12:00:00 UTC stuck at "ready"',
    ),
  })
})

test('none that was seen is neither a pass nor a blame', () => {
  expect(judge(judged())).toMatchObject({ verdict: 'inconclusive', reason: 'no canary was let out' })
  expect(judge(judged({ unseen: 'the API is away' }))).toMatchObject({
    verdict: 'inconclusive',
    reason: 'no canary could be seen: the API is away',
  })
  expect(judge(judged({}, { unseen: 'the API is away' })).verdict).toBe('conformant')
})

test('one that was seen long before the end does not speak for it, unless it convicts', () => {
  const refused = Array.from({ length: 12 }, () => ({ unseen: 'pods is forbidden' }))
  expect(judge(judgedAfter(182, {}, ...refused))).toMatchObject({
    verdict: 'inconclusive',
    reason: 'none could be seen for 3 min 2 s before the end: pods is forbidden',
  })
  expect(judge(judgedAfter(179, {}, ...refused.slice(1))).verdict).toBe('conformant')
  expect(judge(judgedAfter(400, {}))).toMatchObject({
    verdict: 'inconclusive',
    reason: 'none could be seen for 6 min 40 s before the end: none could be let out',
  })
  const stuck = { step: 'ready', saw: 'Pod Pending' } as const
  expect(judge(judgedAfter(400, { stuck }, ...refused)).verdict).toBe('non-conformant')
})
