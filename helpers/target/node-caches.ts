import type { KubernetesApi } from './api.ts'
import { list } from './objects.ts'
import { look, type Seen } from './seen.ts'

/** How the addon labels its Pods (kubernetes/kubernetes cluster/addons/dns/nodelocaldns), and vendors after it. */
const label = 'k8s-app=node-local-dns'

/** The nodes that have a cache of DNS of their own. */
export async function findNodeCaches(api: KubernetesApi): Promise<Seen<readonly string[]>> {
  const pods = await look('Pods of all namespaces', () => list(api, 'pods', { labels: label }))
  if (!pods.seen) return pods
  return { seen: true, value: [...new Set(pods.value.flatMap((pod) => pod.spec?.nodeName ?? []))].sort() }
}
