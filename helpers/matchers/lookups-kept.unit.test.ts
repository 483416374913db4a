import { describe, expect, test } from 'vitest'
import type { DnsOutcome, Sighting } from '../probes/dns/outcome.ts'
import { lookupsKept, type Tries } from './lookups-kept.ts'
import { addressRecord, answer, lost, resolver, silence } from './sightings-sample.ts'

const name = 'web.ns.svc.cluster.local'
const good = answer([addressRecord(name, '10.244.1.5')])
const denied = answer([], { rcode: 'NXDOMAIN' })

function lookup(vantage: string, ...outcomes: DnsOutcome[]): Tries {
  return outcomes.map((outcome): Sighting => {
    return { vantage, server: resolver, transport: 'udp', question: { name, type: 'A' }, outcome, took: 1 }
  })
}

const many = (count: number, ...outcomes: DnsOutcome[]): Tries[] =>
  Array.from({ length: count }, () => lookup('worker', ...outcomes))
const verdict = (lookups: readonly Tries[]) => lookupsKept(lookups, name).map((one) => one.verdict)

describe('the judge of lookups while servers restart', () => {
  test('acquits lookups that are answered in one try or the next', () => {
    expect(verdict([...many(50, good), ...many(50, silence, good)])).toEqual(['conformant'])
  })

  test('forgives one in a hundred, and no more', () => {
    expect(verdict([...many(99, good), ...many(1, silence, silence)])).toEqual(['conformant'])
    expect(verdict([...many(98, good), ...many(2, silence, silence)])).toEqual(['non-conformant'])
    expect(verdict([...many(98, good), ...many(2, denied)])).toEqual(['non-conformant'])
    expect(verdict([...many(49, good), ...many(1, silence, silence)])).toEqual(['non-conformant'])
  })

  test('tells vantages apart, and what became of the last lookup that failed', () => {
    const seen = lookupsKept([...many(10, good), lookup('worker2', silence, silence)], name)
    expect(seen.map((one) => [one.vantage, one.verdict, one.observed])).toEqual([
      ['worker', 'conformant', '10 of 10 answered'],
      ['worker2', 'non-conformant', '0 of 1 answered, the last with no answer within 3 s'],
    ])
  })

  test('counts nothing that we lost sight of, and says nothing where that is most', () => {
    expect(verdict([...many(60, good), ...many(40, lost, lost)])).toEqual(['conformant'])
    expect(verdict([...many(40, good), ...many(60, lost, lost)])).toEqual(['inconclusive'])
  })
})
