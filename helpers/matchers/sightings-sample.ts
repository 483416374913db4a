import type { DnsAnswer, DnsRecord, Question } from '../probes/dns/message.ts'
import type { DnsOutcome, DnsServer, Sighting, Transport } from '../probes/dns/outcome.ts'
import type { Snapshot } from '../stage/snapshot.ts'
import { familyOf } from './truth.ts'

export const zone = 'ns.svc.cluster.local'
export const nodes = ['control', 'worker', 'worker2']
export const resolver: DnsServer = { role: 'resolver', name: '10.96.0.10', address: '10.96.0.10', port: 53 }
export const backendA: DnsServer = { role: 'backend', name: 'dns-a', address: '10.244.0.2', port: 53 }
export const backendB: DnsServer = { role: 'backend', name: 'dns-b', address: '10.244.0.3', port: 53 }
export const servers: readonly DnsServer[] = [resolver, backendA, backendB]

type Address = Extract<DnsRecord, { address: string }>
type Srv = Extract<DnsRecord, { target: string }>

export function addressRecord(name: string, address: string, ttl = 5): Address {
  return { name, type: familyOf(address) === 'IPv6' ? 'AAAA' : 'A', ttl, address }
}

export function srvRecord(name: string, target: string, port: number): Srv {
  return { name, type: 'SRV', ttl: 5, priority: 0, weight: 50, port, target }
}

export function answer(answers: readonly DnsRecord[], change: Partial<DnsAnswer> = {}): DnsOutcome {
  const base = { rcode: 'NOERROR', authoritative: true, truncated: false, additionals: [], bytes: 100 }
  return { kind: 'answer', answer: { ...base, answers, ...change } }
}

/** How a server names endpoints that have no hostname. */
export type Labelling = (address: string, pod: string) => string
export const dashed: Labelling = (address) => address.replace(/[.:]/g, '-')
export const podNamed: Labelling = (_address, pod) => pod
export const hashed: Labelling = (address) => Buffer.from(address).toString('hex')

/** Answers a question as a sound server does that reads these slices. */
export function serve(snapshot: Snapshot, { name, type }: Question, label: Labelling = dashed): DnsOutcome {
  const all = snapshot.slices.flatMap((slice) =>
    slice.endpoints
      .filter((one) => one.conditions?.ready !== false)
      .flatMap(({ addresses, hostname, targetRef }) => {
        const service = `${slice.metadata?.labels?.['kubernetes.io/service-name']}.${zone}`
        return addresses.map((address) => {
          const host = `${hostname ?? label(address, targetRef?.name ?? '')}.${service}`
          return { service, host, address, ports: slice.ports ?? [] }
        })
      }),
  )
  const records =
    type === 'SRV'
      ? all.flatMap(({ service, host, ports }) =>
          ports
            .filter((port) => `_${port.name}._tcp.${service}` === name)
            .map((port) => srvRecord(name, host, port.port ?? 0)),
        )
      : all
          .filter((one) => [one.service, one.host].includes(name))
          .map(({ address }) => addressRecord(name, address))
          .filter((record) => record.type === type)
  const exists = records.length > 0 || all.some((one) => [one.service, one.host].includes(name))
  return answer(distinct(records), { rcode: exists ? 'NOERROR' : 'NXDOMAIN' })
}

function distinct(records: readonly DnsRecord[]): DnsRecord[] {
  return [...new Map(records.map((record) => [JSON.stringify(record), record])).values()]
}

export interface Asking {
  readonly transports?: readonly Transport[]
  readonly label?: Labelling
  /** Takes the place of a server's own outcome. */
  readonly instead?: (vantage: string, server: DnsServer, question: Question) => DnsOutcome | undefined
}

/** One question, from every node to every server; what `instead` gives takes the place of the sound outcome. */
export function sightings(snapshot: Snapshot, questions: readonly Question[], asking: Asking = {}): Sighting[] {
  const { transports = ['tcp'], label, instead } = asking
  return nodes.flatMap((vantage) =>
    servers.flatMap((server) =>
      questions.flatMap((question) =>
        transports.map((transport) => {
          const outcome = instead?.(vantage, server, question) ?? serve(snapshot, question, label)
          return { vantage, server, transport, question, outcome, took: 1 }
        }),
      ),
    ),
  )
}

/** An outcome without an answer, of each kind. */
export const silence: DnsOutcome = { kind: 'timeout', after: 3000 }
export const unreachable: DnsOutcome = { kind: 'unreachable', reason: 'nc: connection refused' }
export const malformed: DnsOutcome = { kind: 'malformed', reason: 'Header must be 12 bytes' }
export const lost: DnsOutcome = { kind: 'lost', reason: 'the exec connection closed without a status (code 1006)' }
