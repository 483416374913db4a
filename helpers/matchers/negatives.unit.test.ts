import { describe, expect, test } from 'vitest'
import type { DnsOutcome } from '../probes/dns/outcome.ts'
import { judge } from '../report/verdict.ts'
import { emptyKeepsAddress } from './negatives.ts'
import { addressRecord, answer, lost, sightings, silence, zone } from './sightings-sample.ts'
import { soundSnapshot } from './snapshot-sample.ts'

const name = `nobody.${zone}`
const question = { name, type: 'A' } as const
const nxdomain = answer([], { rcode: 'NXDOMAIN' })
const noData = answer([])
const ghost = answer([addressRecord(name, '10.9.9.9')])
const servfail = answer([], { rcode: 'SERVFAIL' })

/** Every server says this. */
function all(outcome: DnsOutcome) {
  return sightings(soundSnapshot, [question], { instead: () => outcome })
}

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
