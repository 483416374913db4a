import { expect, test } from 'vitest'
import { inconsistent, killersOf, type Ledger, unproven } from './ledger.ts'
import type { Mutant, OddCluster } from './mutant.ts'

function mutant(id: string, kills: Mutant['kills'], more: Partial<Mutant> = {}): Mutant {
  return { id, breaks: 'something', kills, ...more } as Mutant
}

function odd(id: string, notApplicable: readonly string[] = []): OddCluster {
  return { id, kind: {}, allows: 'something', notApplicable }
}

const sound: Ledger = {
  requirements: [
    { id: 'dns.a', level: 'MUST' },
    { id: 'dns.b', level: 'MUST' },
    { id: 'dns.c', level: 'SHOULD' },
    { id: 'dns.d', level: 'MUST' },
  ],
  mutants: [mutant('M-1', { 'dns.a': 'DNS backend' }, { alongside: { 'dns.c': ['inconclusive'] } })],
  rehearsals: [{ id: 'U-1', kills: { 'dns.d': 'DNS backend' } }],
  oddClusters: [odd('odd-1', ['dns.b'])],
  unkillable: { 'dns.b': 'the API server refuses it' },
}

test('a sound ledger has nothing to mend', () => {
  expect([...unproven(sound), ...inconsistent(sound)]).toEqual([])
})

test('the killers of a requirement are those that name it, unless the cluster mends itself', () => {
  const mutants = [
    mutant('M-1', { 'dns.a': 'DNS backend', 'dns.b': 'pod' }),
    mutant('M-2', { 'dns.a': 'pod' }, { equivalent: 'it is put back' }),
    mutant('M-3', { 'dns.a': 'pod' }),
  ]
  expect([killersOf('dns.a', mutants), killersOf('dns.c', mutants)]).toEqual([['M-1', 'M-3'], []])
})

test('a MUST needs a killer or a reason, and not both', () => {
  expect(unproven({ ...sound, unkillable: {} })).toEqual([
    'dns.b is a MUST that no mutant kills: add one, or say in mutants/unkillable.ts why there can be none.',
  ])
  expect(unproven({ ...sound, unkillable: { ...sound.unkillable, 'dns.a': 'so' } })).toEqual([
    'dns.a has a killer, M-1, and a reason in mutants/unkillable.ts why it can have none.',
  ])
})

test.for<[string, Partial<Ledger>, string]>([
  ['kills', { mutants: [mutant('M-1', { 'dns.x': 'pod' })] }, 'kills of M-1 names dns.x, but no test has that id.'],
  [
    'alongside',
    { mutants: [mutant('M-1', { 'dns.a': 'pod' }, { alongside: { 'dns.x': [] } })] },
    'alongside of M-1 names dns.x, but no test has that id.',
  ],
  [
    'notApplicable',
    { oddClusters: [odd('odd-1', ['dns.x'])] },
    'notApplicable of odd-1 names dns.x, but no test has that id.',
  ],
  ['unkillable', { unkillable: { 'dns.x': 'so' } }, 'mutants/unkillable.ts names dns.x, but no test has that id.'],
  ['an id', { oddClusters: [odd('M-1')] }, 'M-1 is the id of more than one mutant, rehearsal or odd cluster.'],
  ['kills', { mutants: [mutant('M-1', {})] }, 'M-1 kills nothing and does not say why it is equivalent.'],
])('%s must agree with the suites', ([, wrong, sentence]) => {
  expect(inconsistent({ ...sound, ...wrong })).toEqual([sentence])
})
