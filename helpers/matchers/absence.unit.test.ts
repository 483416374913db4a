import { describe, expect, test } from 'vitest'
import type { DnsOutcome } from '../probes/dns/outcome.ts'
import { judge } from '../report/verdict.ts'
import { nameError, noAddress, noData, noPointer, noRecord } from './absence.ts'
import {
  addressRecord,
  answer,
  backendA,
  lost,
  resolver,
  sightings,
  silence,
  srvRecord,
  zone,
} from './sightings-sample.ts'
import { soundSnapshot } from './snapshot-sample.ts'

const absent = { name: `web-a.web.${zone}`, type: 'A' } as const
const twin = { name: `web.${zone}`, type: 'A' } as const
const presence = sightings(soundSnapshot, [twin])
const nxdomain = answer([], { rcode: 'NXDOMAIN' })

/** Sightings of the absent name where one backend, or every server, gives this outcome. */
function seen(outcome: DnsOutcome, everywhere = false) {
  return sightings(soundSnapshot, [absent], {
    instead: (_vantage, server) => (everywhere || server === backendA ? outcome : undefined),
  })
}

const address = answer([addressRecord(absent.name, '10.244.1.5')])
const stray = answer([addressRecord(absent.name, '203.0.113.7')])

describe('nameError', () => {
  const said = (outcome: DnsOutcome) => {
    const { verdict, reason } = judge(nameError(seen(outcome), presence))
    return [verdict, reason.split('; ')[0]?.split('observed ')[1]]
  }

  test('acquits NXDOMAIN from servers that show what is there', () => {
    expect(judge(nameError(seen(nxdomain), presence))).toEqual({ verdict: 'conformant', reason: '' })
  })

  test.for([
    ['NODATA', answer([]), 'NOERROR with 0 records'],
    ['an address', address, 'NOERROR with 1 records'],
    [
      'a record inside NXDOMAIN',
      answer([addressRecord('x', '1.2.3.4')], { rcode: 'NXDOMAIN' }),
      'NXDOMAIN with 1 records',
    ],
    ['SERVFAIL', answer([], { rcode: 'SERVFAIL' }), 'SERVFAIL with 0 records'],
    ['REFUSED', answer([], { rcode: 'REFUSED' }), 'REFUSED with 0 records'],
    ['silence', silence, 'no answer within 3 s'],
  ] as const)('convicts %s', ([, outcome, observed]) => {
    expect(said(outcome)).toEqual(['non-conformant', `${observed} over TCP`])
  })

  test('is inconclusive over a broken exec', () => {
    expect(judge(nameError(seen(lost), presence)).verdict).toBe('inconclusive')
  })

  test('means nothing from a server that does not show what is there', () => {
    const gone = sightings(soundSnapshot, [twin], {
      instead: (_v, server) => (server === resolver ? nxdomain : undefined),
    })
    expect(judge(nameError(seen(nxdomain), gone))).toEqual({
      verdict: 'inconclusive',
      reason: `absent, but so is ${twin.name}, which exists (NXDOMAIN with 0 records) (3 of 9 observations inconclusive)`,
    })
    expect(judge(nameError(seen(nxdomain), [])).reason).toBe(
      'absent, but so is its twin, which exists (nothing) (9 of 9 observations inconclusive)',
    )
  })
})

describe('noAddress', () => {
  const verdict = (outcome: DnsOutcome, everywhere = false) =>
    judge(noAddress(seen(outcome, everywhere), presence, () => ['10.244.1.5']))

  test('acquits NXDOMAIN and NODATA alike', () => {
    for (const outcome of [nxdomain, answer([])])
      expect(verdict(outcome)).toEqual({ verdict: 'conformant', reason: '' })
  })

  test('takes the very address of the pod for an addition of the server (endpoint_pod_names)', () => {
    const addition = 'the server names pods by metadata.name as an addition of its own'
    expect(verdict(address, true)).toEqual({ verdict: 'not-applicable', reason: addition })
    expect(verdict(address)).toEqual({
      verdict: 'conformant',
      reason: `not seen: ${addition} (3 of 9 observations not applicable)`,
    })
  })

  test('convicts any other address, more than the pod has, and servers that fail', () => {
    const more = answer(['10.244.1.5', '10.244.2.6'].map((one) => addressRecord(absent.name, one)))
    for (const outcome of [stray, more, answer([], { rcode: 'SERVFAIL' }), silence])
      expect(verdict(outcome).verdict).toBe('non-conformant')
    expect(verdict(stray).reason).toBe(
      `DNS backend: expected ${absent.name} A: no address, observed NOERROR {203.0.113.7} over TCP; only backend dns-a (10.244.0.2) disagrees, at 3 of 3 vantages`,
    )
  })

  test('is inconclusive over a broken exec, and where presence was not seen', () => {
    expect(verdict(lost).verdict).toBe('inconclusive')
    expect(judge(noAddress(seen(nxdomain), [], () => [])).verdict).toBe('inconclusive')
  })
})

describe('noRecord', () => {
  const invented = { name: `_http._udp.web.${zone}`, type: 'SRV' } as const
  const known = { name: `_http._tcp.web.${zone}`, type: 'SRV' } as const
  const there = sightings(soundSnapshot, [known])
  const verdict = (outcome: DnsOutcome, presence = there) =>
    judge(noRecord(sightings(soundSnapshot, [invented], { instead: () => outcome }), presence)).verdict

  test('acquits NXDOMAIN and NODATA alike', () => {
    for (const outcome of [nxdomain, answer([])]) expect(verdict(outcome)).toBe('conformant')
  })

  test('convicts a record, and servers that fail', () => {
    const record = answer([srvRecord(invented.name, `web.${zone}`, 8080)])
    for (const outcome of [record, answer([], { rcode: 'SERVFAIL' }), silence])
      expect(verdict(outcome)).toBe('non-conformant')
  })

  test('means nothing from servers that show no SRV record at all', () => {
    const none = sightings(soundSnapshot, [known], { instead: () => answer([]) })
    expect(verdict(nxdomain, none)).toBe('inconclusive')
    expect(verdict(lost)).toBe('inconclusive')
  })
})

describe('noData', () => {
  const other = { name: twin.name, type: 'AAAA' } as const
  const judged = (outcome: DnsOutcome, there = presence) =>
    judge(noData(sightings(soundSnapshot, [other], { instead: () => outcome }), there))

  test('acquits NOERROR without an address, and with a CNAME that leads to none', () => {
    const alias = answer([{ name: twin.name, type: 'CNAME', ttl: 5, text: 'x' }])
    for (const outcome of [answer([]), alias]) expect(judged(outcome)).toEqual({ verdict: 'conformant', reason: '' })
  })

  test('convicts NXDOMAIN, an address, servers that fail, and silence', () => {
    expect(judged(nxdomain).reason).toContain('expected web.ns.svc.cluster.local AAAA: NOERROR without an address')
    const six = answer([addressRecord(twin.name, 'fd00::1')])
    for (const outcome of [nxdomain, six, answer([], { rcode: 'SERVFAIL' }), silence])
      expect(judged(outcome).verdict).toBe('non-conformant')
  })

  test('says nothing of a name that is not there with its own family either', () => {
    const gone = sightings(soundSnapshot, [twin], { instead: () => nxdomain })
    for (const outcome of [nxdomain, answer([])]) expect(judged(outcome, gone).verdict).toBe('inconclusive')
    expect(judged(silence, gone).verdict).toBe('non-conformant')
    expect(judged(lost).verdict).toBe('inconclusive')
  })
})

describe('noPointer', () => {
  const reversed = { name: '7.1.244.10.in-addr.arpa', type: 'PTR' } as const
  const gone = `departing-0.departing.${zone}`
  const ptr = (...texts: readonly string[]): DnsOutcome =>
    answer(texts.map((text) => ({ name: reversed.name, type: 'PTR', ttl: 5, text })))
  const asked = (outcome: DnsOutcome, instead: DnsOutcome = outcome) =>
    sightings(soundSnapshot, [reversed], {
      instead: (_vantage, server) => (server === backendA ? instead : outcome),
    })
  const shown = asked(ptr(`db-0.db.${zone}`))

  test('acquits other names, none, and whatever is beyond the cluster, of a server that shows a pointer', () => {
    const refused = answer([], { rcode: 'REFUSED' })
    for (const outcome of [nxdomain, answer([]), refused, ptr(`10-244-1-7.other.${zone}`)])
      expect(judge(noPointer(asked(outcome), shown, gone))).toEqual({ verdict: 'conformant', reason: '' })
  })

  test.for([
    ['the name', ptr(gone)],
    ['the name among others, in capitals', ptr(`db-0.db.${zone}`, `${gone.toUpperCase()}.`)],
    ['silence', silence],
  ] as const)('convicts the backend that gives %s', ([, outcome]) => {
    expect(judge(noPointer(asked(nxdomain, outcome), shown, gone))).toMatchObject({
      verdict: 'non-conformant',
      hop: 'DNS backend',
      reason: expect.stringContaining('only backend dns-a'),
    })
  })

  test('holds against nobody that all of them wait for somebody beyond the cluster', () => {
    const [first] = noPointer(asked(silence), shown, gone)
    expect(first).toMatchObject({ verdict: 'not-applicable', observed: expect.stringContaining('beyond the cluster') })
    expect(judge(noPointer(asked(silence), asked(silence), gone)).verdict).toBe('non-conformant')
  })

  test('is inconclusive where no server shows a pointer, and over a broken exec', () => {
    expect(judge(noPointer(asked(nxdomain), asked(nxdomain), gone)).verdict).toBe('inconclusive')
    expect(judge(noPointer(asked(nxdomain, lost), shown, gone)).verdict).toBe('inconclusive')
  })
})
