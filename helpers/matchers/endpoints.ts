import type { Observation } from '../report/record.ts'
import type { Snapshot } from '../stage/snapshot.ts'
import type { NodeFact } from '../target/nodes.ts'
import type { EndpointSlice, Pod, Service } from '../target/objects.ts'
import type { Seen } from '../target/seen.ts'
import {
  canonical,
  type Endpoint,
  familiesOf,
  hasEnded,
  isPublished,
  podAddresses,
  selectedPods,
  serviceNamed,
  setText,
  slicesOf,
} from './truth.ts'

/** Marks the slices that the cluster's own controller writes. */
const ownManager = 'endpointslice-controller.k8s.io'

interface Placed {
  readonly slice: EndpointSlice
  readonly endpoint: Endpoint
  /** The pod that the endpoint stands for; undefined for an address that is no pod's. */
  readonly pod: Pod | undefined
}

/**
 * Finds the pod of each endpoint by its address, and by its uid where pods share one: an address is given to a new pod as
 * soon as the old one has ended, while both objects are still there (kubernetes#135266).
 */
function placed(snapshot: Snapshot, service: Service): Placed[] {
  const pods = selectedPods(snapshot, service)
  return slicesOf(snapshot, service.metadata?.name ?? '').flatMap((slice) =>
    (slice.endpoints ?? []).map((endpoint) => {
      const address = canonical(endpoint.addresses[0] ?? '')
      const having = pods.filter((pod) => podAddresses(pod).includes(address))
      const named = having.find((pod) => pod.metadata?.uid === endpoint.targetRef?.uid)
      return { slice, endpoint, pod: named ?? having.find((pod) => !hasEnded(pod)) ?? having[0] }
    }),
  )
}

function observation(slice: string, right: boolean, expected: string, observed: string): Observation {
  const verdict = right ? 'conformant' : 'non-conformant'
  return { vantage: 'API', backend: slice, hop: 'EndpointSlice', verdict, expected, observed }
}

function nameOf(object: { metadata?: { name?: string } }): string {
  return object.metadata?.name ?? ''
}

/**
 * Each endpoint is one address of one selected pod, which `targetRef` names with its uid, and each pod that has an address
 * has its endpoint, once per family of the Service (k8s.io/endpointslice podToEndpoint).
 */
export function endpointsArePods(snapshot: Snapshot, serviceName: string): Observation[] {
  const service = serviceNamed(snapshot, serviceName)
  const all = placed(snapshot, service)
  const judged = all.map(({ slice, endpoint, pod }) => {
    const name = nameOf(slice)
    const addresses = setText(endpoint.addresses)
    const manager = slice.metadata?.labels?.['endpointslice.kubernetes.io/managed-by'] ?? 'nobody'
    const by = manager === ownManager ? '' : `, in a slice managed by ${manager}`
    if (pod === undefined)
      return observation(
        name,
        false,
        `only addresses of pods selected by ${serviceName}`,
        `${addresses}, no such pod's${by}`,
      )
    const expected = `one address, targetRef Pod ${nameOf(pod)} ${pod.metadata?.uid}`
    const ref = endpoint.targetRef
    const right =
      endpoint.addresses.length === 1 &&
      ref?.kind === 'Pod' &&
      ref.name === nameOf(pod) &&
      ref.uid === pod.metadata?.uid &&
      ref.namespace === snapshot.namespace
    return observation(name, right, expected, `${addresses}, targetRef ${ref?.kind} ${ref?.name} ${ref?.uid}${by}`)
  })
  return [...judged, ...missing(snapshot, service, all)]
}

function missing(snapshot: Snapshot, service: Service, all: readonly Placed[]): Observation[] {
  return selectedPods(snapshot, service)
    .filter((pod) => !hasEnded(pod))
    .flatMap((pod) =>
      familiesOf(service).flatMap((family) => podAddresses(pod, family).map((address) => ({ pod, address }))),
    )
    .filter(
      ({ pod, address }) =>
        !all.some((one) => one.pod === pod && one.endpoint.addresses.map(canonical).includes(address)),
    )
    .map(({ pod, address }) =>
      observation(
        `EndpointSlices of ${nameOf(service)}`,
        false,
        `an endpoint for ${address} of ${nameOf(pod)}`,
        'none',
      ),
    )
}

/**
 * An endpoint has the pod's hostname exactly if the pod has one and its subdomain is the Service's name
 * (k8s.io/endpointslice ShouldSetHostname).
 */
export function hostnamesFollowSubdomain(snapshot: Snapshot, serviceName: string): Observation[] {
  return ofPods(snapshot, serviceName, ({ slice, endpoint, pod }) => {
    const named = pod.spec?.hostname && pod.spec.subdomain === serviceName
    const expected = named ? `hostname ${pod.spec?.hostname} for ${nameOf(pod)}` : `no hostname for ${nameOf(pod)}`
    const observed = endpoint.hostname
      ? `hostname ${endpoint.hostname} for ${nameOf(pod)}`
      : `no hostname for ${nameOf(pod)}`
    return observation(nameOf(slice), expected === observed, expected, observed)
  })
}

/** `ready` is: published regardless of readiness, or Ready and not terminating; an absent condition counts as ready. */
export function readyFollowsPods(snapshot: Snapshot, serviceName: string): Observation[] {
  const service = serviceNamed(snapshot, serviceName)
  return ofPods(snapshot, serviceName, ({ slice, endpoint, pod }) => {
    const wanted = isPublished(pod, service)
    const seen = endpoint.conditions?.ready !== false
    return observation(
      nameOf(slice),
      wanted === seen,
      `${nameOf(pod)} ready: ${wanted}`,
      `${nameOf(pod)} ready: ${seen}`,
    )
  })
}

/** `nodeName` is the pod's node and `zone` that node's zone label, absent where the node has none. */
export function nodesAndZones(
  snapshot: Snapshot,
  serviceName: string,
  nodes: Seen<readonly NodeFact[]>,
): Observation[] {
  const judged = ofPods(snapshot, serviceName, ({ slice, endpoint, pod }) => {
    const node = pod.spec?.nodeName
    const fact = nodes.seen ? nodes.value.find((one) => one.name === node) : undefined
    // Without sight of the node, as of one that joined after the facts were read, its zone is whatever the endpoint says.
    const zone = fact === undefined ? endpoint.zone : fact.zone
    const text = (name: string | undefined, where: string | undefined): string =>
      `${nameOf(pod)} on ${name ?? 'no node'}, ${where === undefined ? 'no zone' : `zone ${where}`}`
    const [expected, observed] = [text(node, zone), text(endpoint.nodeName, endpoint.zone)]
    return observation(nameOf(slice), expected === observed, expected, observed)
  })
  if (nodes.seen) return judged
  const unseen = `zones of nodes: ${nodes.reason}`
  return [...judged, { ...observation('', true, 'the zone of each node', unseen), verdict: 'not-applicable' }]
}

/** Judges the endpoints that stand for pods; addresses of nobody belong to another requirement. */
function ofPods(
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
  return [
    { vantage: 'API', backend: '', hop: 'EndpointSlice', verdict: 'inconclusive', expected: 'endpoints', observed },
  ]
}
