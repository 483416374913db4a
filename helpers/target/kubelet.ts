import type { KubernetesApi } from './api.ts'
import { KubernetesError } from './kubernetes-error.ts'
import { type Seen, seen, unseen } from './seen.ts'

/** What a node's kubelet makes the resolvers of its Pods from (kubelet.config.k8s.io/v1beta1 KubeletConfiguration). */
export interface KubeletDns {
  /** Nameservers of the cluster; empty where it has none. */
  readonly clusterDNS: readonly string[]
  /** Path, on the node, of the resolver configuration that Pods inherit; empty where they inherit none. */
  readonly resolvConf: string
}

/**
 * Asks one node's kubelet for its settings, flags and file taken together. They stay unseen without the right to
 * `nodes/proxy`, and where the API server does not get through to the kubelet.
 */
export async function readKubelet(api: KubernetesApi, node: string): Promise<Seen<KubeletDns>> {
  try {
    const path = `/api/v1/nodes/${encodeURIComponent(node)}/proxy/configz`
    const { kubeletconfig = {} } = await api.send<{ kubeletconfig?: Partial<KubeletDns> }>(path)
    const { clusterDNS = [], resolvConf = '' } = kubeletconfig
    return seen({ clusterDNS, resolvConf })
  } catch (error) {
    if (!(error instanceof KubernetesError)) throw error
    return unseen(`the settings of the kubelet of ${node} cannot be read (${error.message})`)
  }
}
