import { describe, expect, test } from 'vitest'
import type { DnsOutcome, DnsServer, Sighting } from '../probes/dns/outcome.ts'
import { judge } from '../report/verdict.ts'
import {
  addressRecord,
  answer,
  backendA,
  backendB,
  lost,
  resolver,
  sightings,
  silence,
  zone,
} from './sightings-sample.ts'
import { soundSnapshot } from './snapshot-sample.ts'
import { answersSteadily, vantagesAgree } from './steady.ts'

const name = `web.${zone}`
const question = { name, type: 'A' } as const
const truth = ['10.244.1.5', '10.244.2.6']
const [one = '', two = ''] = truth
const holding = (...addresses: readonly string[]): DnsOutcome =>
  answer(addresses.map((address) => addressRecord(name, address)))
const nxdomain = answer([], { rcode: 'NXDOMAIN' })

describe('answersSteadily', () => {
  /** Twenty times the same question; `instead` is what a server says the n-th time. */
  function said(instead: (time: number, vantage: string, server: DnsServer) => DnsOutcome | undefined): Sighting[] {
    return Array.from({ length: 20 }, (_, time) =>
      sightings(soundSnapshot, [question], { instead: (vantage, server) => instead(time, vantage, server) }),
    ).flat()
  }

  test('acquits the same addresses in any order, with one observation for each server at each node', () => {
    const observations = answersSteadily(said((time) => (time % 2 === 0 ? holding(two, one) : undefined)))
    expect(judge(observations).verdict).toBe('conformant')
    expect(observations).toHaveLength(9)
  })

  test('holds nothing against servers from which Pods are kept, where their resolvers answer', () => {
    const kept = answersSteadily(said((_, __, server) => (server.role === 'backend' ? silence : undefined)))
    expect(judge(kept).verdict).toBe('conformant')
    expect(kept.filter((one) => one.verdict === 'not-applicable')).toHaveLength(6)
    expect(judge(answersSteadily(said(() => silence))).verdict).toBe('non-conformant')
  })

  test('leaves it to others whether two servers say the same', () => {
    const seen = said((_, __, server) => (server === backendA ? holding(one) : undefined))
    expect(judge(answersSteadily(seen)).verdict).toBe('conformant')
  })

  test.for([
    ['NXDOMAIN', nxdomain],
    ['nothing', answer([])],
    ['fewer addresses', holding(one)],
    ['other addresses', holding(one, '10.9.9.9')],
    ['SERVFAIL', answer([], { rcode: 'SERVFAIL' })],
    ['silence', silence],
  ] as const)('convicts the server with %s once among twenty', ([, outcome]) => {
    const seen = said((time, vantage, server) =>
      time === 13 && vantage === 'worker' && server === backendB ? outcome : undefined,
    )
    const { verdict, hop, reason } = judge(answersSteadily(seen))
    expect([verdict, hop]).toEqual(['non-conformant', 'DNS backend'])
    expect(reason).toContain('dns-b')
  })

  test('says how often the answer stands out', () => {
    const seen = said((time, _, server) => (server === backendB && time < 3 ? nxdomain : undefined))
    expect(judge(answersSteadily(seen)).reason).toContain('observed 3 times NXDOMAIN {}')
  })

  test('tells nothing from what is lost from sight, or from a server that never shows a record', () => {
    expect(judge(answersSteadily(said((time) => (time === 4 ? lost : undefined)))).verdict).toBe('inconclusive')
    expect(judge(answersSteadily(said(() => nxdomain))).verdict).toBe('inconclusive')
  })

  test('does not let what is lost from sight hide that answers differ', () => {
    const seen = said((time) => (time === 4 ? lost : time === 5 ? nxdomain : undefined))
    expect(judge(answersSteadily(seen)).verdict).toBe('non-conformant')
  })
})

describe('vantagesAgree', () => {
  function judged(
    instead: (vantage: string, server: DnsServer) => DnsOutcome | undefined,
    known: readonly string[] | 'unknown' = truth,
  ) {
    const seen = sightings(soundSnapshot, [question], { instead })
    return judge(vantagesAgree(seen, () => (known === 'unknown' ? undefined : known)))
  }

  test('acquits what is the same everywhere, be it right or wrong', () => {
    for (const outcome of [undefined, holding(two, one), holding('10.9.9.9'), nxdomain])
      expect(judged(() => outcome).verdict).toBe('conformant')
  })

  test('leaves it to others whether two backends say the same, and lets a resolver say what either says', () => {
    const split = (vantage: string, server: DnsServer): DnsOutcome | undefined =>
      server === backendA || (server === resolver && vantage === 'worker') ? holding(one) : undefined
    expect(judged(split).verdict).toBe('conformant')
  })

  test('names the node that hears something else from every server', () => {
    const { verdict, hop, reason } = judged((vantage) => (vantage === 'worker2' ? holding('10.9.9.9') : undefined))
    expect([verdict, hop]).toEqual(['non-conformant', 'DNS backend'])
    expect(reason).toContain('only vantage worker2')
  })

  test('names the node whose resolver leads elsewhere', () => {
    const { verdict, hop, reason } = judged((vantage, server) =>
      vantage === 'worker2' && server === resolver ? nxdomain : undefined,
    )
    expect([verdict, hop]).toEqual(['non-conformant', 'node resolver'])
    expect(reason).toContain('worker2')
  })

  test('holds to the truth where most hear a lie, and to the most where nobody hears the truth', () => {
    const lie = (vantage: string): DnsOutcome | undefined => (vantage === 'control' ? undefined : holding('10.9.9.9'))
    expect(judged(lie).reason).toContain(`expected ${name} A: what other vantages hear, NOERROR {${one}, ${two}}`)
    expect(judged(lie, 'unknown').reason).toContain('only vantage control')
  })

  test('compares the resolvers with each other where no backend is in sight', () => {
    const seen = sightings(soundSnapshot, [question], {
      instead: (vantage) => (vantage === 'control' ? nxdomain : undefined),
    }).filter((sighting) => sighting.server === resolver)
    const { verdict, hop, reason } = judge(vantagesAgree(seen, () => undefined))
    expect([verdict, hop]).toEqual(['non-conformant', 'node resolver'])
    expect(reason).toContain('control')
  })

  test('tells nothing from what is lost from sight', () => {
    expect(judged((vantage) => (vantage === 'worker' ? lost : undefined)).verdict).toBe('inconclusive')
  })
})
