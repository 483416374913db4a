import type { FakeApi } from '../target/fake-api.ts'
import type { KubernetesObject } from '../target/objects.ts'

/** Of the Pod of every canary. */
export const address = '10.244.0.9'

/** Plays the controllers: a Pod is ready at once, a Service has its address and its slice. */
export function controllers(api: FakeApi, namespace = 'ns'): void {
  api.store.onChange = (object: KubernetesObject) => {
    const { metadata, spec } = object
    if (object.kind === 'Pod') {
      const status = { phase: 'Running', podIP: address, conditions: [{ type: 'Ready', status: 'True' }] }
      api.store.put({ ...object, status })
    }
    if (object.kind !== 'Service') return
    ;(spec as { clusterIP?: string }).clusterIP ??= '10.96.7.7'
    api.store.put({
      ...{ apiVersion: 'discovery.k8s.io/v1', kind: 'EndpointSlice' },
      metadata: { name: metadata.name, namespace, labels: { 'kubernetes.io/service-name': metadata.name } },
      endpoints: [{ addresses: [address], conditions: { ready: true } }],
    })
  }
}
