import { describe, expect, test } from 'vitest'
import { fakeApi, rejection } from '../target/fake-client.ts'
import { Applier } from './apply.ts'
import { parseManifest } from './fixture.ts'
import { runLabel } from './labels.ts'

const policy = `apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata:
  name: strict
  labels: { app: web }
  annotations: { note: kept }
spec:
  podSelector: {}
  ingress:
    - from: [{ podSelector: { matchLabels: { role: client } } }]
      futureField: 1
  policyTypes: [Ingress]
`

function only(text: string) {
  const [object] = parseManifest(text, 'x.yaml')
  if (object === undefined) throw new Error('no object')
  return object
}

describe('Applier', () => {
  test('sends what the manifest says and the namespace, to the path that the server lists', async () => {
    const api = await fakeApi()
    await new Applier(api.client()).apply(only(policy), 'ns')
    const [list, request] = api.requests
    expect(list).toMatchObject({ method: 'GET', path: '/apis/networking.k8s.io/v1' })
    expect({ method: request?.method, path: request?.path, body: request?.body }).toEqual({
      method: 'PATCH',
      path: '/apis/networking.k8s.io/v1/namespaces/ns/networkpolicies/strict',
      body: {
        apiVersion: 'networking.k8s.io/v1',
        kind: 'NetworkPolicy',
        metadata: { name: 'strict', labels: { app: 'web' }, annotations: { note: 'kept' }, namespace: 'ns' },
        spec: {
          podSelector: {},
          ingress: [{ from: [{ podSelector: { matchLabels: { role: 'client' } } }], futureField: 1 }],
          policyTypes: ['Ingress'],
        },
      },
    })
    expect(request?.headers['content-type']).toBe('application/apply-patch+yaml')
    expect(Object.fromEntries(request?.query ?? [])).toEqual({ fieldManager: 'rollcall', force: 'true' })
  })

  test('marks an object of a shared namespace with the run, and leaves the manifest alone', async () => {
    const api = await fakeApi()
    const applier = new Applier(api.client())
    const object = only('apiVersion: v1\nkind: ConfigMap\nmetadata: { name: c }')
    await applier.apply(object, 'ns', { [runLabel]: 'abc123' })
    expect(api.requests.at(-1)?.body).toMatchObject({ metadata: { labels: { [runLabel]: 'abc123' } } })
    await applier.apply(object, 'ns')
    expect(api.requests.at(-1)?.body).toEqual({ ...object, metadata: { name: 'c', namespace: 'ns' } })
    await applier.apply(only(policy), 'ns', { [runLabel]: 'abc123' })
    expect(api.requests.at(-1)?.body).toMatchObject({ metadata: { labels: { app: 'web', [runLabel]: 'abc123' } } })
  })

  test('reads the list of a group once, and knows what has no namespace', async () => {
    const api = await fakeApi()
    const applier = new Applier(api.client())
    const node = only('apiVersion: v1\nkind: Node\nmetadata: { name: n }')
    const pod = only('apiVersion: v1\nkind: Pod\nmetadata: { name: p }')
    expect(await applier.path(node, 'ns')).toBe('/api/v1/nodes/n')
    expect(await applier.path(pod, 'ns')).toBe('/api/v1/namespaces/ns/pods/p')
    expect(api.asked()).toEqual(['GET /api/v1'])
  })

  test('says what the server does not serve', async () => {
    const api = await fakeApi()
    const unknown = only('apiVersion: apps/v1\nkind: Gadget\nmetadata: { name: g }')
    expect(await rejection(new Applier(api.client()).apply(unknown, 'ns'))).toMatchObject({
      name: 'KubernetesError',
      status: 404,
      message: 'the API server serves no Gadget in apps/v1',
    })
  })
})
