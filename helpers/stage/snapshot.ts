import type { KubernetesApi } from '../target/api.ts'
import {
  type Claim,
  type EndpointSlice,
  type Endpoints,
  list,
  type NetworkPolicy,
  type Pod,
  type Service,
  type StatefulSet,
} from '../target/objects.ts'
import { look, type Seen } from '../target/seen.ts'

/** What few looks need, and every list costs the API server. */
export type Besides = 'statefulSets' | 'endpoints' | 'networkPolicies' | 'claims'

/** What the API says of one namespace, read together: the truth that every hop is compared with. */
export interface Snapshot {
  readonly namespace: string
  readonly pods: readonly Pod[]
  readonly services: readonly Service[]
  readonly slices: readonly EndpointSlice[]
  /** Where it was asked for. */
  readonly statefulSets?: readonly StatefulSet[]
  /** PersistentVolumeClaims, where they were asked for. */
  readonly claims?: readonly Claim[]
  /** The deprecated v1 Endpoints, where they were asked for. */
  readonly endpoints?: Seen<readonly Endpoints[]>
  /** What may keep clients from Pods, where it was asked for. */
  readonly networkPolicies?: Seen<readonly NetworkPolicy[]>
}

/** Reads a namespace's pods, Services and EndpointSlices at once, and what is wanted besides. */
export async function readSnapshot(
  api: KubernetesApi,
  namespace: string,
  { besides = [], signal }: { besides?: readonly Besides[]; signal?: AbortSignal } = {},
): Promise<Snapshot> {
  const where = { namespace, signal }
  const [pods, services, slices, statefulSets, endpoints, networkPolicies, claims] = await Promise.all([
    list(api, 'pods', where),
    list(api, 'services', where),
    list(api, 'endpointslices', where),
    besides.includes('statefulSets') ? list(api, 'statefulsets', where) : undefined,
    besides.includes('endpoints') ? look('v1 Endpoints', () => list(api, 'endpoints', where)) : undefined,
    besides.includes('networkPolicies')
      ? look('NetworkPolicies', () => list(api, 'networkpolicies', where))
      : undefined,
    besides.includes('claims') ? list(api, 'persistentvolumeclaims', where) : undefined,
  ])
  return {
    namespace,
    pods,
    services,
    slices,
    ...(statefulSets === undefined ? {} : { statefulSets }),
    ...(endpoints === undefined ? {} : { endpoints }),
    ...(networkPolicies === undefined ? {} : { networkPolicies }),
    ...(claims === undefined ? {} : { claims }),
  }
}

/** Endpoints of one slice that a reader would go through. */
const listedAtMost = 20

/** The pods and endpoints of a snapshot, and the policies that may stand between them, one line each. */
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
  const { networkPolicies } = snapshot
  return [...pods, ...endpoints, ...(networkPolicies?.seen === true ? networkPolicies.value.map(policyText) : [])]
}

/** Whom a policy is for, and in which directions it isolates these. */
function policyText({ metadata, spec }: NetworkPolicy): string {
  const { matchLabels = {}, matchExpressions = [] } = spec?.podSelector ?? {}
  const labels = Object.entries(matchLabels).map(([key, value]) => `${key}=${value}`)
  const expressions = matchExpressions.map(({ key, operator, values = [] }) =>
    [key, operator, values.join('|')].join(' ').trim(),
  )
  const whom = [...labels, ...expressions].join(', ')
  const ways = (spec?.policyTypes ?? ['Ingress']).join(' and ')
  const { namespace, name } = metadata ?? {}
  return `NetworkPolicy ${namespace}/${name} isolates ${whom === '' ? 'all Pods' : `Pods with ${whom}`} for ${ways}`
}
