import type { TargetFacts } from '../target/facts.ts'
import type { EndpointSlice, Pod, Service } from '../target/objects.ts'
import { type Before, beforeSchema } from './before.ts'
import type { Shown } from './truth.ts'

export const namespace = 'rollcall-upgrade-abc123'
export const zone = `${namespace}.svc.cluster.local`

/** A Pod of the fixture, ready at an address, and changed as the test wants. */
export function pod(
  name: string,
  app: string,
  address: string,
  more: {
    uid?: string
    node?: string
    ready?: boolean
    restarts?: number
    labels?: Record<string, string>
    leaving?: boolean
  } = {},
): Pod {
  const { uid = `uid-${name}`, node = 'node-a', ready = true, restarts = 0, labels = {}, leaving = false } = more
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: {
      name,
      namespace,
      uid,
      labels: { app, ...labels },
      ...(leaving ? { deletionTimestamp: '2026-01-01T00:00:00Z' } : {}),
    },
    spec: { nodeName: node, containers: [] },
    status: {
      phase: 'Running',
      ...(address === '' ? {} : { podIP: address, podIPs: [{ ip: address }] }),
      conditions: [{ type: 'Ready', status: ready ? 'True' : 'False' }],
      containerStatuses: [{ name: 'c', restartCount: restarts, image: 'i', imageID: 'i', ready }],
    },
  } as unknown as Pod
}

/** A Service of the fixture: headless without an address. */
export function service(name: string, app: string | undefined, address?: string): Service {
  return {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name, namespace },
    spec: {
      ...(address === undefined
        ? { clusterIP: 'None', clusterIPs: ['None'] }
        : { clusterIP: address, clusterIPs: [address] }),
      ...(app === undefined ? {} : { selector: { app } }),
    },
  } as unknown as Service
}

/** An EndpointSlice of a Service. */
export function slice(
  of: string,
  endpoints: EndpointSlice['endpoints'],
  addressType = 'IPv4',
  more = '',
): EndpointSlice {
  return {
    apiVersion: 'discovery.k8s.io/v1',
    kind: 'EndpointSlice',
    metadata: { name: `${of}-x${more}`, namespace, labels: { 'kubernetes.io/service-name': of } },
    addressType,
    endpoints,
  } as unknown as EndpointSlice
}

/** Two web Pods, one member of the replicated set, and a sampler. */
export function shown(): Shown {
  return {
    namespace,
    pods: [
      pod('up-web-1', 'rollcall-up-web', '10.244.1.1'),
      pod('up-web-2', 'rollcall-up-web', '10.244.2.1', { node: 'node-b' }),
      pod('up-kv-0', 'rollcall-up-kv', '10.244.1.9'),
      pod('sampler-1', 'rollcall-sampler', '10.244.1.5'),
    ],
    services: [
      service('up-web', 'rollcall-up-web', '10.96.0.5'),
      service('up-web-headless', 'rollcall-up-web'),
      service('up-kv', 'rollcall-up-kv'),
      service('up-kv-any', 'rollcall-up-kv', '10.96.0.6'),
    ],
    slices: [
      ...['up-web', 'up-web-headless'].map((name) =>
        slice(name, [{ addresses: ['10.244.2.1'] }, { addresses: ['10.244.1.1'], conditions: { ready: true } }]),
      ),
      slice('up-kv-any', [{ addresses: ['10.244.1.9'], conditions: { ready: true } }]),
      slice('up-kv', [{ addresses: ['10.244.1.9'], hostname: 'up-kv-0', conditions: { ready: true } }]),
    ],
  }
}

export const facts: TargetFacts = {
  context: 'kind-fake',
  server: 'https://fake/',
  version: { gitVersion: 'v1.35.4', platform: 'linux/amd64' },
  nodes: { seen: false, reason: 'not read' },
  proxies: [],
  families: ['IPv4'],
  dns: {
    clusterDomain: 'cluster.local',
    nameservers: { 'node-a': ['10.96.0.10'], 'node-b': ['10.96.0.10'] },
    service: {
      seen: true,
      value: {
        ...{ namespace: 'kube-system', name: 'kube-dns', clusterIPs: ['10.96.0.10'] },
        backends: [{ name: 'coredns-1', address: '10.244.0.2', port: 53 }],
      },
    },
  },
  privileged: { seen: false, reason: 'not tried' },
}

/** What `rollcall before` has written of it. */
export function beforeOf(more: Partial<Before> = {}): Before {
  return {
    ...{ schema: beforeSchema, id: 'abc123', taken: '2026-01-01T00:00:00.000Z', facts },
    sets: [{ set: 'upgrade', namespace }],
    ...{ snapshots: {}, revisions: [], answers: [], marks: [], redis: [] },
    ...more,
  }
}
