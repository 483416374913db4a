import type { Snapshot } from '../stage/snapshot.ts'
import type { EndpointSlice, Pod, Service } from '../target/objects.ts'
import { familyOf } from './truth.ts'

/** A pod in the few words that the judges read. */
export interface PodSketch {
  readonly name: string
  readonly app: string
  readonly addresses: readonly string[]
  readonly node?: string
  readonly uid?: string
  readonly hostname?: string
  readonly subdomain?: string
  readonly ready?: boolean
  readonly terminating?: boolean
  readonly phase?: string
}

export function samplePod(sketch: PodSketch): Pod {
  const { name, app, addresses, node = 'worker', hostname, subdomain, ready = true, terminating = false } = sketch
  return {
    metadata: {
      name,
      namespace: 'ns',
      uid: sketch.uid ?? `uid-${name}`,
      labels: { app },
      ...(terminating ? { deletionTimestamp: '2025-11-21T08:00:00Z' } : {}),
    },
    spec: {
      containers: [],
      nodeName: node,
      ...(hostname === undefined ? {} : { hostname }),
      ...(subdomain === undefined ? {} : { subdomain }),
    },
    status: {
      phase: sketch.phase ?? 'Running',
      podIPs: addresses.map((ip) => ({ ip })),
      conditions: [{ type: 'Ready', status: ready ? 'True' : 'False' }],
    },
  }
}

export interface ServiceSketch {
  readonly name: string
  readonly families?: readonly ('IPv4' | 'IPv6')[]
  readonly publishNotReadyAddresses?: boolean
  readonly clusterIPs?: readonly string[]
}

/** A Service that selects the pods of the app of its own name. */
export function sampleService(sketch: ServiceSketch): Service {
  const { name, families = ['IPv4'], publishNotReadyAddresses = false, clusterIPs = ['None'] } = sketch
  const ports = [
    { name: 'http', port: 8080, protocol: 'TCP' },
    { name: 'admin', port: 8081, protocol: 'TCP' },
  ]
  return {
    metadata: { name, namespace: 'ns', uid: `uid-${name}` },
    spec: {
      clusterIP: clusterIPs[0] ?? '',
      clusterIPs: [...clusterIPs],
      selector: { app: name },
      ipFamilies: [...families],
      publishNotReadyAddresses,
      ports,
    },
  }
}

/** The slice of one family that the cluster's controller writes for a Service and its pods. */
export function sampleSlice(service: Service, pods: readonly Pod[], family: 'IPv4' | 'IPv6' = 'IPv4'): EndpointSlice {
  const name = service.metadata?.name ?? ''
  return {
    metadata: {
      name: `${name}-${family.toLowerCase()}`,
      labels: {
        'kubernetes.io/service-name': name,
        'endpointslice.kubernetes.io/managed-by': 'endpointslice-controller.k8s.io',
        ...(service.spec?.clusterIP === 'None' ? { 'service.kubernetes.io/headless': '' } : {}),
      },
      ownerReferences: [
        { apiVersion: 'v1', kind: 'Service', name, uid: service.metadata?.uid ?? '', controller: true },
      ],
    },
    addressType: family,
    ports: (service.spec?.ports ?? []).map((one) => ({ name: one.name ?? '', port: one.port, protocol: 'TCP' })),
    endpoints: pods.flatMap((pod) => endpointsOf(pod, service, family)),
  }
}

function endpointsOf(pod: Pod, service: Service, family: string): EndpointSlice['endpoints'] {
  const serving = pod.status?.conditions?.[0]?.status === 'True'
  const terminating = pod.metadata?.deletionTimestamp !== undefined
  const named = pod.spec?.subdomain === service.metadata?.name && pod.spec?.hostname
  const has = pod.status?.phase === 'Running' && pod.metadata?.labels?.app === service.spec?.selector?.app
  return (has ? (pod.status?.podIPs ?? []) : [])
    .filter(({ ip }) => familyOf(ip) === family)
    .map(({ ip }) => ({
      addresses: [ip],
      conditions: {
        ready: service.spec?.publishNotReadyAddresses === true || (serving && !terminating),
        serving,
        terminating,
      },
      nodeName: pod.spec?.nodeName ?? '',
      targetRef: { kind: 'Pod', namespace: 'ns', name: pod.metadata?.name ?? '', uid: pod.metadata?.uid ?? '' },
      ...(named ? { hostname: named } : {}),
    }))
}

/** What the API says of pods and Services where every controller has done its work. */
export function sampleSnapshot(services: readonly Service[], pods: readonly Pod[]): Snapshot {
  const slices = services.flatMap((service) =>
    (service.spec?.ipFamilies ?? []).map((family) => sampleSlice(service, pods, family as 'IPv4' | 'IPv6')),
  )
  return { namespace: 'ns', pods, services, slices }
}

/** Two pods without hostnames behind `web`, two with hostnames behind `db`. */
export const samplePods: readonly Pod[] = [
  samplePod({ name: 'web-a', app: 'web', addresses: ['10.244.1.5'], node: 'worker' }),
  samplePod({ name: 'web-b', app: 'web', addresses: ['10.244.2.6'], node: 'worker2' }),
  samplePod({ name: 'db-0', app: 'db', addresses: ['10.244.1.7'], node: 'worker', hostname: 'db-0', subdomain: 'db' }),
  samplePod({ name: 'db-1', app: 'db', addresses: ['10.244.2.8'], node: 'worker2', hostname: 'db-1', subdomain: 'db' }),
]

export const soundSnapshot: Snapshot = sampleSnapshot(
  [sampleService({ name: 'web' }), sampleService({ name: 'db' })],
  samplePods,
)

/** The snapshot with something in one slice changed. */
export function withSlice(
  snapshot: Snapshot,
  slice: string,
  change: (slice: EndpointSlice) => EndpointSlice,
): Snapshot {
  return { ...snapshot, slices: snapshot.slices.map((one) => (one.metadata?.name === slice ? change(one) : one)) }
}

type SampleEndpoint = EndpointSlice['endpoints'][number]

/** The snapshot with the endpoints of one slice changed. */
export function withEndpoints(
  snapshot: Snapshot,
  slice: string,
  change: (endpoints: SampleEndpoint[]) => SampleEndpoint[],
): Snapshot {
  return withSlice(snapshot, slice, (one) => ({ ...one, endpoints: change(structuredClone(one.endpoints)) }))
}

/** A slice that somebody else adds to a Service. */
export function foreignSlice(service: string, ...addresses: readonly string[]): EndpointSlice {
  return {
    metadata: {
      name: `${service}-foreign`,
      labels: { 'kubernetes.io/service-name': service, 'endpointslice.kubernetes.io/managed-by': 'somebody' },
    },
    addressType: 'IPv4',
    ports: [],
    endpoints: addresses.map((address) => ({ addresses: [address] })),
  }
}
