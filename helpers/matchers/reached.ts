import type { Sighting } from '../probes/dns/outcome.ts'
import type { HttpSighting } from '../probes/http.ts'
import type { Observation } from '../report/record.ts'
import { addressesIn } from './addresses.ts'
import { isUnanswered, outcomeText, reaches } from './connections.ts'
import { sameSet, setText } from './truth.ts'

type PodAt = (address: string) => string | undefined

/** The addresses that a name was told to have at a vantage; none where it was not answered. */
function toldAt(node: string, lookups: readonly (readonly Sighting[])[]): string[] {
  const last = lookups.find((tries) => tries.some(({ vantage }) => vantage === node))?.at(-1)
  return last?.outcome.kind === 'answer' ? addressesIn(last.outcome.answer) : []
}

/**
 * A client that dials what the name of a headless Service answers reaches every Pod of it. An address that the name does not
 * tell at a vantage cannot be dialled there, and is for those to judge who judge names.
 */
export function reachesEach(
  service: string,
  lookups: readonly (readonly Sighting[])[],
  fetched: readonly HttpSighting[],
  podAt: PodAt,
): Observation[] {
  return fetched.map((sighting) => {
    const { vantage, address } = sighting
    const judged = reaches(sighting, podAt(address) ?? 'no Pod')
    if (toldAt(vantage.node, lookups).includes(address)) return judged
    return { ...judged, verdict: 'not-applicable', observed: `${service} does not tell ${vantage.node} of ${address}` }
  })
}

/**
 * The name of a headless Service that asks for session affinity sends a client to no part of the Pods: it tells all of them.
 * Where a Service over the same Pods that asks for none tells not all either, affinity is not the cause; whatever else is
 * wrong with an answer is for those to judge who judge names.
 */
export function isUnpinned(
  service: string,
  addresses: readonly string[],
  lookups: readonly (readonly Sighting[])[],
  without: readonly (readonly Sighting[])[],
): Observation[] {
  return lookups.flatMap((tries): Observation[] => {
    const last = tries.at(-1)
    if (last === undefined) return []
    const about = {
      vantage: last.vantage,
      backend: last.server.name,
      hop: 'node resolver' as const,
      expected: `${setText(addresses)} for ${service}, as without session affinity`,
    }
    if (last.outcome.kind === 'lost') return [{ ...about, verdict: 'inconclusive', observed: last.outcome.reason }]
    const [seen, usual] = [toldAt(last.vantage, lookups), toldAt(last.vantage, without)]
    const observed = setText(seen)
    if (sameSet(seen, addresses)) return [{ ...about, verdict: 'conformant', observed }]
    const isPinned = seen.length > 0 && seen.every((one) => addresses.includes(one)) && sameSet(usual, addresses)
    if (isPinned) return [{ ...about, verdict: 'non-conformant', observed }]
    return [
      { ...about, verdict: 'not-applicable', observed: `${observed}, and without session affinity ${setText(usual)}` },
    ]
  })
}

/** The ports of a headless Service and of its Pods, as they were dialled at the Pods' addresses. */
export interface Dialled {
  readonly atServicePort: readonly HttpSighting[]
  readonly atTargetPort: readonly HttpSighting[]
}

/**
 * A Pod of a headless Service answers on the port that it listens on, and nobody answers in its place on the port of the Service.
 * That nobody does means something only where the same client reaches the Pod.
 */
export function notRemapped({ atServicePort, atTargetPort }: Dialled, podAt: PodAt): Observation[] {
  return atTargetPort.flatMap((target) => {
    const { vantage, address } = target
    const pod = podAt(address) ?? 'no Pod'
    const onTarget = reaches(target, pod)
    const others = atServicePort.filter((one) => one.vantage.node === vantage.node && one.address === address)
    if (onTarget.verdict !== 'conformant') return [onTarget]
    return [
      onTarget,
      ...others.map(({ port, outcome }): Observation => {
        const expected = `nobody at ${address} port ${port}, where ${pod} does not listen`
        const about = { ...onTarget, expected, observed: outcomeText(outcome) }
        if (outcome.kind === 'lost') return { ...about, verdict: 'inconclusive' }
        return { ...about, verdict: isUnanswered(outcome) ? 'conformant' : 'non-conformant' }
      }),
    ]
  })
}
