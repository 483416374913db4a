import type { HttpOutcome, HttpSighting } from '../probes/http.ts'

/** One HTTP exchange from a Pod of a node, in the few words that the judges read. */
export function sampleFetch(node: string, address: string, port: number, outcome: HttpOutcome): HttpSighting {
  const vantage = { namespace: 'ns', pod: `vantage-${node}`, container: 'tools', node, addresses: ['10.244.9.1'] }
  return { vantage, address, port, outcome }
}

/** A Pod answers: who was dialled is what the client says, and who was asked is what the Pod says. */
export function answeredBy(hostname: string, address: string, port: number, remote = address): HttpOutcome {
  return { kind: 'answer', status: 200, hostname, peer: '10.244.9.1', server: { address, port }, remote }
}

export const refused = { kind: 'failed', how: 'refused', reason: 'curl: (7) Could not connect' } as const
export const silent = { kind: 'failed', how: 'silent', reason: 'curl: (28) Connection timed out' } as const
export const strange = { kind: 'failed', how: 'strange', reason: 'curl: (52) Empty reply from server' } as const
export const gone = { kind: 'lost', reason: 'the exec broke' } as const
