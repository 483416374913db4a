import type { Observation } from '../report/record.ts'
import type { Snapshot } from '../stage/snapshot.ts'
import type { NodeFact } from '../target/nodes.ts'
import type { Service } from '../target/objects.ts'
import type { Seen } from '../target/seen.ts'
import { managerOf, nameOf, observation, ofPods, ownManager, type Placed, placed } from './placed.ts'
import { canonical, familiesOf, hasEnded, podAddresses, selectedPods, serviceNamed, setText } from './truth.ts'

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
    const manager = managerOf(slice)
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
