import { describe, expect, test } from 'vitest'
import type { DnsOutcome, DnsServer } from '../probes/dns/outcome.ts'
import { judge } from '../report/verdict.ts'
import { describeOutcome, judgeSightings } from './dns-sightings.ts'
import { answer, backendA, lost, malformed, sightings, silence, unreachable, zone } from './sightings-sample.ts'
import { soundSnapshot } from './snapshot-sample.ts'

const question = { name: `web.${zone}`, type: 'A' } as const

/** Every answer is right; what is judged is the way to it. */
function judged(instead: (vantage: string, server: DnsServer) => DnsOutcome | undefined) {
  return judgeSightings(sightings(soundSnapshot, [question], { instead }), 'an answer', () => ({
    right: true,
    expected: 'an answer',
    observed: 'one',
  }))
}

const backends =
  (outcome: DnsOutcome, on?: string) =>
  (vantage: string, { role }: DnsServer): DnsOutcome | undefined =>
    role === 'backend' && (on === undefined || on === vantage) ? outcome : undefined

describe('judgeSightings', () => {
  test('takes backends that one node does not reach, while its resolver answers, as kept from it', () => {
    const observations = judged(backends(silence, 'worker'))
    expect(judge(observations)).toEqual({
      verdict: 'conformant',
      reason: 'not seen: pods on worker are kept from the DNS backends over TCP (2 of 9 observations not applicable)',
    })
    expect(observations.filter((one) => one.verdict === 'not-applicable').map((one) => one.vantage)).toEqual([
      'worker',
      'worker',
    ])
  })

  test('takes backends that no node reaches as kept, refused or silent', () => {
    for (const outcome of [silence, unreachable]) expect(judge(judged(backends(outcome))).verdict).toBe('conformant')
  })

  test('convicts where the resolver is silent too', () => {
    const { verdict, hop, reason } = judge(judged((vantage) => (vantage === 'worker' ? silence : undefined)))
    expect([verdict, hop]).toEqual(['non-conformant', 'DNS backend'])
    expect(reason).toContain(
      'observed no answer within 3 s over TCP; only vantage worker disagrees, at 2 of 2 backends',
    )
    expect(judge(judged(() => silence)).reason).toContain(
      '6 of 6 observations disagree, at 3 of 3 vantages and 2 of 2 backends',
    )
  })

  test('convicts one backend that is silent while its peer answers, and names it', () => {
    const { verdict, reason } = judge(judged((_vantage, server) => (server === backendA ? silence : undefined)))
    expect([verdict, reason]).toEqual([
      'non-conformant',
      `DNS backend: expected ${question.name} A: an answer, observed no answer within 3 s over TCP; only backend dns-a (10.244.0.2) disagrees, at 3 of 3 vantages`,
    ])
  })

  test('does not take malformed answers for being kept', () => {
    expect(judge(judged(backends(malformed))).verdict).toBe('non-conformant')
  })

  test('never takes a broken exec for a refusal, alone or beside a silent backend', () => {
    const onlyLost = judge(judged(backends(lost, 'worker')))
    expect(onlyLost).toEqual({
      verdict: 'inconclusive',
      reason: `${describeOutcome(lost)} over TCP (2 of 9 observations inconclusive)`,
    })
    const beside = judged((vantage, server) => {
      if (vantage !== 'worker' || server.role !== 'backend') return undefined
      return server === backendA ? silence : lost
    })
    expect(judge(beside).verdict).toBe('inconclusive')
    expect(judge(judged(() => lost)).verdict).toBe('inconclusive')
  })

  test('convicts as the resolver what is silent at the resolver alone', () => {
    const { verdict, hop } = judge(judged((_vantage, { role }) => (role === 'resolver' ? silence : undefined)))
    expect([verdict, hop]).toEqual(['non-conformant', 'node resolver'])
  })

  test('leaves an answer that leads out of sight inconclusive', () => {
    const unclear = judgeSightings(sightings(soundSnapshot, [question]), 'x', () => ({
      right: 'unclear',
      expected: 'x',
      observed: 'y',
    }))
    expect(new Set(unclear.map((one) => one.verdict))).toEqual(new Set(['inconclusive']))
  })
})

test('an outcome is told in a few words', () => {
  expect([answer([], { rcode: 'NXDOMAIN' }), silence, unreachable, malformed, lost].map(describeOutcome)).toEqual([
    'NXDOMAIN with 0 records',
    'no answer within 3 s',
    'not reachable: nc: connection refused',
    'malformed: Header must be 12 bytes',
    'the exec connection closed without a status (code 1006)',
  ])
})
