import type { KubernetesObject } from '../target/objects.ts'

/** On a Service of a fixture without selector: how many endpoints it is to have. */
const endpointsAnnotation = 'rollcall.dev/endpoints'
/** On such a Service: how many of them a slice holds, as many as the API allows unless told. */
const perSliceAnnotation = 'rollcall.dev/endpoints-per-slice'
/** What the API allows (pkg/apis/discovery/validation, maxEndpoints). */
const perSliceAtMost = 1000
/** 198.18.0.0/15 is for measurements (RFC 2544): nobody has such an address. */
const firstAddress = 0xc6_12_00_01

/** The objects of a fixture, each Service that asks for a crowd followed by the EndpointSlices which give it one. */
export function withCrowds(objects: readonly KubernetesObject[]): KubernetesObject[] {
  let taken = 0
  return objects.flatMap((object) => {
    const annotations = (object.metadata.annotations ?? {}) as Record<string, string>
    const size = Number(annotations[endpointsAnnotation] ?? 0)
    if (object.kind !== 'Service' || size === 0) return [object]
    const addresses = Array.from({ length: size }, (_, index) => addressAt(taken + index))
    taken += size
    return [object, ...slicesFor(object, addresses, Number(annotations[perSliceAnnotation] ?? perSliceAtMost))]
  })
}

function slicesFor(service: KubernetesObject, addresses: readonly string[], perSlice: number): KubernetesObject[] {
  const { name } = service.metadata
  const { ports } = service.spec as { ports?: readonly { name: string; port: number }[] }
  return Array.from({ length: Math.ceil(addresses.length / perSlice) }, (_, index) => ({
    apiVersion: 'discovery.k8s.io/v1',
    kind: 'EndpointSlice',
    metadata: {
      name: `${name}-${index + 1}`,
      labels: {
        'kubernetes.io/service-name': name,
        'endpointslice.kubernetes.io/managed-by': 'rollcall.dev',
        // Proxies need not even watch it.
        'service.kubernetes.io/headless': '',
      },
    },
    addressType: 'IPv4',
    ports: (ports ?? []).map((one) => ({ name: one.name, port: one.port, protocol: 'TCP' })),
    endpoints: addresses
      .slice(index * perSlice, (index + 1) * perSlice)
      .map((address) => ({ addresses: [address], conditions: { ready: true } })),
  }))
}

function addressAt(index: number): string {
  const number = firstAddress + index
  return [24, 16, 8, 0].map((bits) => (number >>> bits) & 255).join('.')
}
