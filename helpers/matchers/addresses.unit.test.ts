import { describe, expect, test } from 'vitest'
import type { DnsOutcome } from '../probes/dns/outcome.ts'
import { judge } from '../report/verdict.ts'
import { answersExactly, slicesHoldPods } from './addresses.ts'
import {
  addressRecord,
  answer,
  backendA,
  lost,
  malformed,
  resolver,
  serve,
  sightings,
  silence,
  unreachable,
  zone,
} from './sightings-sample.ts'
import { foreignSlice, samplePod, sampleService, sampleSnapshot, soundSnapshot } from './snapshot-sample.ts'

const name = `web.${zone}`
const question = { name, type: 'A' } as const
const truth = ['10.244.1.5', '10.244.2.6']
const [one = '', two = ''] = truth
const expected = `${name} A: NOERROR {10.244.1.5, 10.244.2.6}`

/** The records of an answer to the question that holds these addresses. */
function holding(...addresses: readonly string[]): DnsOutcome {
  return answer(addresses.map((address) => addressRecord(name, address)))
}

/** What is said where backend A alone gives `outcome`, to every vantage. */
function said(outcome: DnsOutcome) {
  const seen = sightings(soundSnapshot, [question], {
    instead: (_vantage, server) => (server === backendA ? outcome : undefined),
  })
  const { verdict, reason } = judge(answersExactly(seen, truth))
  return [verdict, reason]
}

const liar = '; only backend dns-a (10.244.0.2) disagrees, at 3 of 3 vantages'

describe('answersExactly', () => {
  test('acquits a sound world over both transports', () => {
    const judged = answersExactly(sightings(soundSnapshot, [question], { transports: ['tcp', 'udp'] }), truth)
    expect(judged).toHaveLength(18)
    expect(judge(judged)).toEqual({ verdict: 'conformant', reason: '' })
    expect(judged[2]).toEqual({
      vantage: 'control',
      backend: 'dns-a (10.244.0.2)',
      hop: 'DNS backend',
      verdict: 'conformant',
      expected,
      observed: 'NOERROR {10.244.1.5, 10.244.2.6} over TCP',
    })
  })

  test.for([
    ['one that is missing', holding(one), 'NOERROR {10.244.1.5}'],
    ['one too many', holding(one, two, '10.244.9.9'), 'NOERROR {10.244.1.5, 10.244.2.6, 10.244.9.9}'],
    ['a stale one', holding(one, '10.244.2.4'), 'NOERROR {10.244.1.5, 10.244.2.4}'],
    ['another set', holding('10.96.0.20'), 'NOERROR {10.96.0.20}'],
    ['one twice', holding(one, two, one), 'NOERROR {10.244.1.5, 10.244.2.6}, more than once {10.244.1.5}'],
    [
      'the right ones under another name',
      answer(truth.map((address) => addressRecord(`db.${zone}`, address))),
      `NOERROR {10.244.1.5, 10.244.2.6}, under another name {db.${zone}}`,
    ],
    ['NODATA', answer([]), 'NOERROR {}'],
    ['NXDOMAIN', answer([], { rcode: 'NXDOMAIN' }), 'NXDOMAIN {}'],
    ['SERVFAIL', answer([], { rcode: 'SERVFAIL' }), 'SERVFAIL {}'],
    ['REFUSED', answer([], { rcode: 'REFUSED' }), 'REFUSED {}'],
    ['half a set, truncated, over TCP', cut(one), 'NOERROR {10.244.1.5} truncated'],
    ['silence', silence, 'no answer within 3 s'],
    ['a refused connection', unreachable, 'not reachable: nc: connection refused'],
    ['bytes that are no answer', malformed, 'malformed: Header must be 12 bytes'],
  ] as const)('convicts the backend that gives %s', ([, outcome, observed]) => {
    expect(said(outcome)).toEqual([
      'non-conformant',
      `DNS backend: expected ${expected}, observed ${observed} over TCP${liar}`,
    ])
  })

  function cut(...addresses: readonly string[]): DnsOutcome {
    return answer(
      addresses.map((address) => addressRecord(name, address)),
      { truncated: true },
    )
  }

  test('takes a truncated datagram for a part of a set that does not fit, but for no other address', () => {
    const many = Array.from({ length: 30 }, (_, index) => `10.244.1.${index + 1}`)
    const over = (outcome: DnsOutcome, set: readonly string[] = many) =>
      answersExactly(sightings(soundSnapshot, [question], { transports: ['udp'], instead: () => outcome }), set).map(
        (judged) => judged.verdict,
      )
    expect(new Set(over(cut(one)))).toEqual(new Set(['conformant']))
    expect(new Set(over(cut()))).toEqual(new Set(['conformant']))
    expect(new Set(over(cut('10.244.9.9')))).toEqual(new Set(['non-conformant']))
    expect(new Set(over(holding(one)))).toEqual(new Set(['non-conformant']))
    for (const outcome of [cut(one), cut()]) expect(new Set(over(outcome, truth))).toEqual(new Set(['non-conformant']))
  })

  test('follows a chain of CNAMEs to its addresses', () => {
    const chain = answer([
      { name, type: 'CNAME', ttl: 5, text: 'web.elsewhere' },
      ...truth.map((address) => addressRecord('web.elsewhere', address)),
    ])
    expect(said(chain)).toEqual(['conformant', ''])
  })

  test('is inconclusive where the exec broke, and blames nobody', () => {
    expect(said(lost)).toEqual([
      'inconclusive',
      'the exec connection closed without a status (code 1006) over TCP (3 of 9 observations inconclusive)',
    ])
  })

  test('names the node where the lie is heard from every server', () => {
    const seen = sightings(soundSnapshot, [question], {
      instead: (vantage) => (vantage === 'worker2' ? holding(one) : undefined),
    })
    expect(judge(answersExactly(seen, truth)).reason).toBe(
      `DNS backend: expected ${expected}, observed NOERROR {10.244.1.5} over TCP; only vantage worker2 disagrees, at 2 of 2 backends`,
    )
  })

  test('convicts at the resolver where every backend is right', () => {
    const seen = sightings(soundSnapshot, [question], {
      instead: (_vantage, server) => (server === resolver ? holding(one) : undefined),
    })
    const { verdict, hop } = judge(answersExactly(seen, truth))
    expect([verdict, hop]).toEqual(['non-conformant', 'node resolver'])
  })

  test('takes NXDOMAIN and NODATA alike where there is no address, and SERVFAIL for neither', () => {
    const verdicts = [
      answer([], { rcode: 'NXDOMAIN' }),
      answer([]),
      answer([], { rcode: 'SERVFAIL' }),
      holding(one),
    ].map(
      (outcome) => judge(answersExactly(sightings(soundSnapshot, [question], { instead: () => outcome }), [])).verdict,
    )
    expect(verdicts).toEqual(['conformant', 'conformant', 'non-conformant', 'non-conformant'])
  })

  test('judges AAAA of an IPv6 cluster', () => {
    const pods = [samplePod({ name: 'web-a', app: 'web', addresses: ['fd00:10::5'] })]
    const snapshot = sampleSnapshot([sampleService({ name: 'web', families: ['IPv6'] })], pods)
    const v6 = sightings(snapshot, [{ name, type: 'AAAA' }])
    expect(judge(answersExactly(v6, ['fd00:10::5']))).toEqual({ verdict: 'conformant', reason: '' })
    expect(serve(snapshot, question)).toEqual(answer([]))
  })
})

describe('slicesHoldPods', () => {
  const observed = (...args: Parameters<typeof slicesHoldPods>) => {
    const { verdict, observed } = slicesHoldPods(...args)
    return [verdict, observed]
  }

  test('compares ready endpoints with published pods, family by family', () => {
    expect(slicesHoldPods(soundSnapshot, 'web', 'IPv4')).toEqual({
      vantage: 'API',
      backend: 'EndpointSlices of web',
      hop: 'EndpointSlice',
      verdict: 'conformant',
      expected: 'ready {10.244.1.5, 10.244.2.6}',
      observed: 'ready {10.244.1.5, 10.244.2.6}',
    })
    expect(observed(soundSnapshot, 'web', 'IPv6')).toEqual(['conformant', 'ready {}'])
  })

  test('convicts a slice of somebody else that adds an address', () => {
    const slices = [...soundSnapshot.slices, foreignSlice('web', '192.0.2.1')]
    expect(observed({ ...soundSnapshot, slices }, 'web', 'IPv4')).toEqual([
      'non-conformant',
      'ready {10.244.1.5, 10.244.2.6, 192.0.2.1}',
    ])
  })

  test('acquits an endpoint that is in two slices while it moves', () => {
    const slices = [...soundSnapshot.slices, ...soundSnapshot.slices]
    expect(observed({ ...soundSnapshot, slices }, 'web', 'IPv4')[0]).toBe('conformant')
  })
})
