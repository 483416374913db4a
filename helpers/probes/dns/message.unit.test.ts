import { type Answer, encode } from 'dns-packet'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { decodeAnswer, encodeQuery, fold, isEncodable, type Question } from './message.ts'
import { flags, queryIn, responseTo } from './message-sample.ts'

const question: Question = { name: 'web.ns.svc.cluster.local.', type: 'A' }
const query = encodeQuery(7, question)

function decoded(answers: readonly Answer[], change: Parameters<typeof responseTo>[2] = {}) {
  return decodeAnswer(responseTo(query, answers, change), 7, question)
}

function refusal(...args: Parameters<typeof decodeAnswer>): string {
  try {
    decodeAnswer(...args)
  } catch (error) {
    return (error as Error).message
  }
  throw new Error('it was accepted')
}

const label = fc.stringMatching(/^[a-z0-9_](?:[a-zA-Z0-9_-]{0,61}[a-z0-9])?$/)
const name = fc
  .array(label, { minLength: 1, maxLength: 6 })
  .map((labels) => labels.join('.'))
  .filter((one) => one.length <= 253)
const type = fc.constantFrom('A', 'AAAA', 'SRV', 'PTR', 'CNAME', 'TXT' as const)

describe('encodeQuery', () => {
  test('writes what a decoder reads back, with or without the final dot', () => {
    fc.assert(
      fc.property(name, type, fc.nat(65_535), fc.constantFrom('', '.'), (bare, kind, id, dot) => {
        const message = encodeQuery(id, { name: `${bare}${dot}`, type: kind })
        expect(queryIn(message)).toEqual({ id, name: bare, type: kind })
        expect(decodeAnswer(responseTo(message, []), id, { name: bare.toUpperCase(), type: kind })).toEqual({
          rcode: 'NOERROR',
          authoritative: false,
          truncated: false,
          answers: [],
          additionals: [],
          authorities: [],
          bytes: message.length,
        })
      }),
    )
  })

  test('adds an OPT record on request, and none otherwise', () => {
    expect(query.readUInt16BE(10)).toBe(0)
    const large = encodeQuery(7, question, 1232)
    expect([large.readUInt16BE(10), large.length - query.length]).toEqual([1, 11])
    expect(encodeQuery(7, { ...question, udpPayloadSize: 1232 })).toEqual(large)
  })

  test('refuses what is no name', () => {
    expect(() => encodeQuery(1, { name: 'a..b', type: 'A' })).toThrow('a..b is not a DNS name')
  })
})

describe('the TTL of a denial', () => {
  const soa = (ttl: number, minimum: number): Answer => ({
    type: 'SOA',
    name: 'cluster.local',
    ttl,
    data: { mname: 'ns', rname: 'root', serial: 1, refresh: 1, retry: 1, expire: 1, minimum },
  })

  test('is the smaller one of the two that its SOA tells', () => {
    expect(decoded([], { authorities: [soa(12, 30)] }).negativeTtl).toBe(12)
    expect(decoded([], { authorities: [soa(3600, 5)] }).negativeTtl).toBe(5)
  })

  test('is not told where there is no SOA, nor of an answer that has records', () => {
    expect(decoded([]).negativeTtl).toBeUndefined()
    const record: Answer = { type: 'A', name: 'web.ns.svc.cluster.local', ttl: 5, data: '192.0.2.1' }
    expect(decoded([record], { authorities: [soa(12, 30)] }).negativeTtl).toBeUndefined()
  })
})

describe('isEncodable', () => {
  const long = `${'a'.repeat(63)}.`.repeat(3)

  test.for([
    ['a label of 63 bytes', 'a'.repeat(63), true],
    ['a label of 64 bytes', 'a'.repeat(64), false],
    ['a label of 63 characters that take 64 bytes', `${'a'.repeat(62)}é`, false],
    ['255 bytes on the wire', `${long}${'a'.repeat(61)}`, true],
    ['255 bytes and a final dot', `${long}${'a'.repeat(61)}.`, true],
    ['256 bytes on the wire', `${long}${'a'.repeat(62)}`, false],
    ['an empty label', 'a..b', false],
    ['a leading dot', '.a', false],
    ['two final dots', 'a..', false],
    ['nothing', '', false],
    ['the root', '.', false],
  ] as const)('decides on %s', ([, one, expected]) => {
    expect(isEncodable(one)).toBe(expected)
  })
})

describe('decodeAnswer', () => {
  test('reads whose word a negative answer is, and how long it may be kept', () => {
    const data = {
      mname: 'ns.dns',
      rname: 'hostmaster',
      serial: 1,
      refresh: 7200,
      retry: 1800,
      expire: 86400,
      minimum: 5,
    }
    const authorities = [
      { type: 'SOA', name: 'Cluster.Local', ttl: 30, data },
      { type: 'NS', name: 'cluster.local', ttl: 60, data: 'ns.dns' },
    ] as const
    expect(decoded([], { flags: flags.nameError, authorities: [...authorities] })).toMatchObject({
      rcode: 'NXDOMAIN',
      authorities: [
        { name: 'cluster.local', type: 'SOA', ttl: 30, minimum: 5 },
        { name: 'cluster.local', type: 'NS', ttl: 60 },
      ],
    })
  })

  test('reads records with folded names and canonical addresses', () => {
    const at = 'Web.NS.svc.cluster.local'
    const answers: Answer[] = [
      { type: 'CNAME', name: at, ttl: 30, data: 'Other.Cluster.local' },
      { type: 'A', name: 'Other.Cluster.local', ttl: 5, data: '10.244.1.5' },
      { type: 'AAAA', name: at, ttl: 0, data: 'FD00:0:0::5' },
      { type: 'SRV', name: at, ttl: 5, data: { priority: 1, weight: 50, port: 8080, target: 'A.Web.cluster.local' } },
    ]
    expect(decoded(answers, { flags: flags.authoritative }).answers).toEqual([
      { name: 'web.ns.svc.cluster.local', type: 'CNAME', ttl: 30, text: 'Other.Cluster.local' },
      { name: 'other.cluster.local', type: 'A', ttl: 5, address: '10.244.1.5' },
      { name: 'web.ns.svc.cluster.local', type: 'AAAA', ttl: 0, address: 'fd00::5' },
      {
        name: 'web.ns.svc.cluster.local',
        type: 'SRV',
        ttl: 5,
        priority: 1,
        weight: 50,
        port: 8080,
        target: 'a.web.cluster.local',
      },
    ])
  })

  test('tells RCODE, AA and TC, and leaves OPT out of the additional records', () => {
    const { rcode, authoritative, truncated } = decoded([], { flags: flags.authoritative | flags.truncated })
    expect([rcode, authoritative, truncated]).toEqual(['NOERROR', true, true])
    const rcodes = [flags.nameError, flags.serverFailure, flags.refused].map((one) => decoded([], { flags: one }).rcode)
    expect(rcodes).toEqual(['NXDOMAIN', 'SERVFAIL', 'REFUSED'])
    const extra: Answer = { type: 'A', name: 'glue', ttl: 5, data: '10.0.0.1' }
    const query1232 = encodeQuery(7, question, 1232)
    const response = responseTo(query1232, [], {
      additionals: [
        extra,
        {
          type: 'OPT',
          name: '.',
          udpPayloadSize: 1232,
          extendedRcode: 0,
          ednsVersion: 0,
          flags: 0,
          flag_do: false,
          options: [],
        },
      ],
    })
    const { additionals, edns } = decodeAnswer(response, 7, question)
    expect(additionals).toEqual([{ name: 'glue', type: 'A', ttl: 5, address: '10.0.0.1' }])
    expect([edns, decoded([]).edns]).toEqual([1232, undefined])
  })

  test('takes no message that answers something else', () => {
    const response = responseTo(query, [])
    expect(refusal(query, 7, question)).toBe('the message is not a response')
    expect(refusal(response, 8, question)).toBe('the message has id 7 instead of 8')
    expect(refusal(response, 7, { name: 'db.ns', type: 'A' })).toBe(
      'the message answers web.ns.svc.cluster.local A instead of db.ns A',
    )
    expect(refusal(response, 7, { ...question, type: 'AAAA' })).toContain(' A instead of ')
    expect(refusal(encode({ type: 'response', id: 7 }), 7, question)).toBe('the message repeats no question')
    expect(refusal(response.subarray(0, 11), 7, question)).toBe('Header must be 12 bytes')
  })

  test('throws nothing but Error, whatever the bytes', () => {
    const address: Answer = { type: 'A', name: 'web.ns', ttl: 5, data: '10.0.0.1' }
    const whole = responseTo(query, [address, address])
    const spoilt = fc.tuple(fc.nat(whole.length - 1), fc.nat(255), fc.nat(whole.length)).map(([at, value, length]) => {
      const copy = Buffer.from(whole)
      copy[at] = value
      return copy.subarray(0, length)
    })
    const noise = fc.uint8Array({ maxLength: 80 }).map((bytes) => Buffer.from(bytes))
    fc.assert(
      fc.property(fc.oneof(spoilt, noise), (bytes) => {
        let thrown: unknown
        try {
          decodeAnswer(bytes, 7, question)
        } catch (error) {
          thrown = error
        }
        expect(thrown === undefined || thrown instanceof Error).toBe(true)
      }),
      { numRuns: 2000 },
    )
  })
})

test('names fold without case and final dot', () => {
  expect([fold('Web.NS.'), fold('web.ns'), fold('.')]).toEqual(['web.ns', 'web.ns', ''])
})
