import { describe, expect, test } from 'vitest'
import type { Sighting } from '../probes/dns/outcome.ts'
import type { Lookup } from '../probes/inside.ts'
import type { Observation } from '../report/record.ts'
import { insideOf, lostInside } from './inside-sample.ts'
import { askedFor, blameLookup, dnsOnTheWay, lookedUp } from './lookups.ts'
import { addressRecord, answer, backendA, silence } from './sightings-sample.ts'

const means = 'asked.ns.svc.cluster.local'
const wanted = { name: 'asked.ns', means, addresses: ['10.244.1.5', '10.244.2.6'] }
const first = ['ns.svc.cluster.local', 'svc.cluster.local', 'cluster.local']
const resolver = { nameservers: [], search: [...first, 'corp.example'], options: [] }
const made = 'asked.ns.ns.svc.cluster.local'

describe('askedFor', () => {
  test.for([
    ['asked', [means]],
    ['asked.ns', [made, means]],
    ['asked.ns.svc', ['asked.ns.svc.ns.svc.cluster.local', 'asked.ns.svc.svc.cluster.local', means]],
    [means, [...resolver.search.map((one) => `${means}.${one}`), means]],
    [`${means}.`, [means]],
    ['nowhere', [means]],
  ] as const)('%s leads over %j', ([name, names]) => {
    expect(askedFor({ ...wanted, name }, first, resolver)).toEqual(names)
  })

  test('takes the order from what is right, not from a Pod that has it wrong', () => {
    const turned = { ...resolver, search: ['svc.cluster.local', 'ns.svc.cluster.local'] }
    expect(askedFor({ ...wanted, name: 'asked' }, first, turned)).toEqual([means])
  })
})

describe('lookedUp', () => {
  const judge = (lookup: Lookup) => lookedUp([wanted], insideOf({ lookups: { 'asked.ns': lookup } }), 5)

  test.for([
    [{ kind: 'found', addresses: ['10.244.2.6', '10.244.1.5'] }, 'conformant'],
    [{ kind: 'found', addresses: ['10.244.2.6'] }, 'non-conformant'],
    [{ kind: 'found', addresses: ['10.244.2.6', '10.244.1.5', '10.9.9.9'] }, 'non-conformant'],
    [{ kind: 'none' }, 'non-conformant'],
    [{ kind: 'timeout', after: 6000 }, 'non-conformant'],
    [{ kind: 'lost', reason: 'getent ended with code 127' }, 'inconclusive'],
  ] as const)('%j is %s', ([lookup, verdict]) => {
    expect(judge(lookup)).toMatchObject([{ verdict, hop: 'pod', vantage: 'asks', backend: 'musl' }])
  })

  test('has no name found that has as many dots as the Pod is to search for', () => {
    const none: Lookup = { kind: 'none' }
    const names = ['asked', 'asked.ns', 'asked.ns.svc', means, `${means}.`]
    const lookups = Object.fromEntries(names.map((name) => [name, none]))
    const judgedWith = (ndots: number) =>
      lookedUp(
        names.map((name) => ({ ...wanted, name })),
        insideOf({ lookups }),
        ndots,
      ).map(({ verdict }) => (verdict === 'not-applicable' ? '-' : verdict === 'non-conformant' ? 'x' : '?'))
    expect([5, 2, 1].map((ndots) => judgedWith(ndots).join(''))).toEqual(['xxxxx', 'xx-xx', 'x--xx'])
  })

  test('decides nothing where nothing was printed', () => {
    expect(lookedUp([wanted], insideOf(), 5).map((one) => one.verdict)).toEqual(['inconclusive'])
    expect(lookedUp([wanted], lostInside, 5).map((one) => one.verdict)).toEqual(['inconclusive'])
  })
})

describe('blameLookup', () => {
  const [failed] = lookedUp([wanted], insideOf({ lookups: { 'asked.ns': { kind: 'none' } } }), 5)
  const [late] = lookedUp([wanted], insideOf({ lookups: { 'asked.ns': { kind: 'timeout', after: 6000 } } }), 5)
  const seen = (name: string, type: 'A' | 'AAAA', outcome: Sighting['outcome']): Sighting => ({
    vantage: 'worker',
    server: backendA,
    transport: 'tcp',
    question: { name, type },
    outcome,
    took: 1,
  })
  const right = answer(wanted.addresses.map((one) => addressRecord(means, one)))
  const nothing = answer([], { rcode: 'NXDOMAIN' })
  const sound = {
    [made]: [seen(made, 'A', nothing), seen(made, 'AAAA', nothing)],
    [means]: [seen(means, 'A', right), seen(means, 'AAAA', answer([]))],
  }
  const blamed = (
    lookup: Observation | undefined,
    change: Readonly<Record<string, readonly Sighting[]>> = {},
  ): string[] => {
    const asked = Object.entries({ ...sound, ...change }).map(([name, sightings]) => ({ name, sightings }))
    return lookup === undefined ? [] : blameLookup(lookup, dnsOnTheWay(wanted, asked)).map((one) => one.hop)
  }

  test('blames the Pod where DNS says what it should', () => {
    expect(blamed(failed)).toEqual(['pod'])
  })

  test('blames the way to DNS where it is silent for the Pod alone', () => {
    expect(blamed(late)).toEqual(['data path'])
  })

  test.for([
    [
      'answers for a name that the search list has made up',
      { [made]: [seen(made, 'A', answer([addressRecord(made, '10.9.9.9')]))] },
    ],
    ['fails for such a name', { [made]: [seen(made, 'AAAA', answer([], { rcode: 'SERVFAIL' }))] }],
    ['denies the name that is meant', { [means]: [seen(means, 'A', nothing)] }],
    ['is silent', { [means]: [seen(means, 'A', silence)] }],
  ] as const)('blames DNS where it %s', ([, change]) => {
    expect(blamed(failed, change)).toEqual(['node resolver', 'DNS backend'])
  })
})
