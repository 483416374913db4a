import { parseDocument } from 'yaml'
import type { KubernetesApi } from './api.ts'
import { list, type Pod, read } from './objects.ts'
import { look } from './seen.ts'

/** What programs Services on a node, and how that was learned. */
export interface ProxyFact {
  readonly node: string
  readonly implementation: 'kube-proxy' | Other | 'unknown'
  readonly mode: 'iptables' | 'nftables' | 'ipvs' | 'unknown'
  readonly learned: string
  /** Whether node ports are open at all addresses by which the node is known; absent where the configuration is not seen. */
  readonly nodePorts?: 'everywhere' | 'primary' | 'somewhere'
  /** Who stands on the node beside kube-proxy, and may take what Pods send to virtual addresses before that sees it. */
  readonly beside?: Other
}

type Other = (typeof others)[number]['implementation']

/** Labels of the Pods that proxy in the place of kube-proxy, or for Pods alone beside it, by which their own manifests know them. */
const others = [
  { implementation: 'Cilium', labels: 'k8s-app=cilium' },
  { implementation: 'kube-router', labels: 'k8s-app=kube-router' },
  { implementation: 'Antrea', labels: 'app=antrea,component=antrea-agent' },
  { implementation: 'Kube-OVN', labels: 'app=kube-ovn-cni' },
] as const

/**
 * Learns the proxy of each node from the API: the kube-proxy pod that runs there and the mode in its ConfigMap. A node
 * that shows none has the other proxy whose pod runs there, or one that is `unknown`, which is not broken: kube-proxy may run
 * outside the cluster's pods.
 */
export async function readProxies(
  api: KubernetesApi,
  nodes: readonly string[],
  signal?: AbortSignal,
): Promise<ProxyFact[]> {
  const pods = await look('pods of kube-system', () =>
    list(api, 'pods', { namespace: 'kube-system', labels: 'k8s-app=kube-proxy', signal }),
  )
  if (!pods.seen)
    return nodes.map((node) => ({ node, implementation: 'unknown', mode: 'unknown', learned: pods.reason }))
  const config = await look('the ConfigMap kube-system/kube-proxy', () =>
    read(api, 'configmaps', 'kube-system', 'kube-proxy', signal),
  )
  const text = config.seen ? config.value.data?.['config.conf'] : undefined
  const mode = modeOf(text)
  const nodePorts = nodePortsOf(text)
  const source = config.seen ? 'ConfigMap kube-system/kube-proxy' : config.reason
  const podOn = (node: string, some: readonly Pod[]): Pod | undefined =>
    some.find((one) => one.spec?.nodeName === node && isRunning(one))
  const found = await readOthers(api, signal)
  return nodes.map((node): ProxyFact => {
    const pod = podOn(node, pods.value)
    const other = found.find((one) => podOn(node, one.pods) !== undefined)
    if (pod !== undefined)
      return {
        ...{ node, implementation: 'kube-proxy', mode, learned: `pod ${pod.metadata?.name} and ${source}` },
        ...(nodePorts === undefined ? {} : { nodePorts }),
        ...(other === undefined ? {} : { beside: other.implementation }),
      }
    const learned = 'no running pod labelled k8s-app=kube-proxy'
    if (other === undefined) return { node, implementation: 'unknown', mode: 'unknown', learned }
    const { implementation } = other
    return {
      ...{ node, implementation, mode: 'unknown' },
      learned: `pod ${podOn(node, other.pods)?.metadata?.name}, and ${learned}`,
    }
  })
}

async function readOthers(
  api: KubernetesApi,
  signal: AbortSignal | undefined,
): Promise<{ implementation: Other; pods: readonly Pod[] }[]> {
  return Promise.all(
    others.map(async ({ implementation, labels }) => {
      const pods = await look(implementation, () => list(api, 'pods', { namespace: 'kube-system', labels, signal }))
      return { implementation, pods: pods.seen ? pods.value : [] }
    }),
  )
}

function isRunning(pod: Pod): boolean {
  return pod.status?.phase === 'Running' && pod.metadata?.deletionTimestamp === undefined
}

/** The `mode` of a KubeProxyConfiguration; an empty one is iptables on Linux (pkg/proxy/apis/config). */
export function modeOf(config: string | undefined): ProxyFact['mode'] {
  const document = configurationOf(config)
  if (document === undefined) return 'unknown'
  const { mode } = document
  if ((mode ?? '') === '') return 'iptables'
  return mode === 'iptables' || mode === 'nftables' || mode === 'ipvs' ? mode : 'unknown'
}

/**
 * Where a KubeProxyConfiguration opens node ports: without `nodePortAddresses` at every local address, or at the primary ones in
 * mode nftables (cmd/kube-proxy/app platformApplyDefaults), and with `primary` at those: the first of each family by which the API
 * knows the node.
 */
export function nodePortsOf(config: string | undefined): ProxyFact['nodePorts'] {
  const document = configurationOf(config)
  if (document === undefined) return undefined
  const { nodePortAddresses: addresses } = document
  if (!Array.isArray(addresses) || addresses.length === 0)
    return modeOf(config) === 'nftables' ? 'primary' : 'everywhere'
  return addresses.every((one) => one === 'primary') ? 'primary' : 'somewhere'
}

function configurationOf(
  config: string | undefined,
): { mode?: string | null; nodePortAddresses?: unknown } | undefined {
  if (config === undefined) return undefined
  const document = parseDocument(config)
  if (document.errors.length > 0) return undefined
  return (document.toJS() as ReturnType<typeof configurationOf> | null) ?? {}
}
