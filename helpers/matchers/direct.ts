import type { HttpSighting } from '../probes/http.ts'
import type { Observation } from '../report/record.ts'
import { canonical } from './truth.ts'

/**
 * A connection to an address that a headless name lists reaches that very pod, untranslated at both ends: the pod that owns
 * the address answers, sees its own address and port, and sees the client's pod address (Kubernetes network model).
 */
export function reachedDirectly(
  sightings: readonly HttpSighting[],
  podAt: (address: string) => string | undefined,
): Observation[] {
  return sightings.map(({ vantage, address, port, outcome }) => {
    const pod = podAt(address) ?? 'no pod'
    const clients = vantage.addresses.map(canonical)
    const about = {
      vantage: vantage.node,
      backend: `${pod} (${address})`,
      hop: 'data path' as const,
      expected: `${pod} at ${address} port ${port}, asked by ${clients.join(' or ')}`,
    }
    if (outcome.kind === 'lost') return { ...about, verdict: 'inconclusive', observed: outcome.reason }
    if (outcome.kind === 'failed') return { ...about, verdict: 'non-conformant', observed: outcome.reason }
    const right =
      outcome.hostname === pod &&
      outcome.server.address === canonical(address) &&
      outcome.server.port === port &&
      clients.includes(outcome.peer)
    const { server } = outcome
    const observed = `${outcome.hostname} at ${server.address} port ${server.port}, asked by ${outcome.peer}`
    return { ...about, verdict: right ? 'conformant' : 'non-conformant', observed }
  })
}
