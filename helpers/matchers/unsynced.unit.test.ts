import { describe, expect, test } from 'vitest'
import { judge } from '../report/verdict.ts'
import { addressRecord, answer, lost, sightings, silence } from './sightings-sample.ts'
import { soundSnapshot } from './snapshot-sample.ts'
import { deniesNothing } from './unsynced.ts'

const question = { name: 'kubernetes.default.svc.cluster.local', type: 'A' } as const

describe('deniesNothing', () => {
  test.for([
    ['SERVFAIL', answer([], { rcode: 'SERVFAIL' }), 'conformant', 'conformant'],
    ['REFUSED', answer([], { rcode: 'REFUSED' }), 'conformant', 'conformant'],
    ['an address', answer([addressRecord(question.name, '10.96.0.1')]), 'conformant', 'conformant'],
    ['NXDOMAIN', answer([], { rcode: 'NXDOMAIN' }), 'non-conformant', 'non-conformant'],
    ['NODATA', answer([]), 'non-conformant', 'non-conformant'],
    ['nothing', silence, 'inconclusive', 'conformant'],
    ['what is lost from sight', lost, 'inconclusive', 'inconclusive'],
  ] as const)('judges %s, at first and later', ([, outcome, first, later]) => {
    const seen = sightings(soundSnapshot, [question], { instead: () => outcome })
    expect([true, false].map((mayCome) => judge(deniesNothing(seen, mayCome)).verdict)).toEqual([first, later])
  })
})
