import type { KubernetesApi } from './api.ts'
import { list, type Node } from './objects.ts'
import { look, type Seen } from './seen.ts'

export interface NodeFact {
  readonly name: string
  /** InternalIP addresses, both families where there are two. */
  readonly addresses: readonly string[]
  /** Label `topology.kubernetes.io/zone`; absent on nodes without one, as on Kind. */
  readonly zone?: string
  readonly os: string
  readonly architecture: string
  readonly ready: boolean
  readonly schedulable: boolean
  readonly kubelet: string
}

/** Lists the nodes, or says why they cannot be listed (a namespace's admin may not). */
export async function readNodes(api: KubernetesApi, signal?: AbortSignal): Promise<Seen<NodeFact[]>> {
  return look('nodes', async () => (await list(api, 'nodes', { signal })).map(nodeFact))
}

export function nodeFact(node: Node): NodeFact {
  const zone = node.metadata?.labels?.['topology.kubernetes.io/zone']
  const info = node.status?.nodeInfo
  return {
    name: node.metadata?.name ?? '',
    addresses: (node.status?.addresses ?? []).filter((one) => one.type === 'InternalIP').map((one) => one.address),
    // An empty label is none (k8s.io/endpointslice podToEndpoint).
    ...(zone ? { zone } : {}),
    os: info?.operatingSystem ?? 'unknown',
    architecture: info?.architecture ?? 'unknown',
    ready: (node.status?.conditions ?? []).some((one) => one.type === 'Ready' && one.status === 'True'),
    schedulable: node.spec?.unschedulable !== true,
    kubelet: info?.kubeletVersion ?? 'unknown',
  }
}
