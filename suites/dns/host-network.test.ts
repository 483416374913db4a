import { describe, nameFollowsPods, notApplicable, specs, staged } from '../../helpers/harness.ts'

// Agents of a node have no address but the node's, and their peers still look for them by name.
const test = staged('headless')

describe('a headless Service', () => {
  test(
    'answers with the address of the node for a Pod on the network of its host',
    { meta: { id: 'dns.headless.a.hostnetwork', level: 'MUST', spec: `${specs.dns} 2.4.1; v1 PodStatus.podIPs` } },
    async ({ lookout, decide }) =>
      decide(async () => {
        const { facts, nodeVantages } = lookout.roll
        if (!nodeVantages.seen) return notApplicable(nodeVantages.reason)
        const namespace = nodeVantages.value[0]?.namespace ?? ''
        const stage = {
          snapshot: () => lookout.eyes.snapshot(namespace),
          fqdn: (name: string) => `${name}.${namespace}.svc.${facts.dns.clusterDomain}`,
        }
        return nameFollowsPods(stage, lookout, 'node-vantage')
      }),
  )
})
