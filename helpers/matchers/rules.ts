import type { NodeRules, RuleEntry, ServiceName } from '../probes/rules/node-rules.ts'
import { covers, sameAddress } from './rules-addresses.ts'
import { ruleChains } from './rules-chains.ts'

/** A headless Service as the rules of a node might betray it. */
export interface HeadlessService {
  readonly namespace: string
  readonly service: string
  /** Of its pods. Leave out those of host-network pods: rules for a node's own address are no rules for the pod. */
  readonly addresses: readonly string[]
}

/** Chains that send a packet for a Service on its way; what they match, they take. */
const dispatchChains = new Set(['KUBE-SERVICES', 'KUBE-EXTERNAL-SERVICES', 'KUBE-PROXY-FIREWALL'])
/** kube-router filters per pod in chains with kube-proxy's prefix. */
const foreignChains = /^KUBE-(ROUTER|POD-FW|NWPLCY)-/

/** Whether the entry is written by or for a Service proxy, so that `ns/name` in it means a Service and not a policy. */
function speaksOfServices(entry: RuleEntry): boolean {
  if (entry.table === 'kube-proxy' || entry.table === 'ipvs' || entry.table === 'nat') return true
  return entry.chain.startsWith('KUBE-') && !foreignChains.test(entry.chain)
}

/** Whether the entry carries this Service's name. `web` is not `web-clusterip`. */
export function namesService(entry: RuleEntry, { namespace, service }: ServiceName): boolean {
  return speaksOfServices(entry) && entry.names.some((name) => name.namespace === namespace && name.service === service)
}

/** Whether the entry looks for this very address, on any port or on `port` of `protocol`. */
export function matchesAddress(entry: RuleEntry, address: string): boolean {
  return entry.destinations.some(({ role, address: seen }) => role === 'matched' && sameAddress(seen, address))
}

const translations = new Set(['DNAT', 'REDIRECT', 'TPROXY', 'NETMAP'])

/**
 * The rules that refer to a headless Service: those that name it, and those that take traffic addressed to one of its
 * pods, named or not. Rules that only *send* to a pod (those of a ClusterIP Service over the same pods), match it as a
 * source (hairpin), or let its packets pass (masquerade exceptions, network policies) do not.
 * Source of the rule: kubernetes pkg/proxy/util/utils.go, ShouldSkipService.
 */
export function ruleMentions(rules: NodeRules, headless: HeadlessService): readonly RuleEntry[] {
  const chains = ruleChains(rules.entries)
  const takes = (entry: RuleEntry): boolean => {
    // kube-proxy sends the node's own addresses to its node ports.
    if (entry.targets.includes('KUBE-NODEPORTS')) return false
    const translates = (): boolean =>
      chains.from(entry).some(({ targets }) => targets.some((one) => translations.has(one)))
    if (headless.addresses.some((address) => matchesAddress(entry, address)))
      return entry.table === 'kube-proxy' || entry.table === 'ipvs' || dispatchChains.has(entry.chain) || translates()
    // A range that holds a pod is taken for a rule about it only where the rule itself translates.
    if (!entry.targets.some((one) => translations.has(one))) return false
    const ranges = entry.destinations.filter(({ role }) => role === 'matched').map(({ address }) => address)
    return headless.addresses.some((address) => ranges.some((range) => covers(range, address)))
  }
  return rules.entries.filter((entry) => namesService(entry, headless) || takes(entry))
}
