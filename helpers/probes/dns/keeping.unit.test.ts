import { expect, test } from 'vitest'
import { Keeping } from './keeping.ts'
import type { Sighting } from './outcome.ts'

function sighting(ttl: number, address = '10.0.0.1', name = 'web.ns.svc.cluster.local'): Sighting {
  return {
    vantage: 'a',
    server: { role: 'backend', name: address, address, port: 53 },
    transport: 'tcp',
    question: { name, type: 'A' },
    outcome: {
      kind: 'answer',
      answer: {
        rcode: 'NOERROR',
        authoritative: true,
        truncated: false,
        answers: [{ name, type: 'A', ttl, address: '10.244.0.1' }],
        additionals: [],
        bytes: 50,
      },
    },
    took: 1,
  }
}

/** What is made of TTLs that are seen one after the other. */
function keptAfter(...seen: readonly Sighting[]): number {
  const keeping = new Keeping()
  for (const one of seen) keeping.see([one])
  return keeping.seconds
}

test('a TTL that stands still is no cache', () => {
  expect(keptAfter(sighting(30), sighting(30), sighting(30))).toBe(0)
  expect(keptAfter(sighting(0), sighting(0))).toBe(0)
  expect(keptAfter()).toBe(0)
})

test('a TTL that counts down is a cache, which keeps for as long as it has ever said', () => {
  expect(keptAfter(sighting(20), sighting(19))).toBe(20)
  expect(keptAfter(sighting(12), sighting(11), sighting(20))).toBe(20)
  expect(keptAfter(sighting(12), sighting(11), sighting(20, '10.0.0.1', 'other.ns.svc.cluster.local'))).toBe(20)
})

test('the TTL of another question, or at another server, is nothing to compare with', () => {
  expect(keptAfter(sighting(30), sighting(5, '10.0.0.2'))).toBe(0)
  expect(keptAfter(sighting(30), sighting(5, '10.0.0.1', 'other.ns.svc.cluster.local'))).toBe(0)
})

test('a cache that keeps for more than a minute is not waited for', () => {
  expect(keptAfter(sighting(300), sighting(299))).toBe(0)
})

test('an answer without records, and silence, say nothing', () => {
  const one = sighting(20)
  const empty = one.outcome.kind === 'answer' ? { ...one.outcome.answer, answers: [] } : undefined
  if (empty === undefined) throw new Error('not an answer')
  const [nodata, silent] = [
    { ...one, outcome: { kind: 'answer', answer: empty } },
    { ...one, outcome: { kind: 'timeout', after: 3000 } },
  ] as const
  expect(keptAfter(one, nodata, silent, one)).toBe(0)
})

test('a cache counts only while its zone is asked of', () => {
  const keeping = new Keeping()
  const reverse = '7.1.244.10.in-addr.arpa'
  keeping.see([sighting(30, '10.0.0.1', reverse)])
  keeping.see([sighting(29, '10.0.0.1', reverse)])
  keeping.begin()
  expect(keeping.seconds).toBe(0)
  keeping.see([sighting(30)])
  expect(keeping.seconds).toBe(0)
  keeping.see([sighting(30, '10.0.0.1', reverse)])
  expect(keeping.seconds).toBe(30)
})
