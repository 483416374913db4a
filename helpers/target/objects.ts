import type {
  CoreV1Event,
  V1ConfigMap,
  V1ControllerRevision,
  V1DaemonSet,
  V1Deployment,
  V1EndpointSlice,
  V1Endpoints,
  V1Namespace,
  V1NetworkPolicy,
  V1Node,
  V1PersistentVolumeClaim,
  V1Pod,
  V1Service,
  V1StatefulSet,
  V1StorageClass,
} from '@kubernetes/client-node'
import type { KubernetesApi } from './api.ts'

/** A model of the typed client as JSON carries it: times are strings. */
export type Raw<T> = T extends Date ? string : T extends object ? { [K in keyof T]: Raw<T[K]> } : T

export type Claim = Raw<V1PersistentVolumeClaim>
export type ConfigMap = Raw<V1ConfigMap>
export type ControllerRevision = Raw<V1ControllerRevision>
export type DaemonSet = Raw<V1DaemonSet>
export type Deployment = Raw<V1Deployment>
export type Endpoints = Raw<V1Endpoints>
export type EndpointSlice = Raw<V1EndpointSlice>
export type Namespace = Raw<V1Namespace>
export type NetworkPolicy = Raw<V1NetworkPolicy>
export type Node = Raw<V1Node>
export type Pod = Raw<V1Pod>
export type Service = Raw<V1Service>
export type StatefulSet = Raw<V1StatefulSet>
export type StorageClass = Raw<V1StorageClass>
export type Event = Raw<CoreV1Event>
/** What a Pod asks for of its resolver. */
export type AskedResolver = Pick<NonNullable<Pod['spec']>, 'dnsPolicy' | 'dnsConfig'>

/** The Pod's Ready condition. */
export function isReady(pod: Pod | undefined): boolean {
  return (pod?.status?.conditions ?? []).some((one) => one.type === 'Ready' && one.status === 'True')
}

/** Whether a container of the Pod runs, or has run. */
export function hasStarted({ status }: Pod): boolean {
  return (status?.containerStatuses ?? []).some(({ state, lastState }) =>
    [state?.running, state?.terminated, lastState?.terminated].some((one) => one !== undefined),
  )
}

/** Any object of the API, as a manifest holds it. */
export interface KubernetesObject {
  apiVersion: string
  kind: string
  metadata: { name: string; namespace?: string; labels?: Record<string, string>; [field: string]: unknown }
  [field: string]: unknown
}

const paths = {
  configmaps: ['/api/v1', 'configmaps'],
  controllerrevisions: ['/apis/apps/v1', 'controllerrevisions'],
  daemonsets: ['/apis/apps/v1', 'daemonsets'],
  deployments: ['/apis/apps/v1', 'deployments'],
  endpoints: ['/api/v1', 'endpoints'],
  endpointslices: ['/apis/discovery.k8s.io/v1', 'endpointslices'],
  events: ['/api/v1', 'events'],
  namespaces: ['/api/v1', 'namespaces'],
  networkpolicies: ['/apis/networking.k8s.io/v1', 'networkpolicies'],
  nodes: ['/api/v1', 'nodes'],
  persistentvolumeclaims: ['/api/v1', 'persistentvolumeclaims'],
  pods: ['/api/v1', 'pods'],
  services: ['/api/v1', 'services'],
  statefulsets: ['/apis/apps/v1', 'statefulsets'],
  storageclasses: ['/apis/storage.k8s.io/v1', 'storageclasses'],
} as const

/** What the objects of each resource are. */
export interface Kinds {
  configmaps: ConfigMap
  controllerrevisions: ControllerRevision
  daemonsets: DaemonSet
  deployments: Deployment
  endpoints: Endpoints
  endpointslices: EndpointSlice
  events: Event
  namespaces: Namespace
  networkpolicies: NetworkPolicy
  nodes: Node
  persistentvolumeclaims: Claim
  pods: Pod
  services: Service
  statefulsets: StatefulSet
  storageclasses: StorageClass
}

export type Resource = keyof Kinds

/** The path of a resource: of the whole cluster without a namespace, of one object with a name. */
export function pathOf(resource: Resource, namespace?: string, name?: string): string {
  const [base, plural] = paths[resource]
  const scope = namespace === undefined ? '' : `/namespaces/${encodeURIComponent(namespace)}`
  return `${base}${scope}/${plural}${name === undefined ? '' : `/${encodeURIComponent(name)}`}`
}

/** Lists objects, of one namespace or of all, optionally by label selector; `timeout` in ms, as that of `ApiRequest`. */
export async function list<R extends Resource>(
  api: KubernetesApi,
  resource: R,
  where: {
    namespace?: string
    labels?: string
    fields?: string
    signal?: AbortSignal | undefined
    timeout?: number
  } = {},
): Promise<Kinds[R][]> {
  const answer = await api.send<{ items: Kinds[R][] }>(pathOf(resource, where.namespace), {
    query: {
      ...(where.labels === undefined ? {} : { labelSelector: where.labels }),
      ...(where.fields === undefined ? {} : { fieldSelector: where.fields }),
    },
    signal: where.signal,
    ...(where.timeout === undefined ? {} : { timeout: where.timeout }),
  })
  return answer.items
}

/** Reads one object. Throws KubernetesError 404 where there is none. */
export async function read<R extends Resource>(
  api: KubernetesApi,
  resource: R,
  namespace: string | undefined,
  name: string,
  signal?: AbortSignal,
): Promise<Kinds[R]> {
  return api.send<Kinds[R]>(pathOf(resource, namespace, name), { signal })
}
