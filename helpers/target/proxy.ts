import { parseDocument } from 'yaml'
import type { KubernetesApi } from './api.ts'
import { list, type Pod, read } from './objects.ts'
import { look } from './seen.ts'

/** What programs Services on a node, and how that was learned. */
export interface ProxyFact {
  readonly node: string
  readonly implementation: 'kube-proxy' | 'unknown'
  readonly mode: 'iptables' | 'nftables' | 'ipvs' | 'unknown'
  readonly learned: string
}

/**
 * Learns the proxy of each node from the API: the kube-proxy pod that runs there and the mode in its ConfigMap. A node
 * that shows no kube-proxy pod is `unknown`, not broken: other proxies are legitimate, and kube-proxy may run outside
 * the cluster's pods.
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
  const mode = config.seen ? modeOf(config.value.data?.['config.conf']) : 'unknown'
  const source = config.seen ? 'ConfigMap kube-system/kube-proxy' : config.reason
  return nodes.map((node) => {
    const pod = pods.value.find((one) => one.spec?.nodeName === node && isRunning(one))
    return pod === undefined
      ? { node, implementation: 'unknown', mode: 'unknown', learned: 'no running pod labelled k8s-app=kube-proxy' }
      : { node, implementation: 'kube-proxy', mode, learned: `pod ${pod.metadata?.name} and ${source}` }
  })
}

function isRunning(pod: Pod): boolean {
  return pod.status?.phase === 'Running' && pod.metadata?.deletionTimestamp === undefined
}

/** The `mode` of a KubeProxyConfiguration; an empty one is iptables on Linux (pkg/proxy/apis/config). */
export function modeOf(config: string | undefined): ProxyFact['mode'] {
  if (config === undefined) return 'unknown'
  const document = parseDocument(config)
  if (document.errors.length > 0) return 'unknown'
  const mode = (document.toJS() as { mode?: string | null } | null)?.mode ?? ''
  if (mode === '') return 'iptables'
  return mode === 'iptables' || mode === 'nftables' || mode === 'ipvs' ? mode : 'unknown'
}
