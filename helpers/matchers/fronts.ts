import type { Snapshot } from '../stage/snapshot.ts'
import type { EndpointSlice } from '../target/objects.ts'
import type { Backend } from './rules-clusterip.ts'
import { canonical, type Endpoint, familyOf, isEndpointReady, serviceNamed, slicesOf } from './truth.ts'

/** An address and port of a Service, and the endpoints that are to answer there. */
export interface Front {
  readonly service: string
  readonly address: string
  readonly port: number
  readonly endpoints: readonly Backend[]
}

/** Whether an endpoint still answers while it goes away; without the conditions, it serves and does not terminate. */
function servesToTheEnd({ conditions }: Endpoint): boolean {
  return conditions?.serving !== false && conditions?.terminating === true
}

/** The endpoints of one named port that traffic goes to; those that serve while they terminate stand in for ready ones. */
function backendsOf(slices: readonly EndpointSlice[], port: string): Backend[] {
  const all = slices.flatMap((slice) => {
    const number = (slice.ports ?? []).find((one) => (one.name ?? '') === port)?.port
    return number === undefined ? [] : (slice.endpoints ?? []).map((endpoint) => ({ endpoint, port: number }))
  })
  const ready = all.filter(({ endpoint }) => isEndpointReady(endpoint))
  const chosen = ready.length > 0 ? ready : all.filter(({ endpoint }) => servesToTheEnd(endpoint))
  return chosen.flatMap((one) =>
    one.endpoint.addresses.map((address) => ({ address: canonical(address), port: one.port })),
  )
}

/**
 * Every virtual address of a Service with every port, and where connections to it go: to the ready endpoints and, where there
 * is none, to those that still serve while they terminate (kubernetes pkg/proxy/topology.go, CategorizeEndpoints).
 */
export function frontsOf(
  snapshot: Snapshot,
  service: string,
  slices: readonly EndpointSlice[] = slicesOf(snapshot, service),
): Front[] {
  const { clusterIPs = [], ports = [] } = serviceNamed(snapshot, service).spec ?? {}
  return clusterIPs.flatMap((address) => {
    const ofFamily = slices.filter((slice) => slice.addressType === familyOf(address))
    return ports.map(({ name = '', port }) => ({
      ...{ service, address: canonical(address), port },
      endpoints: backendsOf(ofFamily, name),
    }))
  })
}

/**
 * The slices of a Service that kube-proxy minds: none where the Service is for another proxy, and none that is labelled as
 * headless (kubernetes cmd/kube-proxy/app/server.go, the selectors of its informers).
 */
export function proxiedSlices(snapshot: Snapshot, service: string): EndpointSlice[] {
  const { labels = {} } = serviceNamed(snapshot, service).metadata ?? {}
  if ('service.kubernetes.io/service-proxy-name' in labels) return []
  return slicesOf(snapshot, service).filter(
    ({ metadata }) => !('service.kubernetes.io/headless' in (metadata?.labels ?? {})),
  )
}
