import {
  clusterDnsOf,
  clusterFirst,
  describe,
  hostNetworkPods,
  nodeResolver,
  notApplicable,
  resolverOfNode,
  specs,
  staged,
} from '../../helpers/harness.ts'

// Such a Pod finds no Service by name unless it asks for it, which surprises whoever moves an agent into the node's network.
const test = staged('resolvers')

describe('a Pod in the network of its node', () => {
  test(
    'takes the resolver of the node, and that of the cluster only where its policy is ClusterFirstWithHostNet',
    { meta: { id: 'pod.resolv.hostnetwork', level: 'MUST', spec: `${specs.pod} dnsPolicy` } },
    async ({ lookout, decide }) =>
      decide(async () => {
        const pods = await hostNetworkPods(lookout)
        if (typeof pods === 'string') return notApplicable(pods)
        const judged = pods.map(async (pod) => {
          const node = pod.spec?.nodeName ?? ''
          const sightings = await lookout.inside([pod])
          if (pod.spec?.dnsPolicy === 'ClusterFirstWithHostNet') {
            const cluster = await clusterDnsOf(lookout, node)
            return sightings.flatMap((one) => clusterFirst(pod, one, cluster))
          }
          const resolver = await resolverOfNode(lookout, node)
          return sightings.flatMap((one) => nodeResolver(pod, one, resolver, lookout.roll.facts.dns.clusterDomain))
        })
        return (await Promise.all(judged)).flat()
      }),
  )
})
