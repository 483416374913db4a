import { describe, expect, test } from 'vitest'
import type { DnsOutcome } from '../probes/dns/outcome.ts'
import { judge } from '../report/verdict.ts'
import { emptyIsNameError, emptyKeepsAddress, noDataAtAll, soaCarried } from './negatives.ts'
import { addressRecord, answer, backendA, lost, sightings, silence, zone } from './sightings-sample.ts'
import { soundSnapshot } from './snapshot-sample.ts'

const name = `nobody.${zone}`
const question = { name, type: 'A' } as const
const presence = sightings(soundSnapshot, [{ name: `web.${zone}`, type: 'A' }])
const noPresence = sightings(soundSnapshot, [{ name: `web.${zone}`, type: 'A' }], { instead: () => answer([]) })
const nxdomain = answer([], { rcode: 'NXDOMAIN' })
const noData = answer([])
const ghost = answer([addressRecord(name, '10.9.9.9')])
const servfail = answer([], { rcode: 'SERVFAIL' })

/** Every server says this. */
function all(outcome: DnsOutcome) {
  return sightings(soundSnapshot, [question], { instead: () => outcome })
}

describe('emptyIsNameError', () => {
  test.for([
    ['NXDOMAIN', nxdomain, 'conformant'],
    ['NODATA', noData, 'not-applicable'],
    ['an address', ghost, 'non-conformant'],
    ['NXDOMAIN with an address', answer([addressRecord(name, '10.9.9.9')], { rcode: 'NXDOMAIN' }), 'non-conformant'],
    ['SERVFAIL', servfail, 'non-conformant'],
    ['nothing', silence, 'non-conformant'],
    ['what is lost from sight', lost, 'inconclusive'],
  ] as const)('judges %s', ([, outcome, verdict]) => {
    expect(judge(emptyIsNameError(all(outcome), presence)).verdict).toBe(verdict)
  })

  test('says nothing of a server that does not show what is there either', () => {
    expect(judge(emptyIsNameError(all(nxdomain), noPresence)).verdict).toBe('inconclusive')
  })
})

describe('emptyKeepsAddress', () => {
  const own = answer([addressRecord(name, '10.96.3.4')])
  test.for([
    ['the address', own, 'conformant'],
    ['NXDOMAIN, which is an option', nxdomain, 'not-applicable'],
    ['NODATA', noData, 'non-conformant'],
    ['another address', ghost, 'non-conformant'],
    ['SERVFAIL', servfail, 'non-conformant'],
    ['nothing', silence, 'non-conformant'],
    ['what is lost from sight', lost, 'inconclusive'],
  ] as const)('judges %s', ([, outcome, verdict]) => {
    expect(judge(emptyKeepsAddress(all(outcome), ['10.96.3.4'])).verdict).toBe(verdict)
  })
})

describe('noDataAtAll', () => {
  test.for([
    ['NODATA', noData, 'conformant'],
    ['NXDOMAIN', nxdomain, 'non-conformant'],
    ['a record', ghost, 'non-conformant'],
    ['SERVFAIL', servfail, 'non-conformant'],
    ['nothing', silence, 'non-conformant'],
    ['what is lost from sight', lost, 'inconclusive'],
  ] as const)('judges %s', ([, outcome, verdict]) => {
    expect(judge(noDataAtAll(all(outcome), presence)).verdict).toBe(verdict)
  })

  test('does not blame a server for denying what it does not know by its addresses either', () => {
    for (const outcome of [noData, nxdomain])
      expect(judge(noDataAtAll(all(outcome), noPresence)).verdict).toBe('inconclusive')
  })
})

describe('soaCarried', () => {
  const soa = (owner: string) => [{ name: owner, type: 'SOA', ttl: 30, minimum: 5 }]
  const negative = (authorities: ReturnType<typeof soa>, rcode = 'NXDOMAIN') => answer([], { rcode, authorities })

  test('acquits the SOA of any zone that the name is in, also with NODATA', () => {
    for (const owner of ['cluster.local', zone, name, ''])
      for (const rcode of ['NXDOMAIN', 'NOERROR'])
        expect(judge(soaCarried(all(negative(soa(owner), rcode)))).verdict).toBe('conformant')
  })

  test.for([
    ['none', []],
    ['that of another zone', soa('example.org')],
    ['that of a zone whose name only ends alike', soa('local.xcluster.local')],
    ['another record', [{ name: 'cluster.local', type: 'NS', ttl: 30 }]],
  ] as const)('convicts a server with %s', ([, authorities]) => {
    const outcome = answer([], { rcode: 'NXDOMAIN', authorities })
    const seen = sightings(soundSnapshot, [question], {
      instead: (_, server) => (server === backendA ? outcome : negative(soa('cluster.local'))),
    })
    const { verdict, hop, reason } = judge(soaCarried(seen))
    expect([verdict, hop]).toEqual(['non-conformant', 'DNS backend'])
    expect(reason).toContain('only backend dns-a')
  })

  test.for([
    ['an answer that is not negative', ghost],
    ['SERVFAIL', servfail],
    ['an old recording', nxdomain],
  ] as const)('tells nothing from %s', ([, outcome]) => {
    expect(judge(soaCarried(all(outcome))).verdict).toBe('inconclusive')
  })
})
