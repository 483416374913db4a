import type { Lookout } from './look.ts'
import type { AskingPod, ClusterDns, ResolverSighting } from './matchers/pod-resolver.ts'
import { ofNode } from './of-node.ts'
import { type NodeResolverSighting, readNodeResolver } from './probes/node-resolver.ts'
import type { Pod } from './target/objects.ts'

/**
 * What the Pods of a node are to be given: the zone that DNS serves, whatever the kubelet of the node takes for it; nameservers by the
 * word of that kubelet, which may have a cache of its own, else as the vantage there has them, which was started the same way, or as all
 * others have them.
 */
export async function clusterDnsOf({ eyes, roll }: Lookout, node: string): Promise<ClusterDns> {
  const { clusterDomain, nameservers } = roll.facts.dns
  const kubelet = await eyes.kubelet(node)
  const told = kubelet.seen && kubelet.value.clusterDNS.length > 0 ? kubelet.value.clusterDNS : undefined
  return { domain: clusterDomain, nameservers: told ?? ofNode(nameservers, node) ?? everywhere(nameservers) }
}

/** A resolver that a node has given to a Pod. */
export interface GivenResolver {
  readonly node: string
  readonly pod: AskingPod
  readonly sighting: ResolverSighting
}

/** What each node has given to the vantage that was started there, as the survey has read it: every kubelet goes by a configuration of its own. */
export function givenResolvers({ roll }: Pick<Lookout, 'roll'>): GivenResolver[] {
  return roll.vantages.flatMap(({ node, pod, namespace, dns: spec, resolver, started }) =>
    resolver === undefined || spec === undefined
      ? []
      : [
          {
            node,
            pod: {
              metadata: { namespace },
              spec,
              ...(started === undefined ? {} : { status: { startTime: started } }),
            },
            sighting: { pod, outcome: { kind: 'answer', view: { resolver } } },
          },
        ],
  )
}

function everywhere(nameservers: Readonly<Record<string, readonly string[]>>): readonly string[] | undefined {
  const [first, ...others] = Object.values(nameservers)
  return others.every((one) => one.join() === first?.join()) ? first : undefined
}

/** The version of the kubelet that runs a Pod; empty where nobody may know. */
export function kubeletOf({ roll }: Pick<Lookout, 'roll'>, { spec }: Pod): string {
  const { nodes } = roll.facts
  return (nodes.seen ? nodes.value.find((one) => one.name === spec?.nodeName)?.kubelet : undefined) ?? ''
}

/** The resolver of a node, where its kubelet says which file that is and a privileged vantage may read it. */
export async function resolverOfNode(lookout: Lookout, node: string): Promise<NodeResolverSighting> {
  const kubelet = await lookout.eyes.kubelet(node)
  if (!kubelet.seen) return { kind: 'unknown', reason: kubelet.reason }
  const { resolvConf } = kubelet.value
  if (resolvConf === '') return { kind: 'unknown', reason: `the kubelet of ${node} hands on no resolver` }
  const vantage = lookout.nodeVantage(node)
  if (vantage === undefined) return { kind: 'unknown', reason: `nothing may look at ${node} itself` }
  return readNodeResolver(vantage, resolvConf)
}

/** The Pods in the network of their nodes that are staged where that is admitted; or the sentence that says why there are none. */
export async function hostNetworkPods({ eyes, roll }: Lookout): Promise<readonly Pod[] | string> {
  const { nodeVantages } = roll
  if (!nodeVantages.seen) return nodeVantages.reason
  const namespaces = [...new Set(nodeVantages.value.map((one) => one.namespace))]
  const snapshots = await Promise.all(namespaces.map((namespace) => eyes.snapshot(namespace)))
  return snapshots.flatMap(({ pods }) => pods.filter((pod) => pod.spec?.hostNetwork === true && isOurs(pod)))
}

function isOurs(pod: Pod): boolean {
  return ['rollcall-node-vantage', 'rollcall-host-network'].includes(pod.metadata?.labels?.app ?? '')
}
