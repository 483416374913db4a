import type { DnsBackend } from '../../target/dns-service.ts'
import type { DnsAnswer, Question } from './message.ts'

/**
 * What came of one query. The kinds are never mixed: an answer of any RCODE, a server that stays silent while our channel
 * is sound, a server that the pod cannot reach, bytes that are no answer, and a channel that broke, which says nothing.
 */
export type DnsOutcome =
  | { readonly kind: 'answer'; readonly answer: DnsAnswer }
  | { readonly kind: 'timeout'; readonly after: number }
  | { readonly kind: 'unreachable'; readonly reason: string }
  | { readonly kind: 'malformed'; readonly reason: string }
  | { readonly kind: 'lost'; readonly reason: string }

/** A name that no DNS message can hold was not asked for, which says nothing of the server. */
export function notAskable(name: string): Extract<DnsOutcome, { kind: 'lost' }> {
  return { kind: 'lost', reason: `${JSON.stringify(name)} is not a DNS name, so nothing was asked` }
}

export type Transport = 'tcp' | 'udp'

/** A server that is asked: the resolver in the pod's resolv.conf, or one backend of the DNS Service. */
export interface DnsServer {
  readonly role: 'resolver' | 'backend'
  readonly name: string
  readonly address: string
  readonly port: number
}

/** A nameserver of a resolv.conf. */
export function resolverAt(address: string): DnsServer {
  return { role: 'resolver', name: `resolver ${address}`, address, port: 53 }
}

/** A server behind the DNS Service. */
export function backendServer({ name, address, port }: DnsBackend): DnsServer {
  return { role: 'backend', name, address, port }
}

/** One query, where it was asked from and of whom, and what came of it. */
export interface Sighting {
  /** Node of the vantage. */
  readonly vantage: string
  readonly server: DnsServer
  readonly transport: Transport
  readonly question: Question
  readonly outcome: DnsOutcome
  /** Milliseconds from asking to the outcome. */
  readonly took: number
}
