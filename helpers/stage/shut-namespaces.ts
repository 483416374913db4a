import type { KubernetesApi } from '../target/api.ts'
import { ApiUnreachable, KubernetesError } from '../target/kubernetes-error.ts'
import { list, pathOf } from '../target/objects.ts'

const name = 'rollcall-open'

/**
 * Opens a namespace of our own that somebody's NetworkPolicy has shut, as policies that come with each new namespace do: what is
 * isolated on purpose says nothing of the cluster's word. Policies add up (networking.k8s.io/v1 NetworkPolicy spec.ingress), so that
 * one which lets everything through is enough. Returns the names of those others; none where nobody may see or open anything.
 */
export async function openNamespace(api: KubernetesApi, namespace: string, signal?: AbortSignal): Promise<string[]> {
  try {
    const policies = await list(api, 'networkpolicies', { namespace, signal })
    const others = policies.map((one) => one.metadata?.name ?? '').filter((one) => one !== name)
    if (others.length === 0 || others.length < policies.length) return []
    // Not cut short by the signal: the server might still create it after the clean-up.
    await api.send(pathOf('networkpolicies', namespace), {
      method: 'POST',
      body: {
        apiVersion: 'networking.k8s.io/v1',
        kind: 'NetworkPolicy',
        metadata: { name },
        spec: { podSelector: {}, policyTypes: ['Ingress', 'Egress'], ingress: [{}], egress: [{}] },
      },
    })
    return others
  } catch (error) {
    if (!(error instanceof KubernetesError || error instanceof ApiUnreachable)) throw error
    return []
  }
}
