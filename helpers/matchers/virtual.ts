import type { HttpSighting } from '../probes/http.ts'
import type { Observation } from '../report/record.ts'
import type { ProxyFact } from '../target/proxy.ts'
import { outcomeText } from './connections.ts'
import type { Front } from './fronts.ts'
import type { Backend } from './rules-clusterip.ts'
import { setText } from './truth.ts'

/** What came of connections to an address of a Service, and of those to its endpoints themselves. */
export interface Passage {
  readonly front: Front
  readonly through: readonly HttpSighting[]
  readonly direct: readonly HttpSighting[]
}

function socket({ address, port }: Backend): string {
  return `${address} port ${port}`
}

function isAnsweredBy({ outcome }: HttpSighting, endpoints: readonly Backend[]): boolean {
  if (outcome.kind !== 'answer') return false
  const { address, port } = outcome.server
  return endpoints.some((one) => one.address === address && one.port === port)
}

/** Whether a connection ended as it has to: the client at the address that it dialled, the server at its own, or no Pod at all. */
function isRight(sighting: HttpSighting, { address, endpoints }: Front): boolean {
  const { outcome } = sighting
  if (endpoints.length === 0) return outcome.kind === 'failed'
  return isAnsweredBy(sighting, endpoints) && outcome.kind === 'answer' && outcome.remote === address
}

/** Whether no endpoint can be reached from a vantage by its own address either, so that nobody's rules are to blame. */
function isCutOff(node: string, { direct }: Passage): boolean {
  const own = direct.filter(({ vantage }) => vantage.node === node)
  return own.length > 0 && own.every(({ outcome }) => outcome.kind !== 'answer')
}

/**
 * Connections to an address of a Service are answered at each vantage by its endpoints alone, on their own ports; or by no Pod,
 * where there is none: whether that is turned away, dropped or hung up on is left to the proxy, and to whoever stands behind it
 * on the way out of the cluster. One observation for each vantage.
 */
export function answeredThrough(passage: Passage): Observation[] {
  const { front, through } = passage
  const { service, address, port, endpoints } = front
  const at = `at ${service} ${address} port ${port}`
  const expected = `${endpoints.length === 0 ? 'no Pod' : setText(endpoints.map(socket))} ${at}`
  return [...new Set(through.map(({ vantage }) => vantage.node))].map((vantage) => {
    const own = through.filter((one) => one.vantage.node === vantage)
    const stray = own.filter((one) => one.outcome.kind !== 'lost' && !isRight(one, front))
    const failed = stray.every(({ outcome }) => outcome.kind === 'failed')
    const hop = endpoints.length > 0 && failed && isCutOff(vantage, passage) ? 'data path' : 'node rules'
    const about = { vantage, backend: `${service} (${address})`, hop, expected } as const
    const texts = (some: readonly HttpSighting[]): string => setText(some.map(({ outcome }) => outcomeText(outcome)))
    if (stray.length > 0)
      return {
        ...about,
        verdict: 'non-conformant',
        observed: `${texts(stray)} in ${stray.length} of ${own.length} connections`,
      }
    const lost = own.find(({ outcome }) => outcome.kind === 'lost')
    if (lost !== undefined) return { ...about, verdict: 'inconclusive', observed: outcomeText(lost.outcome) }
    return { ...about, verdict: 'conformant', observed: texts(own) }
  })
}

/** Proxies that choose for each connection anew; others may go by the client, as IPVS does with some of its schedulers. */
const choosing: readonly ProxyFact['mode'][] = ['iptables', 'nftables']

/** Whether every client stays with one endpoint, and one of them with a proxy that may mean it. */
function mayGoByClient(through: readonly HttpSighting[], modes: readonly Pick<ProxyFact, 'node' | 'mode'>[]): boolean {
  const nodes = [...new Set(through.map(({ vantage }) => vantage.node))]
  const isPinned = nodes.every((node) => {
    const own = through.filter((one) => one.vantage.node === node && one.outcome.kind === 'answer')
    return new Set(own.map(({ outcome }) => outcome.kind === 'answer' && outcome.server.address)).size === 1
  })
  const modeOf = (node: string): ProxyFact['mode'] => modes.find((one) => one.node === node)?.mode ?? 'unknown'
  return isPinned && nodes.some((node) => !choosing.includes(modeOf(node)))
}

/** Connections to an address of a Service, from wherever they come, reach each of its endpoints now and then. */
export function spreadsOver(
  { front, through }: Passage,
  modes: readonly Pick<ProxyFact, 'node' | 'mode'>[],
): Observation {
  const { service, address, endpoints } = front
  const missed = endpoints.filter((one) => !through.some((sighting) => isAnsweredBy(sighting, [one])))
  const lost = through.some(({ outcome }) => outcome.kind === 'lost')
  const about = {
    vantage: 'every vantage',
    backend: `${service} (${address})`,
    hop: 'node rules' as const,
    expected: `each of ${setText(endpoints.map(socket))} answers some connections to ${service} ${address}`,
  }
  if (endpoints.length === 0) return { ...about, verdict: 'inconclusive', observed: `${service} has no endpoint` }
  const observed = `${missed.length === 0 ? 'each' : `none by ${setText(missed.map(socket))}`} in ${through.length}`
  if (missed.length === 0) return { ...about, verdict: 'conformant', observed }
  if (lost) return { ...about, verdict: 'inconclusive', observed }
  if (!mayGoByClient(through, modes)) return { ...about, verdict: 'non-conformant', observed }
  return { ...about, verdict: 'not-applicable', observed: `${observed}, by proxies that may go by the client` }
}

/** The same at each address of a Service. One in a family of which no Pod has an address has nobody to be spread over. */
export function spreadsOverEach(
  passages: readonly Passage[],
  modes: readonly Pick<ProxyFact, 'node' | 'mode'>[],
): Observation[] {
  const staffed = passages.filter(({ front }) => front.endpoints.length > 0)
  return (staffed.length > 0 ? staffed : passages).map((one) => spreadsOver(one, modes))
}

/** The endpoints of a Service answer at their own addresses, too, to whoever has found these by another name. */
export function reachesEndpoints({ front, direct }: Passage): Observation[] {
  return direct.map((sighting) => {
    const { vantage, address, port, outcome } = sighting
    const about = {
      vantage: vantage.node,
      backend: `endpoint of ${front.service} (${address})`,
      hop: 'data path' as const,
      expected: socket({ address, port }),
      observed: outcomeText(outcome),
    }
    if (outcome.kind === 'lost') return { ...about, verdict: 'inconclusive' }
    return { ...about, verdict: isAnsweredBy(sighting, [{ address, port }]) ? 'conformant' : 'non-conformant' }
  })
}
