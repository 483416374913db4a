import type { Snapshot } from '../stage/snapshot.ts'
import type { EndpointSlice, Service } from '../target/objects.ts'
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
  return frontsAt(serviceNamed(snapshot, service), slices, ({ clusterIPs }) => clusterIPs)
}

/** As `frontsOf`, at the addresses that a Service claims from outside the cluster. */
export function externalFronts(snapshot: Snapshot, service: string): Front[] {
  return frontsAt(serviceNamed(snapshot, service), slicesOf(snapshot, service), ({ externalIPs }) => externalIPs)
}

/** As `frontsOf`, at the node port of each port, and the addresses of a node. */
export function nodeFronts(snapshot: Snapshot, service: string, addresses: readonly string[]): Front[] {
  const own = serviceNamed(snapshot, service)
  return frontsAt(
    own,
    slicesOf(snapshot, service),
    ({ ipFamilies = [] }) => addresses.filter((address) => ipFamilies.includes(familyOf(address))),
    ({ nodePort }) => nodePort,
  )
}

type Spec = NonNullable<Service['spec']>
type ServicePort = NonNullable<Spec['ports']>[number]

function frontsAt(
  service: Service,
  slices: readonly EndpointSlice[],
  addresses: (spec: Spec) => readonly string[] | undefined,
  portOf: (port: ServicePort) => number | undefined = ({ port }) => port,
): Front[] {
  const spec = service.spec ?? {}
  return (addresses(spec) ?? []).flatMap((address) => {
    const ofFamily = slices.filter((slice) => slice.addressType === familyOf(address))
    return (spec.ports ?? []).flatMap((one) => {
      const port = portOf(one)
      if (port === undefined) return []
      const endpoints = backendsOf(ofFamily, one.name ?? '')
      return { service: service.metadata?.name ?? '', address: canonical(address), port, endpoints }
    })
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
