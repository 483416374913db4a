import type { KubernetesApi } from '../target/api.ts'
import { type EndpointSlice, list, type Pod, type Service, type StatefulSet } from '../target/objects.ts'

/** What the API says of one namespace, read together: the truth that every hop is compared with. */
export interface Snapshot {
  readonly namespace: string
  readonly pods: readonly Pod[]
  readonly services: readonly Service[]
  readonly slices: readonly EndpointSlice[]
  readonly statefulSets: readonly StatefulSet[]
}

/** Reads a namespace's pods, Services, EndpointSlices and StatefulSets at once. */
export async function readSnapshot(api: KubernetesApi, namespace: string, signal?: AbortSignal): Promise<Snapshot> {
  const where = { namespace, signal }
  const [pods, services, slices, statefulSets] = await Promise.all([
    list(api, 'pods', where),
    list(api, 'services', where),
    list(api, 'endpointslices', where),
    list(api, 'statefulsets', where),
  ])
  return { namespace, pods, services, slices, statefulSets }
}
