import ipaddr from 'ipaddr.js'
import { ownFault } from './exit-codes.ts'
import type { AgentReply } from './vantage/agent.ts'
import type { Sight, VantagePod } from './vantage/vantage.ts'

/** What both ends of one HTTP exchange saw. The server is the nginx of the fixtures, which tells its own side. */
export type HttpOutcome =
  | {
      readonly kind: 'answer'
      readonly status: number
      /** Hostname of the server that answered. */
      readonly hostname: string
      /** The client's address as the server saw it. */
      readonly peer: string
      /** Address and port on which the server was asked, as it saw them. */
      readonly server: { readonly address: string; readonly port: number }
      /** The client's own view: the address that it connected to. */
      readonly remote: string
      /** The query of `/echo` as it came back, and nothing for any other page. */
      readonly echo?: string
    }
  | { readonly kind: 'failed'; readonly how: Failure; readonly reason: string }
  | { readonly kind: 'lost'; readonly reason: string }

/** A client is turned away at once, hears nothing until its time is over, or gets something that no server of the fixtures says. */
export type Failure = 'refused' | 'silent' | 'strange'

export interface HttpSighting {
  readonly vantage: VantagePod
  /** Address dialled. */
  readonly address: string
  readonly port: number
  readonly outcome: HttpOutcome
}

/** Fetches `/` of an address and port from one vantage, within `seconds`. */
export async function fetchFrom(vantage: Sight, address: string, port: number, seconds = 3): Promise<HttpSighting> {
  const reply = await vantage.http(`http://${hostOf(address)}:${port}/`, seconds)
  return { vantage: vantage.pod, address, port, outcome: parseHttp(reply) }
}

/** Has an address and port say again what one vantage sends it, within `seconds`. `text` is sent as a query: letters and digits. */
export async function echoFrom(
  vantage: Sight,
  address: string,
  port: number,
  text: string,
  seconds = 5,
): Promise<HttpSighting> {
  const reply = await vantage.http(`http://${hostOf(address)}:${port}/echo?${text}`, seconds)
  return { vantage: vantage.pod, address, port, outcome: parseHttp(reply) }
}

/** A page of text, or why there is none: nobody gave one, or we lost sight of who asked. */
export type TextSighting =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'closed' | 'lost'; readonly reason: string }

/** Fetches a page of text from one vantage, within `seconds`. */
export async function fetchTextFrom(
  vantage: Sight,
  address: string,
  port: number,
  path: string,
  seconds = 3,
): Promise<TextSighting> {
  const reply = await vantage.http(`http://${hostOf(address)}:${port}${path}`, seconds)
  const text = parseHttpText(reply)
  if (text !== undefined) return { kind: 'text', text }
  if (reply.kind === 'lost') return reply
  const reason = reply.output.toString('utf8').trim().slice(0, 200)
  return { kind: reply.code >= ownFault ? 'lost' : 'closed', reason }
}

/** Reads the agent's reply to `http`: the body in one line, and curl's own view in the next. */
export function parseHttp(reply: AgentReply): HttpOutcome {
  if (reply.kind === 'lost') return reply
  const lines = reply.output.toString('utf8').trimEnd().split('\n')
  if (reply.code >= ownFault) return { kind: 'lost', reason: lines[0] || `curl ended with code ${reply.code}` }
  if (reply.code !== 0)
    return { kind: 'failed', how: failureOf(reply.code), reason: lines[0] || `curl ended with code ${reply.code}` }
  const [status, , remote] = (lines.at(-1) ?? '').split(' ')
  const [hostname, peer, address, port, echo] = (lines[0] ?? '').split(' ')
  if (!hostname || !isAddress(peer) || !isAddress(address) || !isAddress(remote))
    return {
      kind: 'failed',
      how: 'strange',
      reason: `an answer that is not the fixture's: ${lines.join(' ').slice(0, 120)}`,
    }
  return {
    kind: 'answer',
    status: Number(status),
    hostname,
    peer: canonical(peer),
    server: { address: canonical(address), port: Number(port) },
    remote: canonical(remote),
    ...(echo ? { echo } : {}),
  }
}

/** Curl's exit codes: CURLE_COULDNT_CONNECT, CURLE_OPERATION_TIMEDOUT, and whatever goes wrong with somebody who is there. */
function failureOf(code: number): Failure {
  if (code === 7) return 'refused'
  return code === 28 ? 'silent' : 'strange'
}

/** An address as a URL has it (RFC 3986 3.2.2). */
function hostOf(address: string): string {
  return ipaddr.parse(address).kind() === 'ipv6' ? `[${address}]` : address
}

function isAddress(text: string | undefined): text is string {
  return text !== undefined && ipaddr.isValid(text)
}

/** IPv6 in its shortest form, and IPv4 out of its mapped form, which a dual-stack socket shows. */
function canonical(address: string): string {
  return ipaddr.process(address).toString()
}

/** The body of a successful answer that is not the fixture's, or undefined. */
export function parseHttpText(reply: AgentReply): string | undefined {
  if (reply.kind === 'lost' || reply.code !== 0) return undefined
  const lines = reply.output.toString('utf8').trimEnd().split('\n')
  return lines.at(-1)?.startsWith('200 ') ? lines.slice(0, -1).join('\n').trim() : undefined
}
