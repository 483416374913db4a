import type { KubernetesApi } from '../target/api.ts'
import { isStatus } from '../target/kubernetes-error.ts'
import { type KubernetesObject, list, pathOf } from '../target/objects.ts'

interface ClaimingSpec {
  readonly selector?: { readonly matchLabels?: Readonly<Record<string, string>> }
  readonly volumeClaimTemplates?: readonly unknown[]
}

/** Deletes the claims that were made for a StatefulSet, which outlive it. They carry the labels that it selects by. */
export async function deleteClaimsOf(api: KubernetesApi, namespace: string, object: KubernetesObject): Promise<void> {
  const { selector, volumeClaimTemplates = [] } = (object.spec ?? {}) as ClaimingSpec
  if (volumeClaimTemplates.length === 0) return
  const labels = Object.entries(selector?.matchLabels ?? {}).map(([key, value]) => `${key}=${value}`)
  const claims = await list(api, 'persistentvolumeclaims', { namespace, labels: labels.join(',') })
  for (const { metadata } of claims) {
    try {
      await api.send(pathOf('persistentvolumeclaims', namespace, metadata?.name), { method: 'DELETE' })
    } catch (error) {
      if (!isStatus(error, 404)) throw error
    }
  }
}
