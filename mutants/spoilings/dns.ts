import type { DnsAnswer, DnsRecord } from '../../helpers/probes/dns/message.ts'
import type { DnsOutcome } from '../../helpers/probes/dns/outcome.ts'
import type { Hop } from '../../helpers/report/record.ts'
import type { World } from '../../helpers/worlds/world.ts'
import { readersOf, type Spoiling, strangeAddress, valuesOf } from './spoiling.ts'

/** What an answer is to a requirement. */
type Part = 'address set' | 'record count' | 'target' | 'address of a target' | 'TTL' | 'absence' | 'presence'

/** What the requirements do with the answer to a question; undefined for one that is not among them. */
function partOf(requirement: string, type: string, name: string): Part | undefined {
  switch (requirement) {
    case 'dns.headless.a.exact-set':
    case 'dns.headless.host.a':
    case 'dns.clusterip.address':
      return 'address set'
    case 'dns.headless.srv.n-by-m':
      return 'record count'
    case 'dns.headless.srv.target':
      return type === 'SRV' ? 'target' : 'address of a target'
    case 'dns.ttl.bound':
      return 'TTL'
    case 'dns.neg.unknown-service':
    case 'dns.headless.host.needs-hostname':
      return name.startsWith('web-clusterip.') ? 'presence' : 'absence'
    default:
      return undefined
  }
}

interface Change {
  readonly kind: string
  readonly to: (answer: DnsAnswer, spice: number) => DnsOutcome
  /** The kind of records that the answer must hold for it. */
  readonly of: 'A' | 'SRV' | 'any' | 'none'
  readonly convicts: readonly Part[]
  readonly unclear?: readonly Part[]
}

function records(change: (records: readonly DnsRecord[], at: number, spice: number) => readonly DnsRecord[]) {
  return (answer: DnsAnswer, spice: number): DnsOutcome => {
    const answers = change(answer.answers, spice % Math.max(1, answer.answers.length), spice)
    return { kind: 'answer', answer: { ...answer, answers } }
  }
}

function replacing(change: (record: DnsRecord, spice: number) => DnsRecord): Change['to'] {
  return records((all, at, spice) => all.map((record, index) => (index === at ? change(record, spice) : record)))
}

/** The same record, but for its address or its target, which are nobody's. */
function strange(record: DnsRecord, spice: number): DnsRecord {
  if ('address' in record) return { ...record, address: strangeAddress(spice) }
  return 'target' in record ? { ...record, target: `x${spice}.${record.target.split('.').slice(1).join('.')}` } : record
}

const drop = records((all, at) => all.filter((_, index) => index !== at))
const add = records((all, at, spice) => [...all, ...all.slice(at, at + 1).map((one) => strange(one, spice))])
const twice = records((all, at) => [...all, ...all.slice(at, at + 1)])
const rename = replacing((record, spice) => ({ ...record, name: `x${spice}.${record.name}` }))
const aged = records((all, _, spice) => all.map((record) => ({ ...record, ttl: 61 + spice })))
const agedApart = replacing((record, spice) => ({ ...record, ttl: (record.ttl + 1 + (spice % 29)) % 30 }))
const everyPart: readonly Part[] = ['address set', 'record count', 'target', 'address of a target', 'TTL', 'absence']

const changes: readonly Change[] = [
  {
    kind: 'an address is dropped',
    of: 'A',
    to: drop,
    convicts: ['address set', 'address of a target'],
    unclear: ['presence'],
  },
  { kind: 'an address is added', of: 'A', to: add, convicts: ['address set', 'address of a target'] },
  {
    kind: 'an address is swapped for that of nobody',
    of: 'A',
    to: replacing(strange),
    convicts: ['address set', 'address of a target'],
  },
  { kind: 'an address is there twice', of: 'A', to: twice, convicts: ['address set'] },
  { kind: 'a name of an address record is changed', of: 'A', to: rename, convicts: ['address set'] },
  { kind: 'the TTL is aged', of: 'A', to: aged, convicts: ['TTL'] },
  { kind: 'one of the TTLs is aged', of: 'A', to: agedApart, convicts: ['TTL'] },
  { kind: 'an SRV record is dropped', of: 'SRV', to: drop, convicts: ['record count', 'target'] },
  { kind: 'an SRV record is added', of: 'SRV', to: add, convicts: ['record count', 'target'] },
  { kind: 'an SRV record is there twice', of: 'SRV', to: twice, convicts: ['record count'] },
  { kind: 'a name of an SRV record is changed', of: 'SRV', to: rename, convicts: ['record count'] },
  { kind: 'the target of an SRV record is swapped', of: 'SRV', to: replacing(strange), convicts: ['target'] },
  {
    kind: 'the port of an SRV record is changed',
    of: 'SRV',
    to: replacing((record, spice) => ('port' in record ? { ...record, port: 10_000 + spice } : record)),
    convicts: ['record count'],
  },
  {
    kind: 'an absent name has an address',
    of: 'none',
    to: (answer, spice) => ({
      kind: 'answer',
      answer: {
        ...answer,
        rcode: 'NOERROR',
        answers: [{ name: 'x', type: 'A', ttl: 5, address: strangeAddress(spice) }],
      },
    }),
    convicts: ['absence'],
  },
  {
    kind: 'a server is silent',
    of: 'any',
    to: () => ({ kind: 'timeout', after: 3000 }),
    convicts: everyPart,
    unclear: ['presence'],
  },
  {
    kind: 'a server talks nonsense',
    of: 'any',
    to: () => ({ kind: 'malformed', reason: 'the message is not a response' }),
    convicts: everyPart,
    unclear: ['presence'],
  },
  {
    kind: 'a server is lost from sight',
    of: 'any',
    to: () => ({ kind: 'lost', reason: 'the exec broke' }),
    convicts: [],
    unclear: [...everyPart, 'presence'],
  },
]

/** A stale answer names addresses that are another's by now. */
function staleness(world: World): Change {
  const known = [...valuesOf(world).values()].flatMap(addressesIn)
  const others = (answer: DnsAnswer): string[] =>
    known.filter((one) => answer.answers.every((own) => one !== addressOf(own)))
  return {
    kind: 'an address is swapped for that of another',
    of: 'A',
    to: (answer, spice) => {
      const left = others(answer)
      const stale = (record: DnsRecord): DnsRecord =>
        'address' in record ? { ...record, address: left[spice % left.length] ?? record.address } : record
      return replacing(stale)(answer, spice)
    },
    convicts: ['address set', 'address of a target'],
  }
}

function addressOf(record: DnsRecord): string | undefined {
  return 'address' in record ? record.address : undefined
}

function addressesIn(value: unknown): string[] {
  const outcome = value as Partial<DnsOutcome>
  return outcome.kind === 'answer' ? (outcome.answer?.answers ?? []).flatMap((one) => addressOf(one) ?? []) : []
}

/** Every way to spoil what one server said to one vantage. */
export function dnsSpoilings(world: World): Spoiling[] {
  const all = [...changes, staleness(world)]
  return [...valuesOf(world)].flatMap(([key, value]) => {
    if (!key.startsWith('dns ')) return []
    const words = key.split(' ')
    const [type = '', name = ''] = words.slice(-2)
    const hop: Hop = words[2] === 'backend' ? 'DNS backend' : 'node resolver'
    const outcome = value as DnsOutcome
    if (outcome.kind !== 'answer') return []
    const { answer } = outcome
    const [holds = 'none'] = answer.answers.map((one) => one.type)
    return all
      .filter(({ of }) => of === 'any' || of === holds)
      .map(({ kind, to, convicts, unclear = [] }): Spoiling => {
        const readers = readersOf(world, key)
        const among = (parts: readonly Part[]): string[] =>
          readers.filter((id) => parts.some((part) => part === partOf(id, type, name)))
        return {
          kind,
          key,
          spoil: (spice) => to(answer, spice),
          convicts: Object.fromEntries(among(convicts).map((id) => [id, hop])),
          unclear: among(unclear),
        }
      })
  })
}
