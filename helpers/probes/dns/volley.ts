import { ownFault, timedOut } from '../exit-codes.ts'
import type { AgentReply } from '../vantage/agent.ts'
import { encodeQuery } from './message.ts'
import type { DnsServer } from './outcome.ts'

/** How many questions that went to a server at once it has answered, or nothing, because we lost sight of them. */
export type VolleyOutcome =
  | { readonly kind: 'counted'; readonly sent: number; readonly answered: number }
  | { readonly kind: 'lost'; readonly reason: string }

/** One volley, where it came from and whom it went to. */
export interface Volley {
  /** Node of the vantage. */
  readonly vantage: string
  readonly server: DnsServer
  readonly outcome: VolleyOutcome
}

/** Questions of a volley: enough to tell a path that loses every tenth datagram from one that has lost one. */
export const volleySize = 50
/** Seconds for all answers: many times what a server takes for so many. Whoever loses one waits for five. */
export const volleySeconds = 3
/** Bytes that the agent fills every datagram up to, so that one is told from the next: a plain one has no more (RFC 1035 4.2.1). */
const slot = 512

/** The questions of a volley, one after the other: for A of one name, all of one length, with ids from `id` on. */
export function encodeVolley(id: number, name: string): Buffer[] {
  return Array.from({ length: volleySize }, (_, index) => encodeQuery((id + index) % 65_536, { type: 'A', name }))
}

/**
 * Reads the agent's reply to `volley`: how many of the questions, whose ids begin with `id`, have an answer. Whatever a server
 * says is one. Who refuses a datagram has answered none.
 */
export function volleyOutcome(reply: AgentReply, id: number): VolleyOutcome {
  if (reply.kind === 'lost') return reply
  if (reply.code >= ownFault && !timedOut.includes(reply.code))
    return { kind: 'lost', reason: `no datagram could be sent (code ${reply.code})` }
  const answered = new Set<number>()
  for (let at = 0; at + slot <= reply.output.length; at += slot) {
    const rank = (reply.output.readUInt16BE(at) - id + 65_536) % 65_536
    const isResponse = (reply.output.readUInt8(at + 2) & 0x80) !== 0
    if (isResponse && rank < volleySize) answered.add(rank)
  }
  return { kind: 'counted', sent: volleySize, answered: answered.size }
}
