import type { SetName } from '../../helpers/stage/sets.ts'
import type { EndpointSlice, KubernetesObject } from '../../helpers/target/objects.ts'
import { pathOf } from '../../helpers/target/objects.ts'
import type { Bench } from '../bench.ts'
import { together } from '../mechanism.ts'
import type { Mechanism, Mutant } from '../mutant.ts'
import { frozen } from '../verbs/admission.ts'
import { type CreatedObject, create, type Patch, patch } from '../verbs/objects.ts'
import { slicesHold, slicesOf } from '../witnesses.ts'

type Endpoints = EndpointSlice['endpoints']

/** A slice of somebody else's for a Service of the headless set. */
export function foreignSlice(bench: Bench, service: string, name: string, endpoints: unknown[]): CreatedObject {
  const labels = {
    'kubernetes.io/service-name': service,
    'endpointslice.kubernetes.io/managed-by': 'mutant.example',
  }
  const ports = [
    { name: 'http', port: 8080, protocol: 'TCP' },
    { name: 'admin', port: 8081, protocol: 'TCP' },
  ]
  const metadata = { name, labels }
  const object = {
    apiVersion: 'discovery.k8s.io/v1',
    kind: 'EndpointSlice',
    metadata,
    addressType: 'IPv4',
    endpoints,
    ports,
  }
  return { collection: pathOf('endpointslices', bench.namespaces.headless), object: object as KubernetesObject }
}

/** A slice of IPv6 where the cluster has none: without ports, so that no SRV record comes of it. */
export function ipv6Slice(bench: Bench, service: string, name: string, endpoints: unknown[]): CreatedObject {
  const { collection, object } = foreignSlice(bench, service, name, endpoints)
  return { collection, object: { ...object, addressType: 'IPv6', ports: [] } }
}

/** Changes a Service's slice, which the controller of slices may not mend in that namespace alone. */
export function tamperedSlice(
  does: string,
  service: string,
  change: (slice: EndpointSlice) => object,
  set: SetName = 'headless',
): Mechanism {
  return together(
    frozen(
      'endpointslices',
      'discovery.k8s.io',
      ['CREATE', 'UPDATE', 'DELETE'],
      (bench) => bench.namespaces[set],
      'endpointslice-controller',
    ),
    patch(
      does,
      (bench) => sliceOf(bench, service, set),
      (slice) => change(structuredClone(slice) as unknown as EndpointSlice) as Patch,
    ),
  )
}

/** The API path of the one slice of a Service. */
export async function sliceOf(bench: Bench, service: string, set: SetName = 'headless'): Promise<string> {
  return pathOf('endpointslices', bench.namespaces[set], (await ownSlice(bench, service, set)).metadata?.name)
}

function tampered(does: string, service: string, change: (endpoints: Endpoints) => Endpoints): Mechanism {
  return tamperedSlice(does, service, ({ endpoints }) => ({ endpoints: change(endpoints) }))
}

async function ownSlice(bench: Bench, service: string, set: SetName): Promise<EndpointSlice> {
  const [slice] = await slicesOf(bench, service, set)
  if (slice === undefined) throw new Error(`${service} has no slice`)
  return slice
}

function each(
  change: (endpoint: Endpoints[number], index: number) => Partial<Endpoints[number]>,
): (endpoints: Endpoints) => Endpoints {
  return (endpoints) => endpoints.map((endpoint, index) => ({ ...endpoint, ...change(endpoint, index) }))
}

function some(looksAt: string, service: string, is: (endpoint: Endpoints[number]) => boolean): Mutant['witness'] {
  return slicesHold(looksAt, service, (slices) => slices.some((slice) => (slice.endpoints ?? []).some(is)))
}

/** Slices hold what is not so. */
export const slices: readonly Mutant[] = [
  {
    id: 'M-E01',
    breaks: 'a foreign slice lists an address that is no Pod of the Service',
    mechanism: create('an EndpointSlice of another manager', (bench) => [
      foreignSlice(bench, 'web', 'mutant-ghost', [{ addresses: ['10.255.255.9'], conditions: { ready: true } }]),
    ]),
    witness: some('the slices of web', 'web', (one) => one.addresses.includes('10.255.255.9')),
    kills: { 'dns.headless.a.exact-set': 'EndpointSlice', 'eps.endpoint.targetref': 'EndpointSlice' },
  },
  {
    id: 'M-E01.six',
    breaks: 'a foreign slice lists an IPv6 address that is no Pod of the Service',
    mechanism: create('an EndpointSlice of another manager', (bench) => [
      ipv6Slice(bench, 'web', 'mutant-six', [{ addresses: ['fd00:255::9'], conditions: { ready: true } }]),
    ]),
    witness: some('the slices of web', 'web', (one) => one.addresses.includes('fd00:255::9')),
    kills: {
      'dns.headless.aaaa.exact-set': 'EndpointSlice',
      'ds.family-limits': 'EndpointSlice',
      'eps.endpoint.targetref': 'EndpointSlice',
    },
  },
  {
    id: 'M-E03',
    breaks: 'a foreign slice lists the address of a Pod once more, without saying whose it is',
    mechanism: create('an EndpointSlice of another manager', async (bench) => [
      foreignSlice(bench, 'db', 'mutant-twice', [{ addresses: [(await bench.pods('db'))[0]?.status?.podIP] }]),
    ]),
    witness: slicesHold('the slices of db', 'db', (found) =>
      found.some((one) => one.metadata?.name === 'mutant-twice'),
    ),
    kills: { 'eps.endpoint.targetref': 'EndpointSlice' },
    // The copy has no hostname, node and zone either.
    alongside: {
      'eps.endpoint.hostname': ['non-conformant'],
      'eps.endpoint.node-zone': ['non-conformant'],
      'dns.headless.srv.n-by-m': ['non-conformant'],
      'dns.headless.srv.target': ['non-conformant'],
    },
  },
  {
    id: 'M-E07.node',
    breaks: 'an endpoint is said to be on another node',
    mechanism: tampered(
      'endpoints[].nodeName is another node',
      'web',
      each(() => ({ nodeName: 'elsewhere' })),
    ),
    witness: some('the slices of web', 'web', (one) => one.nodeName === 'elsewhere'),
    kills: { 'eps.endpoint.node-zone': 'EndpointSlice' },
  },
  {
    id: 'M-E07.zone',
    breaks: 'an endpoint is said to be in another zone',
    mechanism: tampered(
      'endpoints[].zone is another zone',
      'db',
      each(() => ({ zone: 'elsewhere' })),
    ),
    witness: some('the slices of db', 'db', (one) => one.zone === 'elsewhere'),
    kills: { 'eps.endpoint.node-zone': 'EndpointSlice' },
  },
  {
    id: 'M-E07.ref',
    breaks: 'an endpoint refers to a Pod that is gone',
    mechanism: tampered(
      'endpoints[].targetRef.uid is that of nobody',
      'web',
      each(({ targetRef }) => ({ targetRef: { ...targetRef, uid: '00000000-0000-4000-8000-000000000000' } })),
    ),
    witness: some('the slices of web', 'web', (one) => one.targetRef?.uid?.startsWith('00000000') === true),
    kills: { 'eps.endpoint.targetref': 'EndpointSlice' },
  },
  {
    id: 'M-E07.ready',
    breaks: 'a ready Pod does not count as ready',
    mechanism: tampered(
      'conditions.ready of one endpoint is false',
      'db',
      each(({ conditions }, index) => (index === 0 ? { conditions: { ...conditions, ready: false } } : {})),
    ),
    witness: some('the slices of db', 'db', (one) => one.conditions?.ready === false),
    kills: {
      'eps.cond.ready': 'EndpointSlice',
      'dns.headless.a.exact-set': 'EndpointSlice',
      'dns.headless.host.a': 'EndpointSlice',
      'sts.dns.per-pod': 'EndpointSlice',
    },
  },
  {
    id: 'M-E07.unready',
    breaks: 'a Pod that is not Ready counts as ready',
    mechanism: tampered(
      'conditions.ready of all endpoints is true',
      'peers',
      each(({ conditions }) => ({ conditions: { ...conditions, ready: true } })),
    ),
    witness: slicesHold('the slices of peers', 'peers', (found) =>
      found.every((slice) => (slice.endpoints ?? []).every((one) => one.conditions?.ready === true)),
    ),
    kills: { 'eps.cond.ready': 'EndpointSlice', 'dns.headless.host.ready-only': 'EndpointSlice' },
  },
  {
    id: 'M-E07.serving',
    breaks: 'a Ready Pod does not count as serving',
    mechanism: tampered(
      'conditions.serving of one endpoint is false',
      'db',
      each(({ conditions }, index) => (index === 0 ? { conditions: { ...conditions, serving: false } } : {})),
    ),
    witness: some('the slices of db', 'db', (one) => one.conditions?.serving === false),
    kills: { 'eps.cond.serving': 'EndpointSlice' },
  },
  {
    id: 'M-E07.terminating',
    breaks: 'a Pod that nobody deletes counts as terminating',
    mechanism: tampered(
      'conditions.terminating of one endpoint is true',
      'web',
      each(({ conditions }, index) => (index === 0 ? { conditions: { ...conditions, terminating: true } } : {})),
    ),
    witness: some('the slices of web', 'web', (one) => one.conditions?.terminating === true),
    kills: { 'eps.cond.terminating': 'EndpointSlice' },
  },
  {
    id: 'M-E07.port',
    breaks: 'a slice names another port than that on which the Pods listen',
    mechanism: tamperedSlice('ports[0].port is another number', 'db', ({ ports = [] }) => ({
      ports: ports.map((one, index) => (index === 0 ? { ...one, port: 9999 } : one)),
    })),
    witness: slicesHold('the slices of db', 'db', (found) => found[0]?.ports?.[0]?.port === 9999),
    // SRV records say what the slice says: they are right, and it is wrong.
    kills: { 'eps.ports.target': 'EndpointSlice' },
  },
  {
    id: 'M-E61',
    breaks: 'of two ports that share a number a slice has only that of TCP',
    mechanism: tamperedSlice('the UDP port is gone', 'two-protocols', ({ ports = [] }) => ({
      ports: ports.filter((one) => one.protocol !== 'UDP'),
    })),
    witness: slicesHold('the slices of two-protocols', 'two-protocols', (found) => found[0]?.ports?.length === 1),
    kills: { 'eps.ports.two-protocols': 'EndpointSlice', 'dns.headless.srv.two-protocols': 'EndpointSlice' },
  },
  {
    id: 'M-E62',
    breaks: 'a slice does not say what is spoken at a port',
    mechanism: tamperedSlice('appProtocol is gone', 'nameless-port', ({ ports = [] }) => ({
      ports: ports.map(({ appProtocol: _, ...rest }) => rest),
    })),
    witness: slicesHold(
      'the slices of nameless-port',
      'nameless-port',
      (found) => found.length > 0 && found.every((one) => one.ports?.every((port) => port.appProtocol === undefined)),
    ),
    kills: { 'eps.ports.app-protocol': 'EndpointSlice' },
  },
  {
    id: 'M-E07.group',
    breaks: 'a Pod that listens on another port than the others is in a slice with the port of the others',
    mechanism: tamperedSlice('ports[0].port is that of the other slice', 'sided', ({ ports = [] }) => ({
      ports: ports.map((one) => ({ ...one, port: one.port === 8081 ? 8082 : 8081 })),
    })),
    witness: slicesHold(
      'the slices of sided',
      'sided',
      (found) => new Set(found.map((one) => one.ports?.[0]?.port)).size === 1,
    ),
    kills: { 'eps.ports.group': 'EndpointSlice' },
  },
  {
    id: 'M-E07.hostname',
    breaks: 'the endpoint of a Pod has lost its hostname',
    mechanism: tampered(
      'endpoints[].hostname is gone from one endpoint',
      'db',
      (endpoints) =>
        endpoints.map(({ hostname, ...rest }, index) => (index === 0 ? rest : { ...rest, hostname })) as Endpoints,
    ),
    witness: some('the slices of db', 'db', (one) => one.hostname === undefined),
    kills: {
      'eps.endpoint.hostname': 'EndpointSlice',
      'dns.headless.host.a': 'EndpointSlice',
      'sts.dns.per-pod': 'EndpointSlice',
    },
  },
  {
    id: 'M-E07.stranger',
    breaks: 'an endpoint has a hostname that its Pod has not asked for',
    mechanism: tampered(
      'endpoints[].hostname is set on a Deployment',
      'web',
      each((_, index) => ({ hostname: `web-${index}` })),
    ),
    witness: some('the slices of web', 'web', (one) => one.hostname === 'web-0'),
    kills: { 'eps.endpoint.hostname': 'EndpointSlice' },
  },
  {
    id: 'M-E07.subdomain',
    breaks: 'an endpoint has the hostname of its Pod, whose subdomain is another Service',
    mechanism: tampered(
      'endpoints[].hostname is set where the subdomain is not the Service',
      'peers',
      each(({ targetRef }) => (targetRef?.name === 'peer-elsewhere' ? { hostname: 'elsewhere' } : {})),
    ),
    witness: some('the slices of peers', 'peers', (one) => one.hostname === 'elsewhere'),
    kills: { 'dns.headless.host.own-subdomain': 'EndpointSlice', 'eps.endpoint.hostname': 'EndpointSlice' },
  },
  {
    id: 'M-E07.lost',
    breaks: 'a ready Pod is in no slice',
    mechanism: tampered('one endpoint is taken out', 'db', (endpoints) => endpoints.slice(1)),
    witness: slicesHold('the slices of db', 'db', (found) => found.flatMap((one) => one.endpoints ?? []).length === 1),
    kills: {
      'dns.headless.a.exact-set': 'EndpointSlice',
      'dns.headless.host.a': 'EndpointSlice',
      'sts.dns.per-pod': 'EndpointSlice',
      'eps.endpoint.targetref': 'EndpointSlice',
    },
  },
]
