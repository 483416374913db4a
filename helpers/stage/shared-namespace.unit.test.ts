import { describe, expect, test } from 'vitest'
import type { FakeApi } from '../target/fake-api.ts'
import { fakeApi, rejection } from '../target/fake-client.ts'
import { failure } from '../target/fake-store.ts'
import type { KubernetesObject } from '../target/objects.ts'
import { marksOf, runLabel } from './labels.ts'
import { sweepWithin } from './shared-namespace.ts'

const finished = marksOf({ run: 'older1', kept: true, keptFor: -1 })
const kept = marksOf({ run: 'kept01', kept: true, keptFor: 600 })

function put(api: FakeApi, kind: string, name: string, metadata: Partial<KubernetesObject['metadata']> = {}): void {
  const apiVersion = { EndpointSlice: 'discovery.k8s.io/v1', StatefulSet: 'apps/v1' }[kind] ?? 'v1'
  api.store.put({ apiVersion, kind, metadata: { name, namespace: 'team', ...metadata } })
}

function names(api: FakeApi): string[] {
  return [...api.store.objects.keys()].map((path) => path.split('/').slice(-2).join('/')).sort()
}

async function populated(): Promise<FakeApi> {
  const api = await fakeApi()
  put(api, 'Service', 'theirs')
  put(api, 'Service', 'web', { labels: finished })
  put(api, 'Service', 'up-web', { labels: kept })
  put(api, 'ConfigMap', 'unmarked', { labels: { [runLabel]: 'nobody' } })
  put(api, 'Pod', 'elsewhere', { labels: finished, namespace: 'other' })
  return api
}

describe('sweeping a namespace that is not ours', () => {
  test('deletes what has expired there, and nothing else', async () => {
    const api = await populated()
    expect(await sweepWithin(api.client(), 'team')).toEqual(['Service web'])
    expect(names(api)).toEqual(['configmaps/unmarked', 'pods/elsewhere', 'services/theirs', 'services/up-web'])
  })

  test('deletes with `all` whatever a run has made there', async () => {
    const api = await populated()
    expect((await sweepWithin(api.client(), 'team', { all: true })).sort()).toEqual([
      'ConfigMap unmarked',
      'Service up-web',
      'Service web',
    ])
    expect(names(api)).toEqual(['pods/elsewhere', 'services/theirs'])
  })

  test('deletes with `run` what that one has made there, expired or not', async () => {
    const api = await populated()
    expect(await sweepWithin(api.client(), 'team', { run: 'kept01' })).toEqual(['Service up-web'])
  })

  test('leaves to its controllers what goes with a Service', async () => {
    const api = await populated()
    const ownerReferences = [{ kind: 'Service', name: 'web', controller: true }]
    put(api, 'EndpointSlice', 'web-x7k2p', { labels: finished, ownerReferences })
    put(api, 'EndpointSlice', 'by-hand', { labels: finished })
    put(api, 'Endpoints', 'web', { labels: finished })
    expect((await sweepWithin(api.client(), 'team')).sort()).toEqual(['EndpointSlice by-hand', 'Service web'])
    const deleted = api.asked().filter((one) => one.startsWith('DELETE'))
    expect(deleted.filter((one) => /endpoints\/web|x7k2p/.test(one))).toEqual([])
  })

  test('takes the claims of a StatefulSet along', async () => {
    const api = await fakeApi()
    const spec = { selector: { matchLabels: { app: 'kv' } }, volumeClaimTemplates: [{}] }
    const metadata = { name: 'kv', namespace: 'team', labels: finished }
    api.store.put({ apiVersion: 'apps/v1', kind: 'StatefulSet', metadata, spec })
    put(api, 'PersistentVolumeClaim', 'data-kv-0', { labels: { app: 'kv' } })
    put(api, 'PersistentVolumeClaim', 'theirs', { labels: { app: 'theirs' } })
    await sweepWithin(api.client(), 'team')
    expect(names(api)).toEqual(['persistentvolumeclaims/theirs'])
  })

  test('passes over kinds that may not be listed', async () => {
    const api = await populated()
    api.answer = ({ path }) =>
      path.endsWith('/endpointslices') ? failure(403, 'Forbidden', 'endpointslices is forbidden') : undefined
    expect(await sweepWithin(api.client(), 'team')).toEqual(['Service web'])
  })

  test('says what could not be deleted, once all else is', async () => {
    const api = await populated()
    put(api, 'Pod', 'web-0', { labels: finished })
    api.answer = ({ method, path }) =>
      method === 'DELETE' && path.endsWith('/services/web') ? failure(403, 'Forbidden', 'not yours') : undefined
    expect(await rejection(sweepWithin(api.client(), 'team'))).toMatchObject({
      message: 'Not all could be swept from namespace team: not yours',
    })
    expect(names(api)).not.toContain('pods/web-0')
  })
})
