import { expect, test } from 'vitest'
import type { Observation } from '../report/record.ts'
import { seen, unseen } from '../target/seen.ts'
import { backendsInSight } from './backends-in-sight.ts'

const about = {
  vantage: 'worker',
  backend: '',
  verdict: 'conformant',
  expected: 'an answer',
  observed: 'an answer',
} as const
const asked: Observation = { ...about, hop: 'node resolver' }
const other: Observation = { ...about, hop: 'EndpointSlice' }
const service = { namespace: 'kube-system', name: 'kube-dns', clusterIPs: ['10.96.0.10'] }
const backend = { name: 'coredns-1', address: '10.244.0.2', port: 53 }

test('says of a look at DNS why no backend was asked, once, and nothing where there was one, or where DNS was not asked', () => {
  const none = { ...service, backends: [] }
  const unanswered: Observation = { ...asked, verdict: 'non-conformant', observed: 'no answer within 3 s' }
  expect(backendsInSight(seen(none), [asked, unanswered])).toEqual([
    expect.objectContaining({ hop: 'DNS backend', verdict: 'non-conformant', observed: 'none' }),
  ])
  expect(backendsInSight(unseen('no right to read Services'), [other, asked])).toEqual([
    expect.objectContaining({ verdict: 'not-applicable', observed: 'DNS backends: no right to read Services' }),
  ])
  expect(backendsInSight(seen({ ...service, backends: [backend] }), [asked])).toEqual([])
  expect(backendsInSight(seen(none), [other])).toEqual([])
})

test('holds nothing against a DNS Service whose servers came after the run had begun: its resolvers answer', () => {
  const wrong: Observation = { ...asked, verdict: 'non-conformant', observed: 'NOERROR {10.0.0.1} over TCP' }
  for (const answered of [
    [asked, asked],
    [asked, wrong],
  ])
    expect(backendsInSight(seen({ ...service, backends: [] }), answered)).toEqual([
      expect.objectContaining({ verdict: 'not-applicable', observed: 'none when the run began, but resolvers answer' }),
    ])
})
