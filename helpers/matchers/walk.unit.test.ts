import { describe, expect, test } from 'vitest'
import type { DnsOutcome } from '../probes/dns/outcome.ts'
import { judge } from '../report/verdict.ts'
import { addressRecord, answer, lost, sightings, silence, zone } from './sightings-sample.ts'
import { soundSnapshot } from './snapshot-sample.ts'
import { foundByWalking } from './walk.ts'

const last = `web.${zone}`
const first = 'web.ns.other.svc.cluster.local'
const truth = ['10.244.1.5', '10.244.2.6']
const nxdomain = answer([], { rcode: 'NXDOMAIN' })
const records = truth.map((address) => addressRecord(last, address))

/** What comes of the walk where all servers say these of the first name and of the last; soundly if undefined. */
function walked(ofFirst?: DnsOutcome, ofLast?: DnsOutcome) {
  const questions = [first, last].map((name) => ({ name, type: 'A' as const }))
  const seen = sightings(soundSnapshot, questions, {
    instead: (_, __, question) => (question.name === first ? ofFirst : ofLast),
  })
  return judge(foundByWalking(seen, () => [first, last], truth)).verdict
}

describe('foundByWalking', () => {
  test('acquits NXDOMAIN and then the addresses', () => {
    expect(walked()).toBe('conformant')
  })

  test('acquits a server that walks the list itself, and answers the first name with an alias', () => {
    const alias = { name: first, type: 'CNAME', ttl: 5, text: last }
    expect(walked(answer([alias, ...records]))).toBe('conformant')
  })

  test.for([
    ['NODATA', answer([])],
    ['SERVFAIL', answer([], { rcode: 'SERVFAIL' })],
    ['the address of nobody', answer([addressRecord(first, '10.9.9.9')])],
    ['addresses that nothing leads to', answer(records)],
    ['silence', silence],
  ] as const)('convicts %s for a name on the way', ([, outcome]) => {
    expect(walked(outcome)).toBe('non-conformant')
  })

  test.for([
    ['NXDOMAIN', nxdomain],
    ['NODATA', answer([])],
    ['one address too few', answer(records.slice(1))],
    ['silence', silence],
  ] as const)('convicts %s for the last name', ([, outcome]) => {
    expect(walked(undefined, outcome)).toBe('non-conformant')
  })

  test('tells nothing from what is lost from sight', () => {
    expect(walked(lost)).toBe('inconclusive')
  })
})
