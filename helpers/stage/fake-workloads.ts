import type { FakeStore } from '../target/fake-store.ts'
import type { KubernetesObject } from '../target/objects.ts'

/** Of every Pod. */
const podAddress = '10.244.0.9'

interface PodTemplate {
  readonly metadata?: { readonly labels?: Record<string, string> }
  readonly spec?: Record<string, unknown>
}

/** Gives each new namespace its default ServiceAccount, as the controller manager does. */
export function provideServiceAccounts(store: FakeStore): void {
  store.onChange = (object) => {
    if (object.kind === 'Namespace') putServiceAccount(store, object.metadata.name)
  }
}

/** Plays controllers, scheduler and kubelet: every workload is ready at once, with its Pods on the node `node-a`. */
export function runWorkloads(store: FakeStore): void {
  store.onChange = (object) => {
    const { namespace = '', name } = object.metadata
    if (object.kind === 'Namespace') putServiceAccount(store, name)
    if (object.kind === 'Pod') store.put(podOf(name, namespace, object.metadata, object.spec))
    const { template, replicas = 1 } = (object.spec ?? {}) as { template?: PodTemplate; replicas?: number }
    if (template === undefined) return
    const count = object.kind === 'DaemonSet' ? 1 : replicas
    object.status = { numberReady: count, desiredNumberScheduled: count, readyReplicas: count, observedGeneration: 1 }
    for (let ordinal = 0; ordinal < count; ordinal++)
      store.put(podOf(`${name}-${ordinal}`, namespace, { labels: template.metadata?.labels ?? {} }, template.spec))
  }
}

/** Plays the controller of EndpointSlices beside what has been told of changes so far: each Service has one, of the address of all Pods. */
export function tellSlices(store: FakeStore): void {
  const usual = store.onChange
  store.onChange = (object) => {
    usual(object)
    const { selector } = (object.spec ?? {}) as { selector?: object }
    if (object.kind !== 'Service' || selector === undefined) return
    const { name, namespace = '' } = object.metadata
    const labels = { 'kubernetes.io/service-name': name }
    store.put({
      ...{ apiVersion: 'discovery.k8s.io/v1', kind: 'EndpointSlice', addressType: 'IPv4', ports: [] },
      metadata: { name: `${name}-x7k2p`, namespace, labels },
      endpoints: [{ addresses: [podAddress], conditions: { ready: true } }],
    })
  }
}

function putServiceAccount(store: FakeStore, namespace: string): void {
  store.put({ apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name: 'default', namespace } })
}

function podOf(
  name: string,
  namespace: string,
  metadata: { readonly labels?: Record<string, string> },
  spec: unknown,
): KubernetesObject {
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { ...metadata, name, namespace },
    spec: { ...(spec as object), nodeName: 'node-a' },
    status: {
      phase: 'Running',
      podIP: podAddress,
      podIPs: [{ ip: podAddress }],
      conditions: [{ type: 'Ready', status: 'True' }],
    },
  }
}
