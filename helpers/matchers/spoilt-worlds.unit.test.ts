import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { DnsRecord, Question } from '../probes/dns/message.ts'
import type { DnsOutcome, DnsServer, Sighting } from '../probes/dns/outcome.ts'
import { type Judgement, judge } from '../report/verdict.ts'
import { answersExactly } from './addresses.ts'
import { nodes, serve, servers, sightings, zone } from './sightings-sample.ts'
import { soundSnapshot } from './snapshot-sample.ts'
import { srvCounts, srvEndpoints } from './srv.ts'
import { srvTargets } from './srv-targets.ts'

/** One way to spoil the record at a place of an answer; `spice` makes what it adds differ. */
type Spoiling = (records: readonly DnsRecord[], at: number, spice: number) => readonly DnsRecord[]

function replacing(change: (record: DnsRecord, spice: number) => DnsRecord): Spoiling {
  return (records, at, spice) => records.map((record, index) => (index === at ? change(record, spice) : record))
}

/** The same record, but for its address or its target, which are nobody's. */
function strange(record: DnsRecord, spice: number): DnsRecord {
  if ('address' in record) return { ...record, address: `10.9.${spice >> 8}.${spice & 255}` }
  return 'target' in record ? { ...record, target: `x${spice}.${record.target}` } : record
}

const drop: Spoiling = (records, at) => records.filter((_, index) => index !== at)
const add: Spoiling = (records, at, spice) => [
  ...records,
  ...records.slice(at, at + 1).map((one) => strange(one, spice)),
]
const duplicate: Spoiling = (records, at) => [...records, ...records.slice(at, at + 1)]
const swap = replacing(strange)
const rename = replacing((record, spice) => ({ ...record, name: `x${spice}.${record.name}` }))
const report = replacing((record, spice) => ('port' in record ? { ...record, port: 10_000 + spice } : record))
const relabel = replacing((record, spice) =>
  'target' in record ? { ...record, target: `x${spice}.${record.target.split('.').slice(1).join('.')}` } : record,
)

interface Lie {
  readonly server: DnsServer
  /** The nodes that hear it. */
  readonly heard: readonly string[]
  readonly spoiling: Spoiling
  readonly at: number
  readonly spice: number
}

function lies(...spoilings: readonly Spoiling[]): fc.Arbitrary<Lie> {
  return fc.record({
    server: fc.constantFrom(...servers),
    heard: fc.constantFrom(...nodes.map((node) => [node]), nodes),
    spoiling: fc.constantFrom(...spoilings),
    at: fc.nat(1),
    spice: fc.nat(50_000),
  })
}

/** What all see when the lie is told of every question that `about` picks. */
function spoilt(questions: readonly Question[], lie: Lie, about: (question: Question) => boolean): Sighting[] {
  return sightings(soundSnapshot, questions, {
    instead: (vantage, server, question) =>
      server === lie.server && lie.heard.includes(vantage) && about(question) ? told(question, lie) : undefined,
  })
}

function told(question: Question, { spoiling, at, spice }: Lie): DnsOutcome {
  const outcome = serve(soundSnapshot, question)
  if (outcome.kind !== 'answer') return outcome
  const { answers } = outcome.answer
  return { kind: 'answer', answer: { ...outcome.answer, answers: spoiling(answers, at % answers.length, spice) } }
}

/** Demands a conviction at the liar's hop that names a liar, and where it was heard if not everywhere. */
function expectConviction(judgement: Judgement, { server, heard }: Lie): void {
  const where = heard.length === nodes.length ? '3 of 3 vantages' : `1 of 3 vantages (${heard[0]})`
  const { verdict, hop, reason } = judgement
  if (server.role === 'backend') {
    expect([verdict, hop]).toEqual(['non-conformant', 'DNS backend'])
    expect(reason).toContain(`; only backend ${server.name} (${server.address}) disagrees, at ${where}`)
    return
  }
  expect([verdict, hop]).toEqual(['non-conformant', 'node resolver'])
  expect(reason).toContain(
    heard.length === nodes.length
      ? '; 3 of 3 observations disagree, at 3 of 3 vantages'
      : `only vantage ${heard[0]} disagrees`,
  )
}

function holds(lie: fc.Arbitrary<Lie>, judgeLie: (lie: Lie) => Judgement): void {
  fc.assert(fc.property(lie, (one) => expectConviction(judgeLie(one), one)))
}

describe('one lie in a sound world is convicted and its teller named', () => {
  const everything = (): boolean => true

  test('about an address of a Service', () => {
    const truth = ['10.244.1.5', '10.244.2.6']
    const question: Question = { name: `web.${zone}`, type: 'A' }
    holds(lies(drop, add, swap, duplicate, rename), (lie) =>
      judge(answersExactly(spoilt([question], lie, everything), truth)),
    )
  })

  test('about the address of a hostname', () => {
    const question: Question = { name: `db-1.db.${zone}`, type: 'A' }
    holds(lies(drop, add, swap, duplicate, rename), (lie) =>
      judge(answersExactly(spoilt([question], lie, everything), ['10.244.2.8'])),
    )
  })

  test('about the number and the ports of SRV records', () => {
    const services = ['web', 'db']
    const questions = services.map((service): Question => ({ name: `_http._tcp.${service}.${zone}`, type: 'SRV' }))
    const endpoints = new Map(
      services.map((service) => [`_http._tcp.${service}.${zone}`, srvEndpoints(soundSnapshot, service, 'http')]),
    )
    fc.assert(
      fc.property(lies(drop, add, duplicate, report, rename), fc.constantFrom(...questions), (lie, about) => {
        const seen = spoilt(questions, lie, (question) => question.name === about.name)
        const { verdict, hop, reason } = judge(srvCounts(seen, (name) => endpoints.get(name) ?? []))
        expect([verdict, hop]).toEqual([
          'non-conformant',
          lie.server.role === 'backend' ? 'DNS backend' : 'node resolver',
        ])
        expect(reason).toContain(`: expected ${about.name} SRV`)
        if (lie.server.role === 'backend') expect(reason).toContain(`only backend ${lie.server.name} `)
      }),
    )
  })

  const srv: Question = { name: `_http._tcp.db.${zone}`, type: 'SRV' }
  const hosts = ['db-0', 'db-1', 'x'].map((label): Question => ({ name: `${label}.db.${zone}`, type: 'A' }))
  const truth = { serviceName: `db.${zone}`, endpoints: srvEndpoints(soundSnapshot, 'db', 'http') }

  test('about the hostname of an SRV target', () => {
    const spiced = lies(drop, add, swap, relabel).map((lie) => ({ ...lie, spice: 0 }))
    const followed = [...hosts, { name: `x0.db.${zone}`, type: 'A' } as const]
    holds(spiced, (lie) => judge(srvTargets(spoilt([srv], lie, everything), sightings(soundSnapshot, followed), truth)))
  })

  test('about the address of an SRV target', () => {
    holds(lies(drop, add, swap), (lie) =>
      judge(
        srvTargets(
          sightings(soundSnapshot, [srv]),
          spoilt(hosts, lie, ({ name }) => name === hosts[lie.at]?.name),
          truth,
        ),
      ),
    )
  })
})
