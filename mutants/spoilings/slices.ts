import type { Endpoint } from '../../helpers/matchers/truth.ts'
import type { Hop } from '../../helpers/report/record.ts'
import type { Snapshot } from '../../helpers/stage/snapshot.ts'
import type { EndpointSlice } from '../../helpers/target/objects.ts'
import type { World } from '../../helpers/worlds/world.ts'
import { at, type Spoiling, strangeAddress, valuesOf } from './spoiling.ts'

/** What an endpoint is told to be in the place of what it is: none, itself changed, or more than one. */
interface Change {
  readonly kind: string
  readonly to: (endpoint: Endpoint, spice: number) => readonly Endpoint[]
  /** Whether it makes a difference to this endpoint. */
  readonly when?: (endpoint: Endpoint) => boolean
  /** Of a headless Service whose names are asked for, of any headless one, and of the ClusterIP twin. */
  readonly named?: Readonly<Record<string, Hop>>
  readonly headless?: Readonly<Record<string, Hop>>
  readonly twin?: Readonly<Record<string, Hop>>
  /** Of the Service whose endpoints have hostnames, and of the one whose endpoint is not ready. */
  readonly hosts?: Readonly<Record<string, Hop>>
  readonly peers?: Readonly<Record<string, Hop>>
  /** Of the Service whose endpoints have hostnames, what can then no longer be decided. */
  readonly unclear?: readonly string[]
}

const targetref = at('EndpointSlice', 'eps.endpoint.targetref')
const otherSet = at('EndpointSlice', 'dns.headless.a.exact-set')
const otherCount = at('DNS backend', 'dns.headless.srv.n-by-m')
const otherTarget = at('DNS backend', 'dns.headless.srv.target')
const otherRules = at('node rules', 'proxy.clusterip.rules')
const otherWayBack = at('DNS backend', 'dns.headless.ptr.hostname')
const otherPorts = at('EndpointSlice', 'eps.ports.target')
const otherWalk = at('DNS backend', 'dns.headless.a.cross-namespace')
const otherName = at('EndpointSlice', 'dns.headless.host.a', 'sts.dns.per-pod')
const twice = at('EndpointSlice', 'eps.no-duplicates')
const otherMembers = { ...otherSet, ...otherCount, ...otherTarget }

const changes: readonly Change[] = [
  {
    kind: 'an endpoint is dropped',
    to: () => [],
    named: otherMembers,
    hosts: { ...otherWalk, ...otherName },
    headless: targetref,
    twin: otherRules,
  },
  {
    kind: 'an endpoint is added',
    to: (one, spice) => [
      one,
      {
        addresses: [strangeAddress(spice)],
        conditions: { ready: true },
        ...(one.nodeName && { nodeName: one.nodeName }),
      },
    ],
    named: otherMembers,
    hosts: otherWalk,
    headless: targetref,
    twin: otherRules,
  },
  // Consumers have to expect it: an endpoint may be in two slices while the controller moves it, if not for long.
  { kind: 'an endpoint is there twice', to: (one) => [one, one], headless: twice, twin: twice },
  {
    kind: 'the address of an endpoint is swapped for a stale one',
    when: isReady,
    to: (one, spice) => [{ ...one, addresses: [strangeAddress(spice)] }],
    named: { ...otherSet, ...otherTarget },
    hosts: { ...otherWayBack, ...otherWalk, ...otherName },
    headless: targetref,
    twin: otherRules,
  },
  {
    kind: 'the hostname of an endpoint is changed',
    to: (one, spice) => [{ ...one, hostname: `x${spice}` }],
    named: otherTarget,
    hosts: { ...otherWayBack, ...otherName },
    // They compare what is said of one name, which nobody knows then.
    unclear: ['dns.neg.other-family-nodata', 'dns.zone.case-insensitive'],
    headless: at('EndpointSlice', 'eps.endpoint.hostname'),
  },
  {
    kind: 'the hostname of an endpoint is dropped',
    when: (one) => one.hostname !== undefined,
    to: ({ hostname: _, ...one }) => [one],
    hosts: otherName,
    headless: at('EndpointSlice', 'eps.endpoint.hostname'),
  },
  {
    kind: 'the ready condition of an endpoint is turned round',
    to: (one) => [{ ...one, conditions: { ...one.conditions, ready: !isReady(one) } }],
    named: otherMembers,
    hosts: { ...otherWalk, ...otherName },
    headless: at('EndpointSlice', 'eps.cond.ready'),
    peers: at('EndpointSlice', 'dns.headless.host.ready-only'),
    twin: otherRules,
  },
  {
    kind: 'the serving condition of an endpoint is turned round',
    to: (one) => [{ ...one, conditions: { ...one.conditions, serving: one.conditions?.serving === false } }],
    headless: at('EndpointSlice', 'eps.cond.serving'),
  },
  {
    kind: 'the terminating condition of an endpoint is turned round',
    to: (one) => [{ ...one, conditions: { ...one.conditions, terminating: one.conditions?.terminating !== true } }],
    headless: at('EndpointSlice', 'eps.cond.terminating'),
  },
  {
    kind: 'the node of an endpoint is changed',
    to: (one, spice) => [{ ...one, nodeName: `node-${spice}` }],
    headless: at('EndpointSlice', 'eps.endpoint.node-zone'),
  },
  {
    kind: 'the zone of an endpoint is changed',
    to: (one, spice) => [{ ...one, zone: `zone-${spice}` }],
    headless: at('EndpointSlice', 'eps.endpoint.node-zone'),
  },
  {
    kind: 'the targetRef of an endpoint is changed',
    when: (one) => one.targetRef !== undefined,
    to: (one, spice) => {
      const field = ['uid', 'name', 'kind', 'namespace'][spice % 4] ?? 'uid'
      return [{ ...one, targetRef: { ...one.targetRef, [field]: `x${spice}` } }]
    },
    headless: targetref,
  },
  {
    kind: 'the targetRef of an endpoint is dropped',
    to: ({ targetRef: _, ...one }) => [one],
    headless: targetref,
  },
]

/** Requirements that go on to dial what a slice says, or to which it means one thing or another. */
const followed = ['dns.headless.ptr.removed', 'proxy.mixed']

function isReady(endpoint: Endpoint): boolean {
  return endpoint.conditions?.ready !== false
}

function serviceOf(slice: EndpointSlice): string {
  return slice.metadata?.labels?.['kubernetes.io/service-name'] ?? ''
}

/** Who sees a change in a slice of this Service. */
function seenBy(service: string, { named, headless, twin, hosts, peers }: Change): Readonly<Record<string, Hop>> {
  if (service === 'web-clusterip') return twin ?? {}
  if (service === 'peers') return { ...headless, ...peers }
  return { ...headless, ...named, ...(service === 'db' ? hosts : {}) }
}

/** Every way to spoil what the API said of one endpoint of a headless Service or of its twin. */
export function sliceSpoilings(world: World): Spoiling[] {
  return [...valuesOf(world)].flatMap(([key, value]) => {
    if (!key.startsWith('snapshot ')) return []
    const snapshot = value as Snapshot
    return snapshot.slices.flatMap((slice, place) => {
      if (!['web', 'db', 'peers', 'web-clusterip'].includes(serviceOf(slice))) return []
      const withSlice = (changed: EndpointSlice): Snapshot => ({
        ...snapshot,
        slices: snapshot.slices.with(place, changed),
      })
      const ofEndpoints = (slice.endpoints ?? []).flatMap((endpoint, index) =>
        changes
          .filter(({ when = () => true }) => when(endpoint))
          .map(
            (change): Spoiling => ({
              kind: change.kind,
              key,
              spoil: (spice) =>
                withSlice({ ...slice, endpoints: slice.endpoints.toSpliced(index, 1, ...change.to(endpoint, spice)) }),
              convicts: seenBy(serviceOf(slice), change),
              unclear: serviceOf(slice) === 'db' ? (change.unclear ?? []) : [],
              open: followed,
            }),
          ),
      )
      const ofPorts = (slice.ports ?? []).map(
        (port, index): Spoiling => ({
          kind: 'the port of a slice is changed',
          key,
          spoil: (spice) =>
            withSlice({ ...slice, ports: (slice.ports ?? []).with(index, { ...port, port: 10_000 + spice }) }),
          convicts: seenBy(serviceOf(slice), {
            kind: '',
            to: () => [],
            named: otherCount,
            headless: otherPorts,
            twin: { ...otherRules, ...otherPorts },
          }),
          unclear: [],
          open: followed,
        }),
      )
      return [...ofEndpoints, ...ofPorts]
    })
  })
}
