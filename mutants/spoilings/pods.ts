import type { Hop } from '../../helpers/report/record.ts'
import type { Snapshot } from '../../helpers/stage/snapshot.ts'
import { isReady, type Pod, type StatefulSet } from '../../helpers/target/objects.ts'
import type { World } from '../../helpers/worlds/world.ts'
import { at, type Spoiling, valuesOf } from './spoiling.ts'

/** The Service of a fixture's Pod, which is in its label. */
function serviceOf(pod: Pod): string {
  return (pod.metadata?.labels?.app ?? '').replace('rollcall-', '')
}

interface Change {
  readonly kind: string
  readonly to: (pod: Pod, spice: number) => readonly Pod[]
  readonly convicts: (pod: Pod, service: string) => Readonly<Record<string, Hop>>
  /** Whether the Pod is published no more, for whoever looks for it alone. */
  readonly hides?: true
}

/** Who asks for the hostname of the one Pod that is published and has another subdomain: without it, there is nothing to ask for. */
function withoutStranger({ spec }: Pod, service: string): readonly string[] {
  return service === 'peers' && spec?.subdomain !== service ? ['dns.headless.host.own-subdomain'] : []
}

/** Who looks for the addresses of a Service, and of others that select the same Pods. */
function inAddresses(service: string): Readonly<Record<string, Hop>> {
  const others = service === 'web' ? ['dns.headless.a.portless-selected'] : []
  return at('EndpointSlice', 'dns.headless.a.exact-set', ...others)
}

/** Who looks for the one Pod that has a Service of its own. */
function alone(pod: Pod): Readonly<Record<string, Hop>> {
  return pod.metadata?.name === 'db-0' ? at('EndpointSlice', 'sts.service-per-pod') : {}
}

const changes: readonly Change[] = [
  {
    kind: 'a replica is dropped',
    hides: true,
    to: () => [],
    convicts: (pod, service) => ({
      ...at('EndpointSlice', 'eps.endpoint.targetref', 'endpoints.selector'),
      ...alone(pod),
      ...(service === 'peers' ? at('EndpointSlice', 'dns.headless.a.publish-not-ready') : inAddresses(service)),
      ...(service === 'db' ? at('pod', 'sts.name.ordinal') : {}),
      ...(service === 'web' ? at('DNS backend', 'dns.headless.srv.port-reaches') : {}),
    }),
  },
  {
    kind: 'the hostname of a Pod is changed',
    to: (pod, spice) => [withSpec(pod, { hostname: `x${spice}` })],
    convicts: (pod, service) => {
      const named = pod.spec?.subdomain === service ? at('EndpointSlice', 'eps.endpoint.hostname') : {}
      const ordinal = {
        ...at('pod', 'sts.hostname', 'sts.hostname.full'),
        ...at('EndpointSlice', 'dns.headless.host.a'),
      }
      return service === 'db' ? { ...named, ...ordinal } : named
    },
  },
  {
    kind: 'the node of a Pod is changed',
    to: (pod, spice) => [withSpec(pod, { nodeName: `node-${spice}` })],
    convicts: () => at('EndpointSlice', 'eps.endpoint.node-zone'),
  },
  {
    kind: 'the Ready condition of a Pod is turned round',
    hides: true,
    to: (pod) => [
      { ...pod, status: { ...pod.status, conditions: [{ type: 'Ready', status: isReady(pod) ? 'False' : 'True' }] } },
    ],
    convicts: (pod, service) => ({
      ...at('EndpointSlice', 'eps.cond.ready', 'eps.cond.serving', 'endpoints.selector'),
      ...alone(pod),
      ...(service === 'db' ? at('EndpointSlice', 'sts.dns.per-pod') : {}),
      ...(service === 'peers' ? at('EndpointSlice', 'dns.headless.host.ready-only') : inAddresses(service)),
    }),
  },
  {
    kind: 'a Pod is being deleted',
    hides: true,
    to: (pod) => [withMetadata(pod, { deletionTimestamp: '2026-01-01T00:00:00Z' })],
    convicts: (pod, service) => ({
      ...at('EndpointSlice', 'eps.cond.terminating', 'endpoints.selector'),
      ...(isReady(pod) ? at('EndpointSlice', 'eps.cond.ready') : {}),
      ...alone(pod),
      ...(service === 'db' ? at('EndpointSlice', 'sts.dns.per-pod') : {}),
      ...(isReady(pod) && service === 'peers' ? at('EndpointSlice', 'dns.headless.host.ready-only') : {}),
      ...(service === 'peers' ? {} : inAddresses(service)),
    }),
  },
  {
    kind: 'the ports of a Pod have other numbers',
    to: (pod, spice) => [withSpec(pod, { containers: otherNumbers(pod, 10_000 + spice) })],
    convicts: (pod, service) =>
      namesPorts(pod) ? at('EndpointSlice', service === 'peers' ? 'eps.ports.group' : 'eps.ports.target') : {},
  },
  {
    kind: 'the label pod-name of a Pod is changed',
    to: (pod, spice) => [withLabel(pod, 'statefulset.kubernetes.io/pod-name', `x${spice}`)],
    convicts: (_, service) => (service === 'db' ? at('pod', 'sts.label.pod-name') : {}),
  },
  {
    kind: 'the label pod-index of a Pod is changed',
    to: (pod, spice) => [withLabel(pod, 'apps.kubernetes.io/pod-index', `${100 + spice}`)],
    convicts: (_, service) => (service === 'db' ? at('pod', 'sts.label.pod-index') : {}),
  },
]

type Containers = NonNullable<Pod['spec']>['containers']

function otherNumbers(pod: Pod, number: number): Containers {
  return (pod.spec?.containers ?? []).map(({ ports, ...container }) => ({
    ...container,
    ...(ports === undefined ? {} : { ports: ports.map((port) => ({ ...port, containerPort: number })) }),
  }))
}

function namesPorts(pod: Pod): boolean {
  return (pod.spec?.containers ?? []).some((container) => (container.ports ?? []).some((port) => port.name))
}

function withLabel(pod: Pod, label: string, value: string): Pod {
  return withMetadata(pod, { labels: { ...pod.metadata?.labels, [label]: value } })
}

function withMetadata(pod: Pod, fields: Partial<NonNullable<Pod['metadata']>>): Pod {
  return { ...pod, metadata: { ...pod.metadata, ...fields } }
}

function withSpec(pod: Pod, fields: Partial<NonNullable<Pod['spec']>>): Pod {
  return pod.spec === undefined ? pod : { ...pod, spec: { ...pod.spec, ...fields } }
}

/** Every way to spoil what the API said of one Pod, and the number of replicas of the set. */
export function podSpoilings(world: World): Spoiling[] {
  return [...valuesOf(world)].flatMap(([key, value]) => {
    if (!key.startsWith('snapshot ')) return []
    const snapshot = value as Snapshot
    const ofPods = snapshot.pods.flatMap((pod, index) =>
      ['web', 'db', 'peers'].includes(serviceOf(pod))
        ? changes.map(
            ({ kind, to, convicts, hides }): Spoiling => ({
              kind,
              key,
              spoil: (spice) => ({ ...snapshot, pods: snapshot.pods.toSpliced(index, 1, ...to(pod, spice)) }),
              convicts: convicts(pod, serviceOf(pod)),
              unclear: hides === true ? withoutStranger(pod, serviceOf(pod)) : [],
            }),
          )
        : [],
    )
    const ofSets = (snapshot.statefulSets ?? []).flatMap((set, index, sets) =>
      set.metadata?.name === 'db'
        ? [
            {
              kind: 'a set wants more replicas than it has',
              key,
              spoil: (spice: number) => ({
                ...snapshot,
                statefulSets: sets.with(index, scaled(set, 3 + (spice % 9))),
              }),
              convicts: at('pod', 'sts.name.ordinal'),
              unclear: [],
            },
          ]
        : [],
    )
    return [...ofPods, ...ofSets]
  })
}

function scaled(set: StatefulSet, replicas: number): StatefulSet {
  return set.spec === undefined ? set : { ...set, spec: { ...set.spec, replicas } }
}
