import type { NodeResolverSighting } from '../probes/node-resolver.ts'
import type { Observation } from '../report/record.ts'
import { withoutRoot } from '../target/resolver.ts'
import {
  type AskingPod,
  bare,
  clusterDomains,
  distinct,
  judgeResolver,
  otherPolicy,
  type ResolverSighting,
  sameOrder,
  unlessWrittenLater,
} from './pod-resolver.ts'

/**
 * `ClusterFirst`: behind the domains of the cluster are those that its node searches, then those of `dnsConfig`, each once, and no
 * others (generateSearchesForDNSClusterFirst, appendDNSConfig). Where nobody may read the node's, nobody can tell.
 */
export function nodeDomains(
  pod: AskingPod,
  sighting: ResolverSighting,
  node: NodeResolverSighting,
  domain: string,
): Observation[] {
  const other = otherPolicy(pod, sighting)
  if (other !== undefined) return other
  if (node.kind === 'unknown') {
    const about = { vantage: sighting.pod, backend: '', hop: 'pod', verdict: 'not-applicable' } as const
    return [{ ...about, expected: 'a node whose search list can be read', observed: node.reason }]
  }
  const ofCluster = clusterDomains(pod, domain)
  const wanted = distinct([...ofCluster, ...node.config.search, ...(pod.spec?.dnsConfig?.searches ?? [])].map(bare))
  const judged = judgeResolver(sighting, (resolver) => {
    const seen = withoutRoot(resolver.search).map(bare)
    const limits = searchLimits.filter((most) => searchWithin(wanted, most).length === seen.length)
    const whole = searchWithin(wanted, limits[0] ?? searchLimits[0])
    // What stands before them, `clusterFirst` judges.
    return [sameOrder('search ...', whole.slice(ofCluster.length), seen.slice(ofCluster.length))]
  })
  return judged.map((one) => unlessWrittenLater(one, pod, node))
}

/** Search domains, and their characters, that a kubelet writes at most (validation.MaxDNSSearchPaths), and one before 1.28. */
const searchLimits = [
  { domains: 32, characters: 2048 },
  { domains: 6, characters: 256 },
] as const

/** As much of the beginning of a search list as a kubelet writes (Configurer.formDNSSearchFitsLimits). */
function searchWithin(list: readonly string[], most: (typeof searchLimits)[number]): readonly string[] {
  let fit = list.slice(0, most.domains)
  while (fit.join(' ').length > most.characters) fit = fit.slice(0, -1)
  return fit
}
