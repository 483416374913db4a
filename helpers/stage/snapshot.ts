import type { KubernetesApi } from '../target/api.ts'
import {
  type EndpointSlice,
  type Endpoints,
  list,
  type Pod,
  type Service,
  type StatefulSet,
} from '../target/objects.ts'
import { look, type Seen } from '../target/seen.ts'

/** What the API says of one namespace, read together: the truth that every hop is compared with. */
export interface Snapshot {
  readonly namespace: string
  readonly pods: readonly Pod[]
  readonly services: readonly Service[]
  readonly slices: readonly EndpointSlice[]
  readonly statefulSets: readonly StatefulSet[]
  /** The deprecated v1 Endpoints; absent from older recordings. */
  readonly endpoints?: Seen<readonly Endpoints[]>
}

/** Reads a namespace's pods, Services, EndpointSlices, StatefulSets and Endpoints at once. */
export async function readSnapshot(api: KubernetesApi, namespace: string, signal?: AbortSignal): Promise<Snapshot> {
  const where = { namespace, signal }
  const [pods, services, slices, statefulSets, endpoints] = await Promise.all([
    list(api, 'pods', where),
    list(api, 'services', where),
    list(api, 'endpointslices', where),
    list(api, 'statefulsets', where),
    look('v1 Endpoints', () => list(api, 'endpoints', where)),
  ])
  return { namespace, pods, services, slices, statefulSets, endpoints }
}

/** Endpoints of one slice that a reader would go through. */
const listedAtMost = 20

/** The pods and endpoints of a snapshot, one line each. */
export function evidenceOf(snapshot: Snapshot): string[] {
  const pods = snapshot.pods.map((pod) => {
    const ready = (pod.status?.conditions ?? []).find((one) => one.type === 'Ready')
    const addresses = (pod.status?.podIPs ?? []).map((one) => one.ip).join(',') || 'no address'
    const leaving = pod.metadata?.deletionTimestamp === undefined ? '' : ' terminating'
    return `pod ${pod.metadata?.name} ${addresses} on ${pod.spec?.nodeName} ${pod.status?.phase} Ready=${ready?.status} since ${ready?.lastTransitionTime}${leaving}`
  })
  const endpoints = snapshot.slices.flatMap((slice) => {
    const of = slice.metadata?.labels?.['kubernetes.io/service-name']
    const all = slice.endpoints ?? []
    if (all.length > listedAtMost) return [`${all.length} endpoints of ${of} in ${slice.metadata?.name}`]
    return all.map((endpoint) => {
      const { ready, serving, terminating } = endpoint.conditions ?? {}
      return `endpoint ${endpoint.addresses.join(',')} of ${of} in ${slice.metadata?.name} hostname=${endpoint.hostname ?? ''} ready=${ready} serving=${serving} terminating=${terminating} ${endpoint.targetRef?.name ?? 'no targetRef'}`
    })
  })
  return [...pods, ...endpoints]
}
