import ipaddr from 'ipaddr.js'
import type { Snapshot } from '../stage/snapshot.ts'
import { type EndpointSlice, isReady, type Pod, type Service } from '../target/objects.ts'

export type Family = 'IPv4' | 'IPv6'
export type Endpoint = EndpointSlice['endpoints'][number]

/** A Service of the snapshot. Throws where the fixture has none of that name. */
export function serviceNamed(snapshot: Snapshot, name: string): Service {
  const service = snapshot.services.find((one) => one.metadata?.name === name)
  if (service === undefined) throw new Error(`namespace ${snapshot.namespace} has no Service ${name}`)
  return service
}

/** A Pod of the snapshot; undefined where there is none of that name. */
export function podNamed({ pods }: Pick<Snapshot, 'pods'>, name: string): Pod | undefined {
  return pods.find((pod) => pod.metadata?.name === name)
}

/** Families of a Service's own addresses and endpoints, in its order. */
export function familiesOf(service: Service): Family[] {
  return (service.spec?.ipFamilies ?? []) as Family[]
}

/** The question type that asks for addresses of a family. */
export function addressType(family: Family): 'A' | 'AAAA' {
  return family === 'IPv4' ? 'A' : 'AAAA'
}

/** Pods that the Service's selector matches. None for a Service without selector. */
export function selectedPods(snapshot: Snapshot, service: Service): Pod[] {
  const selector = Object.entries(service.spec?.selector ?? {})
  if (selector.length === 0) return []
  return snapshot.pods.filter((pod) => selector.every(([key, value]) => pod.metadata?.labels?.[key] === value))
}

/**
 * Whether a pod belongs among the ready endpoints of a Service: published regardless, or Ready and not terminating; never
 * once it has ended or while it has no address (k8s.io/endpointslice podToEndpoint and ShouldPodBeInEndpoints).
 */
export function isPublished(pod: Pod, service: Service): boolean {
  if (hasEnded(pod) || (pod.status?.podIPs ?? []).length === 0) return false
  if (service.spec?.publishNotReadyAddresses === true) return true
  return isReady(pod) && pod.metadata?.deletionTimestamp === undefined
}

/** The Pods that a Service's names stand for. */
export function publishedPods(snapshot: Snapshot, service: Service): Pod[] {
  return selectedPods(snapshot, service).filter((pod) => isPublished(pod, service))
}

/** Tells whose an address is, among these Pods. */
export function nameAt(pods: readonly Pod[]): (address: string) => string | undefined {
  return (address) => pods.find((pod) => podAddresses(pod).includes(address))?.metadata?.name
}

/** Whom a client of a headless Service dials: the addresses of its published Pods, of its families, and whose each is. */
export function dialledAt(snapshot: Snapshot, name: string) {
  const service = serviceNamed(snapshot, name)
  const pods = publishedPods(snapshot, service)
  const addresses = pods.flatMap((pod) => familiesOf(service).flatMap((family) => podAddresses(pod, family)))
  return { addresses, podAt: nameAt(pods) }
}

/** Whether all containers of a pod have ended for good; its address may be another's by now. */
export function hasEnded(pod: Pod): boolean {
  return ['Succeeded', 'Failed'].includes(pod.status?.phase ?? '')
}

/** A pod's addresses, canonical, of one family or of both. */
export function podAddresses(pod: Pod, family?: Family): string[] {
  return (pod.status?.podIPs ?? [])
    .map((one) => canonical(one.ip))
    .filter((address) => family === undefined || familyOf(address) === family)
}

export function familyOf(address: string): Family {
  return ipaddr.parse(address).kind() === 'ipv6' ? 'IPv6' : 'IPv4'
}

/** An address in the one form that we compare; what is no address (a slice of type FQDN holds names) stays as it is. */
export function canonical(address: string): string {
  return ipaddr.isValid(address) ? ipaddr.parse(address).toString() : address
}

/** What a headless name must answer: the addresses of the Service's published pods, of one family. */
export function expectedAddresses(snapshot: Snapshot, name: string, family: Family): string[] {
  return publishedPods(snapshot, serviceNamed(snapshot, name)).flatMap((pod) => podAddresses(pod, family))
}

/** All slices of a Service, whoever manages them: consumers join them by this label alone. */
export function slicesOf(snapshot: Snapshot, name: string, family?: Family): EndpointSlice[] {
  return snapshot.slices.filter(
    (slice) =>
      slice.metadata?.labels?.['kubernetes.io/service-name'] === name &&
      (family === undefined || slice.addressType === family),
  )
}

/** Whether an endpoint counts as ready; without the condition it does (EndpointConditions.Ready). */
export function isEndpointReady(endpoint: Endpoint): boolean {
  return endpoint.conditions?.ready !== false
}

export function readyEndpoints(slices: readonly EndpointSlice[]): Endpoint[] {
  return slices.flatMap((slice) => slice.endpoints ?? []).filter(isEndpointReady)
}

/** What a headless name without selector must answer: the addresses of all ready endpoints, whoever wrote their slices. */
export function sliceAddresses(snapshot: Snapshot, name: string, family: Family): string[] {
  return readyEndpoints(slicesOf(snapshot, name, family)).flatMap((one) => one.addresses.map(canonical))
}

/** The ready endpoints of a Service that have a hostname, as its slices hold them. */
export function namedEndpoints(
  snapshot: Snapshot,
  name: string,
  family?: Family,
): { readonly hostname: string; readonly addresses: readonly string[] }[] {
  return readyEndpoints(slicesOf(snapshot, name, family)).flatMap(({ hostname, addresses }) =>
    hostname ? [{ hostname, addresses: addresses.map(canonical) }] : [],
  )
}

/** The families in which a Service has names: its own, and those of slices that somebody has made for it. */
export function namedFamilies(snapshot: Snapshot, name: string): Family[] {
  const inSlices = slicesOf(snapshot, name).map((one) => one.addressType as Family)
  return (['IPv4', 'IPv6'] as const).filter((family) =>
    [...familiesOf(serviceNamed(snapshot, name)), ...inSlices].includes(family),
  )
}

/** `{a, b}`, sorted, for messages. */
export function setText(values: Iterable<string>): string {
  return `{${[...new Set(values)].sort().join(', ')}}`
}

/** Set equality. */
export function sameSet(a: Iterable<string>, b: Iterable<string>): boolean {
  const [left, right] = [new Set(a), new Set(b)]
  return left.size === right.size && [...left].every((one) => right.has(one))
}
