import type { DnsAnswer, DnsRecord } from '../../helpers/probes/dns/message.ts'
import type { DnsOutcome } from '../../helpers/probes/dns/outcome.ts'
import { strangeAddress } from './spoiling.ts'

/** What an answer is to a requirement. */
export type Part =
  | 'address set'
  | 'record count'
  /** Both the number of records and where they lead. */
  | 'record set'
  | 'target'
  | 'address of a target'
  | 'port of a target'
  /** An address that has to be there, whatever else is. */
  | 'address among others'
  /** That there is one, whatever it holds. */
  | 'an answer'
  | 'alias'
  | 'TTL'
  | 'absence'
  | 'presence'
  /** Of several records, of which one may be missing. */
  | 'ample presence'
  /** What says for how long nothing is there: no matter any more once something is. */
  | 'negative'
  | 'name'
  | 'one name'
  | 'version'
  /** What has to be the same as another answer, and that other. */
  | 'likeness'
  | 'model'
  | 'agreement'
  /** What has to be the same each time, and is, however it is spoilt. */
  | 'steadiness'

/** What an answer is made into, and by whom that has to be seen. */
export interface Change {
  readonly kind: string
  readonly to: (answer: DnsAnswer, spice: number) => DnsOutcome
  /** The kind of records that the answer must hold for it; `A` stands for addresses of both families. */
  readonly of: 'A' | 'SRV' | 'PTR' | 'TXT' | 'CNAME' | 'any' | 'none'
  /** Not for a truncated answer: what a server leaves out of it, and in favour of what, is its own affair. */
  readonly ofWhole?: true
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
  if ('text' in record) return { ...record, text: `x${spice}.${record.text}` }
  return { ...record, target: `x${spice}.${record.target.split('.').slice(1).join('.')}` }
}

const drop = records((all, at) => all.filter((_, index) => index !== at))
const add = records((all, at, spice) => [...all, ...all.slice(at, at + 1).map((one) => strange(one, spice))])
const allStrange = records((all, _, spice) => all.map((one) => strange(one, spice)))
const twice = records((all, at) => [...all, ...all.slice(at, at + 1)])
const rename = replacing((record, spice) => ({ ...record, name: `x${spice}.${record.name}` }))
const aged = records((all, _, spice) => all.map((record) => ({ ...record, ttl: 61 + spice })))
const agedApart = replacing((record, spice) => ({ ...record, ttl: (record.ttl + 1 + (spice % 29)) % 30 }))
/** Whoever needs an answer of each server. */
const needed: readonly Part[] = [
  'address set',
  'record count',
  'record set',
  'steadiness',
  'target',
  'address of a target',
  'port of a target',
  'address among others',
  'an answer',
  'alias',
  'TTL',
  'absence',
  'negative',
  'name',
  'one name',
  'version',
  'likeness',
]
const beside: readonly Part[] = ['presence', 'ample presence', 'model']
/** Whoever compares what records hold with what other answers hold. */
const compared: readonly Part[] = ['likeness', 'model', 'agreement']

/** Every change of an answer that needs to know no other. */
export const changes: readonly Change[] = [
  {
    kind: 'an address is dropped',
    of: 'A',
    ofWhole: true,
    to: drop,
    convicts: ['address set', 'address of a target', 'address among others', ...compared],
    unclear: ['presence'],
  },
  { kind: 'an address is added', of: 'A', to: add, convicts: ['address set', 'address of a target', ...compared] },
  {
    kind: 'an address is swapped for that of nobody',
    of: 'A',
    to: replacing(strange),
    convicts: ['address set', 'address of a target', 'address among others', ...compared],
  },
  { kind: 'an address is there twice', of: 'A', to: twice, convicts: ['address set'] },
  { kind: 'a name of an address record is changed', of: 'A', to: rename, convicts: ['address set'] },
  { kind: 'the TTL is aged', of: 'A', to: aged, convicts: ['TTL'] },
  { kind: 'one of the TTLs is aged', of: 'A', to: agedApart, convicts: ['TTL'] },
  {
    kind: 'an SRV record is dropped',
    of: 'SRV',
    to: drop,
    convicts: ['record count', 'record set', 'target', 'port of a target', ...compared],
  },
  {
    kind: 'an SRV record is added',
    of: 'SRV',
    to: add,
    convicts: ['record count', 'record set', 'target', 'port of a target', ...compared],
  },
  { kind: 'an SRV record is there twice', of: 'SRV', to: twice, convicts: ['record count', 'record set'] },
  { kind: 'a name of an SRV record is changed', of: 'SRV', to: rename, convicts: ['record count', 'record set'] },
  {
    kind: 'the target of an SRV record is swapped',
    of: 'SRV',
    to: replacing(strange),
    convicts: ['record set', 'target', 'port of a target', ...compared],
  },
  {
    kind: 'the port of an SRV record is changed',
    of: 'SRV',
    to: replacing((record, spice) => ('port' in record ? { ...record, port: 10_000 + spice } : record)),
    convicts: ['record count', 'record set', 'port of a target', ...compared],
  },
  // An address may lead to several names, of which a requirement knows one.
  { kind: 'the PTR records are dropped', of: 'PTR', to: records(() => []), convicts: ['name', 'one name', 'likeness'] },
  { kind: 'a PTR record is added', of: 'PTR', to: add, convicts: ['one name', 'likeness'] },
  { kind: 'the PTR records lead elsewhere', of: 'PTR', to: allStrange, convicts: ['name', 'one name', 'likeness'] },
  { kind: 'the version of the schema is dropped', of: 'TXT', to: drop, convicts: ['version'] },
  { kind: 'the version of the schema is none', of: 'TXT', to: replacing(strange), convicts: ['version'] },
  { kind: 'an alias leads elsewhere', of: 'CNAME', to: allStrange, convicts: ['alias'] },
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
    unclear: ['negative'],
  },
  {
    kind: 'a server is silent',
    of: 'any',
    to: () => ({ kind: 'timeout', after: 3000 }),
    convicts: needed,
    unclear: beside,
  },
  {
    kind: 'a server talks nonsense',
    of: 'any',
    to: () => ({ kind: 'malformed', reason: 'the message is not a response' }),
    convicts: needed,
    unclear: beside,
  },
  {
    kind: 'a server is lost from sight',
    of: 'any',
    to: () => ({ kind: 'lost', reason: 'the exec broke' }),
    convicts: [],
    unclear: [...needed, ...beside, 'agreement'],
  },
]

/** A stale answer names an address that is another's by now: one of `known`. */
export function staleness(known: readonly string[]): Change {
  return {
    kind: 'an address is swapped for that of another',
    of: 'A',
    ofWhole: true,
    to: (answer, spice) => {
      const others = known.filter((one) => answer.answers.every((own) => !('address' in own) || own.address !== one))
      const stale = (record: DnsRecord): DnsRecord =>
        'address' in record ? { ...record, address: others[spice % others.length] ?? record.address } : record
      return replacing(stale)(answer, spice)
    },
    convicts: ['address set', 'address of a target', 'address among others', ...compared],
  }
}
