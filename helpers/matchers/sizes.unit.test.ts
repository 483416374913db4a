import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { DnsAnswer } from '../probes/dns/message.ts'
import type { DnsOutcome, Sighting, Transport } from '../probes/dns/outcome.ts'
import { judge } from '../report/verdict.ts'
import { addressRecord, answer, backendA, backendB, lost, resolver, silence } from './sightings-sample.ts'
import { answersSoon, fillsMessage, holdsAll, holdsAllWithin, tellsSize } from './sizes.ts'

const name = 'crowd.ns.svc.cluster.local'
const all = (count: number): string[] =>
  Array.from({ length: count }, (_, index) => `198.18.${index >> 8}.${index & 255}`)

/** An answer with these addresses, of the size that they take. */
function holding(addresses: readonly string[], change: Partial<DnsAnswer> = {}): DnsOutcome {
  const records = addresses.map((address) => addressRecord(name, address))
  return answer(records, { bytes: 44 + 16 * addresses.length, ...change })
}

function seen(outcome: DnsOutcome, transport: Transport = 'tcp', udpPayloadSize?: number): Sighting[] {
  const question = { name, type: 'A' as const, ...(udpPayloadSize === undefined ? {} : { udpPayloadSize }) }
  return [resolver, backendA, backendB].map((server) => ({
    vantage: 'worker',
    server,
    transport,
    question,
    outcome,
    took: 1,
  }))
}

const truncated = { truncated: true } as const
const of = (count: number) => () => all(count)

describe('an answer over TCP', () => {
  test('holds all addresses, or is wrong', () => {
    const verdict = (outcome: DnsOutcome): string => judge(holdsAll(seen(outcome), of(100))).verdict
    expect(verdict(holding(all(100)))).toBe('conformant')
    expect(verdict(holding(all(99)))).toBe('non-conformant')
    expect(verdict(holding(all(99), truncated))).toBe('non-conformant')
    expect(verdict(holding(all(101)))).toBe('non-conformant')
    expect(verdict(holding([...all(100), '198.18.0.0']))).toBe('non-conformant')
    expect(verdict(holding(all(100), { rcode: 'SERVFAIL' }))).toBe('non-conformant')
    expect(verdict(silence)).toBe('non-conformant')
    expect(verdict(lost)).toBe('inconclusive')
  })

  test('tells what it lacks and what is not its own in a few words', () => {
    const [one] = holdsAll(seen(holding([...all(3990), '10.0.0.1'])), of(4000))
    expect(one?.expected).toBe(`${name} A: all 4000 addresses`)
    expect(one?.observed).toBe(
      'NOERROR with 3991 of 4000 addresses in 63900 bytes, with 10.0.0.1, which no slice has, without 198.18.15.150, 198.18.15.151, 198.18.15.152 and 7 more over TCP',
    )
  })
})

describe('a datagram', () => {
  const verdict = (outcome: DnsOutcome, size?: number): string =>
    judge(holdsAllWithin(seen(outcome, 'udp', size), of(64))).verdict

  test('holds everything within its size, or says that it does not', () => {
    expect(verdict(holding(all(64)), 1232)).toBe('conformant')
    expect(verdict(holding(all(28), truncated))).toBe('conformant')
    expect(verdict(holding([], truncated), 4096)).toBe('conformant')
  })

  test('is wrong where it is cut without a word, or larger than was asked for', () => {
    expect(verdict(holding(all(28)))).toBe('non-conformant')
    expect(verdict(holding([]))).toBe('non-conformant')
    expect(verdict(holding(all(64)))).toBe('non-conformant')
    expect(verdict(holding(all(60), truncated))).toBe('non-conformant')
    expect(verdict(holding(['10.0.0.1'], truncated))).toBe('non-conformant')
  })

  test('is cut for its size alone: not where few addresses fit however they are written', () => {
    for (const size of [undefined, 4096]) {
      const few = (count: number): string =>
        judge(holdsAllWithin(seen(holding([], truncated), 'udp', size), of(count))).verdict
      expect([1, 3, 10].map(few)).toEqual(['non-conformant', 'non-conformant', 'conformant'])
    }
  })

  test('that a path loses for its size alone is missed where small ones arrive', () => {
    const small = seen(holding(all(64), { bytes: 100 }), 'udp')
    expect(judge(holdsAllWithin([...small, ...seen(silence, 'udp', 1232)], of(64))).verdict).toBe('non-conformant')
  })

  test('has an OPT record where the question had one', () => {
    const told = (change: Partial<DnsAnswer>): string =>
      judge(tellsSize(seen(holding(all(64), change), 'udp', 4096), of(64))).verdict
    expect(told({ edns: 4096 })).toBe('conformant')
    expect(told({ edns: 512, bytes: 4097 })).toBe('non-conformant')
    expect(told({})).toBe('non-conformant')
  })
})

describe('an answer that no message holds', () => {
  const judged = (outcome: DnsOutcome) => judge(fillsMessage(seen(outcome), of(5000)))

  test('is cut with TC, or full', () => {
    expect(judged(holding(all(4091), truncated)).verdict).toBe('conformant')
    expect(judged(holding(all(4092), { bytes: 65_520 })).verdict).toBe('conformant')
    expect(judged(holding(all(1000))).verdict).toBe('non-conformant')
    expect(judged(holding([], truncated)).verdict).toBe('non-conformant')
    expect(judged(answer([], { rcode: 'SERVFAIL' })).verdict).toBe('non-conformant')
  })

  test('leaves word of the limit in the verdict', () => {
    expect(judged(holding(all(4091), truncated)).reason).toContain('5000 addresses do not fit a DNS message of 64 KiB')
    expect(judge(fillsMessage(seen(holding(all(4000))), of(4000))).reason).toBe('')
  })
})

test('a pair of questions is answered, whatever the answers say', () => {
  const judged = (outcome: DnsOutcome): string => judge(answersSoon(seen(outcome, 'udp'))).verdict
  expect(judged(holding(all(1)))).toBe('conformant')
  expect(judged(answer([], { rcode: 'NXDOMAIN' }))).toBe('conformant')
  expect(judged({ kind: 'timeout', after: 1000 })).toBe('non-conformant')
  expect(judged(lost)).toBe('inconclusive')
})

test('no subset without TC passes, and every subset with it that fits', () => {
  fc.assert(
    fc.property(fc.subarray(all(40), { maxLength: 39 }), fc.boolean(), (some, cut) => {
      const outcome = holding(some, { truncated: cut })
      const fits = 44 + 16 * some.length <= 512
      const { verdict } = judge(holdsAllWithin(seen(outcome, 'udp'), of(40)))
      expect(verdict).toBe(cut && fits ? 'conformant' : 'non-conformant')
    }),
  )
})
