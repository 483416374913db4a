import { describe, expect, test } from 'vitest'
import type { DnsOutcome } from '../probes/dns/outcome.ts'
import { judge } from '../report/verdict.ts'
import { namesBelow, pointsOnlyTo, pointsThereAndBack, pointsTo, reverseName } from './pointers.ts'
import { addressRecord, answer, backendA, lost, sightings, silence, zone } from './sightings-sample.ts'
import { soundSnapshot } from './snapshot-sample.ts'

const reversed = '7.1.244.10.in-addr.arpa'
const name = `db-0.db.${zone}`
const ptr = (...texts: readonly string[]): DnsOutcome =>
  answer(texts.map((text) => ({ name: reversed, type: 'PTR', ttl: 5, text })))

/** Sightings of the address where all servers say `outcome`, and backend A says `instead`. */
function seen(outcome: DnsOutcome, instead: DnsOutcome = outcome) {
  return sightings(soundSnapshot, [{ name: reversed, type: 'PTR' }], {
    instead: (_vantage, server) => (server === backendA ? instead : outcome),
  })
}

test('reverseName turns four octets, or 32 nibbles, round', () => {
  expect(reverseName('10.244.1.7')).toBe(reversed)
  expect(reverseName('fd00:10::5')).toBe(`5${'.0'.repeat(23)}.0.1.0.0.0.0.d.f.ip6.arpa`)
  expect(reverseName('fd00:10::5').split('.')).toHaveLength(34)
})

describe('pointsTo', () => {
  test('acquits the name in any case, alone and among others', () => {
    for (const outcome of [ptr(name), ptr(`${name.toUpperCase()}.`), ptr(`10-244-1-7.other.${zone}`, name)])
      expect(judge(pointsTo(seen(outcome), name))).toEqual({ verdict: 'conformant', reason: '' })
  })

  test.for([
    ['NXDOMAIN', answer([], { rcode: 'NXDOMAIN' }), 'NXDOMAIN {}'],
    ['NODATA', answer([]), 'NOERROR {}'],
    ['another name', ptr(`db-1.db.${zone}`), `NOERROR {db-1.db.${zone}}`],
    ['silence', silence, 'no answer within 3 s'],
  ] as const)('convicts the backend that gives %s', ([, outcome, observed]) => {
    expect(judge(pointsTo(seen(ptr(name), outcome), name))).toEqual({
      verdict: 'non-conformant',
      hop: 'DNS backend',
      reason: `DNS backend: expected ${reversed} PTR: NOERROR ${name} among the names, observed ${observed} over TCP; only backend dns-a (10.244.0.2) disagrees, at 3 of 3 vantages`,
    })
  })

  test('is inconclusive over a broken exec', () => {
    expect(judge(pointsTo(seen(ptr(name), lost), name)).verdict).toBe('inconclusive')
  })
})

describe('pointsOnlyTo', () => {
  const verdict = (outcome: DnsOutcome) => judge(pointsOnlyTo(seen(outcome), name)).verdict

  test('acquits the name alone, and convicts it among others', () => {
    expect(verdict(ptr(name))).toBe('conformant')
    for (const outcome of [ptr(name, `db.${zone}`), ptr(`db.${zone}`), ptr(), silence])
      expect(verdict(outcome)).toBe('non-conformant')
  })
})

describe('pointsThereAndBack', () => {
  const service = `web.${zone}`
  const back = { serviceName: service, address: '10.244.1.7' }
  const chosen = `10-244-1-7.${service}`

  /** The verdict where backend A alone gives `outcome`, and `address` for the names that PTR gives. */
  function verdict(outcome: DnsOutcome, address: DnsOutcome = answer([addressRecord(chosen, back.address)])) {
    const ptrs = seen(ptr(chosen), outcome)
    const resolved = ptrs.flatMap((one) =>
      one.outcome.kind === 'answer'
        ? namesBelow(one.outcome.answer, service).map((asked) => ({
            ...one,
            question: { name: asked, type: 'A' as const },
            outcome: one.server === backendA ? address : answer([addressRecord(chosen, back.address)]),
          }))
        : [],
    )
    return judge(pointsThereAndBack(ptrs, resolved, back))
  }

  test('acquits whatever label the server has chosen, alone and among others', () => {
    for (const outcome of [ptr(chosen), ptr(`3a7f.${service}`), ptr(`db-0.db.${zone}`, `${chosen.toUpperCase()}.`)])
      expect(verdict(outcome)).toEqual({ verdict: 'conformant', reason: '' })
  })

  test.for([
    ['no name', ptr(), 'NOERROR {}'],
    ['NXDOMAIN', answer([], { rcode: 'NXDOMAIN' }), 'NXDOMAIN {}'],
    ['a name below another Service', ptr(`a.db.${zone}`), `NOERROR {a.db.${zone}}`],
    ["the Service's own name", ptr(service), `NOERROR {${service}}`],
    ['a name two labels below', ptr(`a.b.${service}`), `NOERROR {a.b.${service}}`],
    ['silence', silence, 'no answer within 3 s'],
  ] as const)('convicts the backend that gives %s', ([, outcome, observed]) => {
    const { reason, ...rest } = verdict(outcome)
    expect(rest).toEqual({ verdict: 'non-conformant', hop: 'DNS backend' })
    expect(reason).toContain(`a name below ${service} that resolves to 10.244.1.7, observed ${observed} over TCP`)
  })

  test('convicts the backend whose name leads elsewhere, or nowhere', () => {
    for (const address of [answer([addressRecord(chosen, '10.244.1.8')]), answer([], { rcode: 'NXDOMAIN' }), silence])
      expect(verdict(ptr(chosen), address)).toMatchObject({ verdict: 'non-conformant', hop: 'DNS backend' })
  })

  test('is inconclusive over a broken exec, on the way there or back', () => {
    expect(verdict(lost).verdict).toBe('inconclusive')
    expect(verdict(ptr(chosen), lost).verdict).toBe('inconclusive')
  })
})
