import { describe, expect, test } from 'vitest'
import { keepsTtl, Lifetimes } from './lifetimes.ts'
import type { Sighting } from './outcome.ts'

/** An answer with this TTL, or the denial of a name with it. */
function told(ttl: number, { denied = false, backend = '10.0.0.1' } = {}): Sighting {
  const server = { role: 'backend', name: backend, address: backend, port: 53 } as const
  const question = { name: 'web.ns.svc.cluster.local', type: 'A' } as const
  const answer = {
    rcode: denied ? 'NXDOMAIN' : 'NOERROR',
    authoritative: true,
    truncated: false,
    answers: denied ? [] : [{ name: question.name, type: 'A' as const, ttl, address: '192.0.2.1' }],
    additionals: [],
    ...(denied ? { negativeTtl: ttl } : {}),
    bytes: 80,
  }
  return { vantage: 'worker', server, transport: 'tcp', question, outcome: { kind: 'answer', answer }, took: 1 }
}

describe('lifetimes', () => {
  test('excuse what a cache holds: a TTL that counts down, positive or negative', () => {
    for (const denied of [false, true]) {
      const lifetimes = new Lifetimes()
      lifetimes.note([told(20, { denied })], 0)
      lifetimes.note([told(17, { denied })], 3000)
      expect(lifetimes.held(60)).toBe(20)
    }
  })

  test('excuse nothing that a server makes anew each time', () => {
    const lifetimes = new Lifetimes()
    lifetimes.note([told(30)], 0)
    lifetimes.note([told(30)], 9000)
    expect(lifetimes.held(60)).toBe(0)
  })

  test('excuse what a cache holds that keeps the TTL, where that is known', () => {
    const lifetimes = new Lifetimes()
    lifetimes.begin(true)
    lifetimes.note([told(30)], 0)
    lifetimes.note([told(30)], 5000)
    expect([lifetimes.held(60), lifetimes.held(20)]).toEqual([30, 0])
    lifetimes.begin()
    lifetimes.note([told(30)], 6000)
    expect(lifetimes.held(60)).toBe(0)
  })

  test('excuse nothing too early: rounding takes a second off', () => {
    const lifetimes = new Lifetimes()
    lifetimes.note([told(30)], 0)
    lifetimes.note([told(29)], 900)
    expect(lifetimes.held(60)).toBe(0)
  })

  test('excuse nothing beyond the cap', () => {
    const lifetimes = new Lifetimes()
    lifetimes.note([told(300)], 0)
    lifetimes.note([told(291)], 9000)
    expect(lifetimes.held(60)).toBe(0)
  })

  test('take one cache among servers without one for reason enough', () => {
    const lifetimes = new Lifetimes()
    lifetimes.note([told(30), told(12, { backend: '10.0.0.2' })], 0)
    lifetimes.note([told(30), told(8, { backend: '10.0.0.2' })], 4000)
    expect(lifetimes.held(60)).toBe(30)
  })

  test('forget everything at a change', () => {
    const lifetimes = new Lifetimes()
    lifetimes.note([told(20)], 0)
    lifetimes.note([told(10)], 10_000)
    lifetimes.begin()
    lifetimes.note([told(10)], 10_100)
    expect(lifetimes.held(60)).toBe(0)
  })

  test('learn nothing from silence, nor from a denial without SOA', () => {
    const lifetimes = new Lifetimes()
    const { outcome: _, ...asked } = told(20)
    lifetimes.note([{ ...asked, outcome: { kind: 'timeout', after: 3000 } }], 0)
    expect(lifetimes.held(60)).toBe(0)
  })
})

test.each([
  ['.:53 {\n  cache 30 {\n    success 9984 30\n    keepttl\n  }\n}', true],
  ['.:53 {\n  cache {\n    keepttl\n  }\n}', true],
  ['.:53 {\n  cache 30\n  loop\n}', false],
  ['.:53 {\n  cache 30 {\n    # keepttl\n  }\n}', false],
  ['.:53 {\n  cache 30\n  kubernetes cluster.local {\n    ttl 30\n  }\n}\nkeepttl.example:53 {\n}', false],
] as const)('whether a cache keeps the TTL stands in the Corefile: %j', (corefile, keeps) => {
  expect(keepsTtl(corefile)).toBe(keeps)
})
