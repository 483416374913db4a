import { describe, expect, test } from 'vitest'
import type { DnsRecord } from '../probes/dns/message.ts'
import type { DnsOutcome, Sighting } from '../probes/dns/outcome.ts'
import { aliasOf, withholds } from './alias.ts'
import { addressRecord, answer, backendA, lost, silence } from './sightings-sample.ts'

const name = 'alias.ns.svc.cluster.local'
const cname = (text: string): DnsRecord => ({ name, type: 'CNAME', ttl: 5, text })

function seen(outcome: DnsOutcome): Sighting[] {
  const question = { name, type: 'CNAME' } as const
  return [{ vantage: 'worker', server: backendA, transport: 'tcp', question, outcome, took: 1 }]
}

function verdicts(outcome: DnsOutcome, target?: string): string[] {
  return aliasOf(seen(outcome), target).map((one) => one.verdict)
}

describe('aliasOf', () => {
  const target = 'one.rollcall.example'

  test('wants exactly the target, whatever its letters and its last dot', () => {
    expect(verdicts(answer([cname('One.rollcall.example.')]), target)).toEqual(['conformant'])
    expect(verdicts(answer([cname('old.rollcall.example')]), target)).toEqual(['non-conformant'])
    expect(verdicts(answer([cname(target), cname('old.rollcall.example')]), target)).toEqual(['non-conformant'])
  })

  test('takes neither silence nor denial for an alias', () => {
    for (const outcome of [answer([]), answer([], { rcode: 'NXDOMAIN' }), silence])
      expect(verdicts(outcome, target)).toEqual(['non-conformant'])
  })

  test('wants none where there is no target, by NODATA or NXDOMAIN', () => {
    expect(verdicts(answer([]))).toEqual(['conformant'])
    expect(verdicts(answer([], { rcode: 'NXDOMAIN' }))).toEqual(['conformant'])
    expect(verdicts(answer([], { rcode: 'SERVFAIL' }))).toEqual(['non-conformant'])
    expect(verdicts(answer([cname(target)]))).toEqual(['non-conformant'])
  })

  test('leaves open what we lost sight of', () => {
    expect(verdicts(lost, target)).toEqual(['inconclusive'])
  })

  test('says what was expected and what was seen', () => {
    const [one] = aliasOf(seen(answer([cname('old.rollcall.example')])), target)
    expect(one).toMatchObject({
      hop: 'DNS backend',
      expected: `${name} CNAME: NOERROR CNAME ${target}`,
      observed: 'NOERROR CNAME {old.rollcall.example} over TCP',
    })
  })
})

describe('withholds', () => {
  const told = (outcome: DnsOutcome) => withholds(seen(outcome), ['198.51.100.91']).map((one) => one.verdict)

  test('minds only the addresses that are not to be told', () => {
    expect(told(answer([cname('one.rollcall.example'), addressRecord('one.rollcall.example', '203.0.113.1')]))).toEqual(
      ['conformant'],
    )
    expect(told(answer([], { rcode: 'SERVFAIL' }))).toEqual(['conformant'])
    expect(told(answer([addressRecord(name, '198.51.100.91')]))).toEqual(['non-conformant'])
  })

  test('does not take silence for an answer', () => {
    expect(told(silence)).toEqual(['non-conformant'])
  })
})
