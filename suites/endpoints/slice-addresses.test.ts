import { acceptedAs, describe, type KubernetesObject, refusedFor, specs, staged } from '../../helpers/harness.ts'

// DNS publishes what a slice holds: an address that is no endpoint's would lead every client to itself, or to its own node.
const test = staged('headless')

interface Sketch {
  readonly addressType: string
  readonly address: string
  readonly hostname?: string
}

function sliceOf({ addressType, address, hostname }: Sketch) {
  return {
    apiVersion: 'discovery.k8s.io/v1',
    kind: 'EndpointSlice',
    metadata: {
      generateName: 'rollcall-tried-',
      labels: { 'endpointslice.kubernetes.io/managed-by': 'rollcall.dev' },
    },
    addressType,
    ports: [{ name: 'http', port: 80, protocol: 'TCP' }],
    endpoints: [{ addresses: [address], ...(hostname === undefined ? {} : { hostname }) }],
  }
}

const bad: readonly (Sketch & { readonly what: string; readonly field: string })[] = [
  { what: 'loopback address', addressType: 'IPv4', address: '127.0.0.1', field: 'endpoints[0].addresses' },
  { what: 'link-local address', addressType: 'IPv4', address: '169.254.7.7', field: 'endpoints[0].addresses' },
  { what: 'unspecified address', addressType: 'IPv4', address: '0.0.0.0', field: 'endpoints[0].addresses' },
  { what: 'IPv6 loopback address', addressType: 'IPv6', address: '::1', field: 'endpoints[0].addresses' },
  { what: 'IPv6 link-local address', addressType: 'IPv6', address: 'fe80::1', field: 'endpoints[0].addresses' },
  { what: 'IPv6 address among IPv4', addressType: 'IPv4', address: '2001:db8::9', field: 'endpoints[0].addresses' },
  { what: 'IPv4 address among IPv6', addressType: 'IPv6', address: '192.0.2.9', field: 'endpoints[0].addresses' },
  {
    what: 'hostname in capitals',
    addressType: 'IPv4',
    address: '192.0.2.9',
    hostname: 'Upper',
    field: 'endpoints[0].hostname',
  },
  {
    what: 'hostname with a dot',
    addressType: 'IPv4',
    address: '192.0.2.9',
    hostname: 'two.labels',
    field: 'endpoints[0].hostname',
  },
]

function addressesOf({ endpoints }: KubernetesObject): string {
  return (endpoints as { addresses: string[] }[]).flatMap((one) => one.addresses).join(', ')
}

describe('an EndpointSlice', () => {
  test(
    'is refused with an address that is no endpoint, a hostname that is no name, or another address type than it had',
    { meta: { id: 'eps.validate.address', level: 'MUST', spec: `${specs.endpointSlice} endpoints[].addresses` } },
    async ({ stage, decide }) =>
      decide(async () => {
        const hop = 'EndpointSlice'
        const tryOut = (sketch: Sketch) => stage.tryOut('POST', 'endpointslices', sliceOf(sketch))
        const judged = bad.map(async ({ what, field, ...sketch }) =>
          refusedFor({ what: `slice with ${what}`, hop, reply: await tryOut(sketch) }, field),
        )
        const sound = await tryOut({ addressType: 'IPv4', address: '192.0.2.9', hostname: 'good' })
        const [existing] = (await stage.snapshot()).slices
        const retyped = await stage.tryOut(
          'PATCH',
          'endpointslices',
          { addressType: existing?.addressType === 'IPv4' ? 'IPv6' : 'IPv4', endpoints: [] },
          { name: existing?.metadata?.name ?? 'none', contentType: 'application/merge-patch+json' },
        )
        return [
          acceptedAs({ what: 'slice with an address and a hostname', hop, reply: sound }, '192.0.2.9', addressesOf),
          ...(await Promise.all(judged)),
          refusedFor({ what: 'slice that changes its address type', hop, reply: retyped }, 'addressType'),
        ]
      }),
  )
})
