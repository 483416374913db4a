import type { Observation } from '../report/record.ts'
import type { Snapshot } from '../stage/snapshot.ts'
import type { EndpointSlice, Pod, Service } from '../target/objects.ts'
import { canonical, type Endpoint, hasEnded, podAddresses, selectedPods, serviceNamed, slicesOf } from './truth.ts'

/** Marks the slices that the cluster's own controller writes. */
export const ownManager = 'endpointslice-controller.k8s.io'

/** Marks the slices that a fixture or a suite of ours has written, where no controller does. */
export const ourManager = 'rollcall.dev'

/** Who says that it manages a slice; `nobody` where no one does. */
export function managerOf(slice: EndpointSlice): string {
  return slice.metadata?.labels?.['endpointslice.kubernetes.io/managed-by'] ?? 'nobody'
}

/** An endpoint, with the slice that holds it and the pod that it stands for. */
export interface Placed {
  readonly slice: EndpointSlice
  readonly endpoint: Endpoint
  /** Undefined for an address that is no pod's. */
  readonly pod: Pod | undefined
}

/**
 * Finds the pod of each endpoint by its address, and by its uid where pods share one: an address is given to a new pod as
 * soon as the old one has ended, while both objects are still there (kubernetes#135266).
 */
export function placed(
  snapshot: Snapshot,
  service: Service,
  slices: readonly EndpointSlice[] = slicesOf(snapshot, nameOf(service)),
): Placed[] {
  const pods = selectedPods(snapshot, service)
  return slices.flatMap((slice) =>
    (slice.endpoints ?? []).map((endpoint) => {
      const address = canonical(endpoint.addresses[0] ?? '')
      const having = pods.filter((pod) => podAddresses(pod).includes(address))
      const named = having.find((pod) => pod.metadata?.uid === endpoint.targetRef?.uid)
      return { slice, endpoint, pod: named ?? having.find((pod) => !hasEnded(pod)) ?? having[0] }
    }),
  )
}

/** What the API shows of a slice, beside what it has to show. */
export function observation(slice: string, right: boolean, expected: string, observed: string): Observation {
  const verdict = right ? 'conformant' : 'non-conformant'
  return { vantage: 'API', backend: slice, hop: 'EndpointSlice', verdict, expected, observed }
}

/** The name of an object; empty where it has none. */
export function nameOf(object: { metadata?: { name?: string } }): string {
  return object.metadata?.name ?? ''
}

/** Judges the endpoints that stand for pods; addresses of nobody belong to another requirement. */
export function ofPods(
  snapshot: Snapshot,
  serviceName: string,
  judge: (one: Placed & { pod: Pod }) => Observation,
): Observation[] {
  const service = serviceNamed(snapshot, serviceName)
  const judged = placed(snapshot, service).flatMap((one) =>
    one.pod === undefined ? [] : [judge({ ...one, pod: one.pod })],
  )
  if (judged.length > 0) return judged
  const observed = `no endpoint of a pod of ${serviceName} is in sight`
  return [{ ...observation('', false, 'endpoints', observed), verdict: 'inconclusive' }]
}
