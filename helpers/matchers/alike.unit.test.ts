import { describe, expect, test } from 'vitest'
import type { DnsOutcome, DnsServer, Sighting } from '../probes/dns/outcome.ts'
import { judge } from '../report/verdict.ts'
import { answersAlike, backendsAgree } from './alike.ts'
import {
  addressRecord,
  answer,
  backendA,
  backendB,
  lost,
  resolver,
  sightings,
  silence,
  unreachable,
  zone,
} from './sightings-sample.ts'
import { soundSnapshot } from './snapshot-sample.ts'

const name = `web.${zone}`
const question = { name, type: 'A' } as const
const truth = ['10.244.1.5', '10.244.2.6']
const [one = '', two = ''] = truth
const holding = (addresses: readonly string[], ttl = 5, change = {}): DnsOutcome =>
  answer(
    addresses.map((address) => addressRecord(name, address, ttl)),
    change,
  )

describe('answersAlike', () => {
  /** What comes of the two transports, where `instead` is what a server says over UDP. */
  function said(instead: (server: DnsServer) => DnsOutcome | undefined) {
    const udp = sightings(soundSnapshot, [question], { transports: ['udp'], instead: (_, server) => instead(server) })
    const both: Sighting[] = [...sightings(soundSnapshot, [question]), ...udp]
    return judge(answersAlike(both, both, (mine, twin) => mine.transport !== twin.transport))
  }

  test('acquits the same records in any order and of any age', () => {
    for (const outcome of [undefined, holding([two, one], 3)])
      expect(said(() => outcome)).toEqual({ verdict: 'conformant', reason: '' })
  })

  test.for([[[]], [[one]]])(
    'acquits a datagram with %s of many records that sends to TCP for the rest, and convicts one of two',
    ([some]) => {
      const many = Array.from({ length: 40 }, (_, index) => `10.244.1.${index}`)
      const between = (all: readonly string[]) => {
        const told = (transport: 'tcp' | 'udp', outcome: DnsOutcome) =>
          sightings(soundSnapshot, [question], { transports: [transport], instead: () => outcome })
        const held = some?.length === 0 ? [] : all.slice(0, 1)
        const both = [...told('tcp', holding(all)), ...told('udp', holding(held, 5, { truncated: true }))]
        return judge(answersAlike(both, both, (mine, twin) => mine.transport !== twin.transport)).verdict
      }
      expect(between(many)).toBe('conformant')
      expect(between(truth)).toBe('non-conformant')
    },
  )

  test('convicts the backend that says something else over one of them', () => {
    const { verdict, hop, reason } = said((server) => (server === backendA ? holding([one]) : undefined))
    expect([verdict, hop]).toEqual(['non-conformant', 'DNS backend'])
    expect(reason).toContain('only backend dns-a')
    expect(reason).toContain(`the same answer as ${name} over UDP, NOERROR {${one}}`)
  })

  test.for([
    ['nothing', holding([])],
    ['NXDOMAIN', answer([], { rcode: 'NXDOMAIN' })],
    ['SERVFAIL', answer([], { rcode: 'SERVFAIL' })],
    ['no answer', silence],
  ] as const)('convicts a backend with %s over one of them', ([, outcome]) => {
    expect(said((server) => (server === backendB ? outcome : undefined)).verdict).toBe('non-conformant')
  })

  test('lets a virtual address say what any backend says, but nothing else', () => {
    // Over UDP both backends know one address only, and the virtual address leads to either transport's server.
    expect(said((server) => (server === resolver ? holding(['10.9.9.9']) : undefined))).toMatchObject({
      verdict: 'non-conformant',
      hop: 'node resolver',
    })
    const split = sightings(soundSnapshot, [question], {
      instead: (_, server) => (server === backendB ? holding([one]) : undefined),
    })
    const again = split.map((seen) => (seen.server === resolver ? { ...seen, outcome: holding([one]) } : seen))
    expect(judge(answersAlike(again, split, () => true)).verdict).toBe('conformant')
  })

  test('is inconclusive where nothing is said twice, and where one of both is lost', () => {
    expect(said((server) => (server === backendA ? lost : undefined)).verdict).toBe('inconclusive')
    const none = sightings(soundSnapshot, [question], { instead: () => answer([], { rcode: 'NXDOMAIN' }) })
    expect(judge(answersAlike(none, none, () => true)).verdict).toBe('inconclusive')
    expect(judge(answersAlike(none, none, () => true, { emptyToo: true })).verdict).toBe('conformant')
    const nodata = none.map((seen) => ({ ...seen, outcome: answer([]) }))
    expect(judge(answersAlike(none, nodata, () => true, { emptyToo: true })).verdict).toBe('inconclusive')
    expect(judge(answersAlike(sightings(soundSnapshot, [question]), [], () => true)).verdict).toBe('inconclusive')
  })
})

describe('backendsAgree', () => {
  const said = (instead: (server: DnsServer, vantage: string) => DnsOutcome | undefined, addresses = truth) =>
    judge(
      backendsAgree(
        sightings(soundSnapshot, [question], { instead: (vantage, server) => instead(server, vantage) }),
        addresses,
      ),
    )

  test('acquits backends that agree, whatever the age of their answers and whatever the API says', () => {
    expect(said((server) => (server === backendA ? holding([two, one], 1) : undefined)).verdict).toBe('conformant')
    expect(said(() => holding(['10.9.9.9'])).verdict).toBe('conformant')
    expect(said(() => answer([], { rcode: 'NXDOMAIN' })).verdict).toBe('conformant')
  })

  test('names the backend that says something else than the API, and than most where none says that', () => {
    const { verdict, hop, reason } = said((server) => (server === backendB ? holding([one]) : undefined))
    expect([verdict, hop]).toEqual(['non-conformant', 'DNS backend'])
    expect(reason).toContain('only backend dns-b')
    const against = said(
      (server, vantage) => (server === backendB && vantage === 'worker' ? holding([]) : undefined),
      [],
    )
    expect(against.reason).toContain('observed NOERROR {10.244.1.5, 10.244.2.6}')
    const most = said(
      (server, vantage) => (server === backendB && vantage === 'worker' ? holding([]) : undefined),
      ['10.9.9.9'],
    )
    expect(most.reason).toContain('observed NOERROR {}')
  })

  test('leaves the resolver, and backends that stay silent, to other requirements', () => {
    expect(said((server) => (server === resolver ? holding([]) : undefined)).verdict).toBe('conformant')
    expect(said((server, vantage) => (server === backendB && vantage === 'worker' ? silence : undefined)).verdict).toBe(
      'conformant',
    )
  })

  test('is not applicable where fewer than two answer, and inconclusive over a broken exec', () => {
    expect(said((server) => (server === backendB ? silence : undefined))).toEqual({
      verdict: 'not-applicable',
      reason: 'fewer than two DNS backends answer Pods directly',
    })
    expect(said(() => unreachable).verdict).toBe('not-applicable')
    expect(said((server) => (server === backendB ? lost : undefined)).verdict).toBe('inconclusive')
  })
})
