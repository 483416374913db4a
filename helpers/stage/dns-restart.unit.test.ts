import { describe, expect, test } from 'vitest'
import type { DnsService } from '../target/dns-service.ts'
import { fakeApi } from '../target/fake-client.ts'
import { failure } from '../target/fake-store.ts'
import type { KubernetesObject } from '../target/objects.ts'
import { whileDnsRestarts } from './dns-restart.ts'

const namespace = 'kube-system'
const service: DnsService = {
  namespace,
  name: 'kube-dns',
  clusterIPs: ['10.96.0.10'],
  backends: [{ name: 'dns-1', address: '10.244.0.2', port: 53 }],
}
const labels = { 'k8s-app': 'kube-dns' }
const selector = { matchLabels: labels }

function workload(kind: 'Deployment' | 'DaemonSet', status: object): KubernetesObject {
  const metadata = { name: 'coredns', namespace, generation: 2 }
  return { apiVersion: 'apps/v1', kind, metadata, spec: { replicas: 2, selector }, status }
}

const rolled = { replicas: 2, updatedReplicas: 2, availableReplicas: 2, observedGeneration: 2 }
const onEach = { desiredNumberScheduled: 2, updatedNumberScheduled: 2, numberAvailable: 2, observedGeneration: 2 }

/** A cluster whose DNS runs in such workloads. */
async function cluster(...objects: readonly KubernetesObject[]) {
  const api = await fakeApi()
  api.store.put({ apiVersion: 'v1', kind: 'Pod', metadata: { name: 'dns-1', namespace, labels } })
  for (const object of objects) api.store.put(object)
  return api
}

describe('a restart of DNS', () => {
  test.for([
    ['Deployment', { ...rolled, replicas: 3 }, rolled],
    ['DaemonSet', { ...onEach, numberAvailable: 1 }, onEach],
  ] as const)('of a %s calls until every server is new', async ([kind, halfway, over]) => {
    const api = await cluster(workload(kind, halfway))
    let calls = 0
    const meanwhile = async (): Promise<void> => {
      if (++calls === 5) api.store.put(workload(kind, over))
    }
    const made = await whileDnsRestarts(api.client(), service, meanwhile, { beat: 5, lingers: 50 })
    expect(made).toEqual({ seen: true, value: calls })
    expect(calls).toBeGreaterThan(5)
    expect(api.asked().filter((one) => one.startsWith('PATCH'))).toHaveLength(1)
  })

  test('is not begun where nobody may, and where nobody knows what runs it', async () => {
    const api = await cluster(workload('Deployment', rolled))
    const none = async (): Promise<void> => {}
    const refused = { seen: false, reason: expect.stringContaining('not for you') }
    for (const forbidden of ['PATCH', 'GET']) {
      api.answer = ({ method }) => (method === forbidden ? failure(403, 'Forbidden', 'not for you') : undefined)
      expect(await whileDnsRestarts(api.client(), service, none)).toEqual(refused)
    }
    const bare = await cluster()
    expect(await whileDnsRestarts(bare.client(), service, none)).toEqual({
      seen: false,
      reason: 'neither a Deployment nor a DaemonSet runs dns-1',
    })
  })
})
