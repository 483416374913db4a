import ipaddr from 'ipaddr.js'
import type { KubernetesApi } from './api.ts'
import { type EndpointSlice, list, pathOf, type Service } from './objects.ts'
import { look, type Seen, unseen } from './seen.ts'

/** One server behind the DNS Service: asked directly, it cannot hide behind its peers. */
export interface DnsBackend {
  /** Pod name, or the address where the slice names no pod. */
  readonly name: string
  readonly address: string
  readonly port: number
  readonly node?: string
}

export interface DnsService {
  readonly namespace: string
  readonly name: string
  readonly clusterIPs: readonly string[]
  readonly backends: readonly DnsBackend[]
}

/**
 * Finds the Service that owns the address that pods are told to ask, whatever its name, and every server behind it.
 * Node-local caches, managed DNS and refused reads have none to show: the reason says which.
 */
export async function findDnsService(
  api: KubernetesApi,
  nameserver: string,
  signal?: AbortSignal,
): Promise<Seen<DnsService>> {
  const services = await look('Services of all namespaces', () => list(api, 'services', { signal }))
  if (!services.seen) return services
  const owner = services.value.find((service) => ownsAddress(service, nameserver))
  if (owner === undefined)
    return unseen(
      `no Service owns the pods' nameserver ${nameserver}, so it is a node-local cache or outside the cluster`,
    )
  const { namespace = '', name = '' } = owner.metadata ?? {}
  const slices = await look('EndpointSlices of the DNS Service', () =>
    list(api, 'endpointslices', { namespace, labels: `kubernetes.io/service-name=${name}`, signal }),
  )
  if (!slices.seen) return slices
  const family = ipaddr.parse(nameserver).kind() === 'ipv6' ? 'IPv6' : 'IPv4'
  return {
    seen: true,
    value: {
      namespace,
      name,
      clusterIPs: owner.spec?.clusterIPs ?? [],
      backends: backendsOf(
        slices.value.filter((slice) => slice.addressType === family),
        portNameOf(owner),
      ),
    },
  }
}

/**
 * The servers behind the DNS Service at this moment, of the family that they had; `timeout` in ms for each request.
 * @throws KubernetesError where they may not be read, ApiUnreachable where the API is away.
 */
export async function readBackends(
  api: KubernetesApi,
  { namespace, name, backends: known }: DnsService,
  where: { readonly timeout: number; readonly signal: AbortSignal },
): Promise<DnsBackend[]> {
  const labels = `kubernetes.io/service-name=${name}`
  const [service, slices] = await Promise.all([
    api.send<Service>(pathOf('services', namespace, name), where),
    list(api, 'endpointslices', { ...where, namespace, labels }),
  ])
  const family = known[0]?.address.includes(':') ? 'IPv6' : 'IPv4'
  return backendsOf(
    slices.filter((one) => one.addressType === family),
    portNameOf(service),
  )
}

/** The name that a Service has for its port of DNS over TCP. */
function portNameOf({ spec }: Service): string | undefined {
  return spec?.ports?.find((one) => one.port === 53 && (one.protocol ?? 'TCP') === 'TCP')?.name
}

/** Why the Service behind a nameserver answers nobody at this moment; undefined where it may, or where it cannot be seen. */
export async function dnsOutage(
  api: KubernetesApi,
  nameserver: string,
  signal?: AbortSignal,
): Promise<string | undefined> {
  const service = await findDnsService(api, nameserver, signal)
  if (!service.seen || service.value.backends.length > 0) return undefined
  return `the DNS Service ${service.value.namespace}/${service.value.name} has no ready endpoint`
}

/** The same of the first nameserver that Pods are told, by node; undefined where they are told none. */
export async function outageAmong(
  api: KubernetesApi,
  nameservers: Readonly<Record<string, readonly string[]>>,
  signal?: AbortSignal,
): Promise<string | undefined> {
  const [first] = Object.values(nameservers).flat()
  return first === undefined ? undefined : dnsOutage(api, first, signal)
}

function ownsAddress(service: Service, address: string): boolean {
  const own = [...(service.spec?.clusterIPs ?? []), ...(service.spec?.externalIPs ?? [])]
  if (!ipaddr.isValid(address)) return false
  return own.some((one) => ipaddr.isValid(one) && ipaddr.parse(one).toString() === ipaddr.parse(address).toString())
}

/**
 * Ready endpoints with the port that serves DNS over TCP; one name per server even when slices repeat it. A slice names its
 * ports as the Service does: `portName` is the Service's name for port 53.
 */
export function backendsOf(slices: readonly EndpointSlice[], portName?: string): DnsBackend[] {
  const found = new Map<string, DnsBackend>()
  for (const slice of slices) {
    const tcp = (slice.ports ?? []).filter((port) => (port.protocol ?? 'TCP') === 'TCP')
    const port = (tcp.find((one) => one.name === portName) ?? tcp[0])?.port ?? 53
    for (const endpoint of slice.endpoints ?? []) {
      const address = endpoint.addresses[0]
      if (address === undefined || endpoint.conditions?.ready === false) continue
      const node = endpoint.nodeName
      found.set(address, {
        name: endpoint.targetRef?.name ?? address,
        address,
        port,
        ...(node === undefined ? {} : { node }),
      })
    }
  }
  return [...found.values()].sort((a, b) => a.name.localeCompare(b.name))
}
