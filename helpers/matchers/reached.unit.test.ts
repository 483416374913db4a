import { describe, expect, test } from 'vitest'
import type { DnsOutcome, Sighting } from '../probes/dns/outcome.ts'
import type { HttpOutcome } from '../probes/http.ts'
import { answeredBy, gone, refused, sampleFetch, silent, strange } from './http-sample.ts'
import { isUnpinned, notRemapped, reachesEach } from './reached.ts'

const [a, b] = ['10.244.1.5', '10.244.2.6']
const podAt = (address: string) => ({ [a]: 'db-0', [b]: 'db-1' })[address]

/** What one vantage was told of a name: an answer with these addresses, or something else. */
function told(outcome: readonly string[] | DnsOutcome): (readonly Sighting[])[] {
  const answers = Array.isArray(outcome)
    ? { kind: 'answer', answer: { rcode: 'NOERROR', answers: outcome.map((address) => ({ type: 'A', address })) } }
    : outcome
  const server = { role: 'resolver', name: 'resolver 10.96.0.10', address: '10.96.0.10', port: 53 }
  return [[{ vantage: 'worker', server, outcome: answers } as unknown as Sighting]]
}

const lost: DnsOutcome = { kind: 'lost', reason: 'the exec broke' }
const timeout: DnsOutcome = { kind: 'timeout', after: 3000 }

describe('reachesEach', () => {
  const judged = (outcome: HttpOutcome, name = told([a, b])) =>
    reachesEach('db', name, [sampleFetch('worker', a, 8080, outcome)], podAt)[0]

  test('each Pod answers at the address that the name tells', () => {
    expect(judged(answeredBy('db-0', a, 8080))).toMatchObject({
      verdict: 'conformant',
      hop: 'data path',
      expected: 'db-0 at 10.244.1.5 port 8080',
    })
  })

  test('another Pod, another port and no answer convict the path', () => {
    for (const outcome of [answeredBy('db-1', b, 8080), answeredBy('db-0', a, 8081), refused, silent, strange])
      expect(judged(outcome)).toMatchObject({ verdict: 'non-conformant', hop: 'data path' })
    expect(judged(gone)?.verdict).toBe('inconclusive')
  })

  test('a connection that ends in the same way reads the same, however long it took', () => {
    const took = (ms: number) =>
      judged({ ...silent, reason: `curl: (28) Connection timed out after ${ms} milliseconds` })
    expect(took(2001)).toEqual(took(2002))
    expect(took(2001)?.observed).toBe('curl: (28) Connection timed out')
  })

  test('what the name does not tell is not dialled, and nobody is blamed here', () => {
    for (const name of [told([b]), told([]), told(timeout), []])
      expect(judged(refused, name)).toMatchObject({
        verdict: 'not-applicable',
        observed: 'db does not tell worker of 10.244.1.5',
      })
  })
})

describe('isUnpinned', () => {
  const judged = (own: readonly string[] | DnsOutcome, without: readonly string[] | DnsOutcome = [b, a]) =>
    isUnpinned('sticky', [a, b], told(own), told(without))[0]?.verdict

  test('all Pods are told, in any order', () => {
    expect(judged([b, a])).toBe('conformant')
    expect(judged([a, b], [a])).toBe('conformant')
  })

  test('a part of them convicts, where the Service without affinity tells all', () => {
    expect(judged([a])).toBe('non-conformant')
    expect(judged([a], [a])).toBe('not-applicable')
    expect(judged([a], timeout)).toBe('not-applicable')
  })

  test('what is wrong in another way is for others to judge', () => {
    for (const own of [[], ['10.244.3.3'], [a, '10.244.3.3'], timeout]) expect(judged(own)).toBe('not-applicable')
    expect(judged(lost)).toBe('inconclusive')
  })
})

describe('notRemapped', () => {
  const own = answeredBy('db-0', a, 8080)
  const judged = (atPort: HttpOutcome, atTarget: HttpOutcome = own) =>
    notRemapped(
      {
        atServicePort: [sampleFetch('worker', a, 80, atPort), sampleFetch('worker2', a, 80, own)],
        atTargetPort: [sampleFetch('worker', a, 8080, atTarget)],
      },
      podAt,
    ).map((one) => one.verdict)

  test('nobody answers on the port of the Service, turned away or dropped, and the Pod does on its own', () => {
    expect(judged(refused)).toEqual(['conformant', 'conformant'])
    expect(judged(silent)).toEqual(['conformant', 'conformant'])
  })

  test('whoever takes the connection in its place convicts', () => {
    for (const outcome of [own, answeredBy('db-1', b, 8080), strange])
      expect(judged(outcome)).toEqual(['conformant', 'non-conformant'])
    expect(judged(gone)).toEqual(['conformant', 'inconclusive'])
  })

  test('a Pod that is not reached on its own port is one broken path, and shows nothing of the other port', () => {
    expect(judged(refused, refused)).toEqual(['non-conformant'])
    expect(judged(refused, answeredBy('db-1', b, 8080))).toEqual(['non-conformant'])
    expect(judged(refused, gone)).toEqual(['inconclusive'])
  })
})
