import { describe, expect, test } from 'vitest'
import { Problem } from '../errors.ts'
import type { FakeApi } from '../target/fake-api.ts'
import { fakeApi, rejection } from '../target/fake-client.ts'
import { failure } from '../target/fake-store.ts'
import { provideServiceAccounts } from './fake-workloads.ts'
import { expiresLabel, keptLabel, runLabel, runnerLabel, runnerOf } from './labels.ts'
import { createNamespace, deleteNamespace, sweep } from './namespace.ts'

const seconds = () => Date.now() / 1000

function putNamespace(api: FakeApi, name: string, labels: Record<string, string>): void {
  api.store.put({ apiVersion: 'v1', kind: 'Namespace', metadata: { name, labels } })
}

describe('createNamespace', () => {
  test('labels it with run, runner, expiry and Pod Security level', async () => {
    const api = await fakeApi()
    provideServiceAccounts(api.store)
    await createNamespace(api.client(), 'ns', { run: 'abc123', kept: false, podSecurity: 'restricted' })
    const labels = api.store.objects.get('/api/v1/namespaces/ns')?.metadata.labels ?? {}
    const { [expiresLabel]: expires, ...others } = labels
    expect(others).toEqual({
      [runLabel]: 'abc123',
      [runnerLabel]: runnerOf(process.pid),
      'pod-security.kubernetes.io/enforce': 'restricted',
    })
    expect(Number(expires) - seconds()).toBeGreaterThan(3590)
    expect(Number(expires) - seconds()).toBeLessThanOrEqual(3600)
  })

  test('gives a kept one a day', async () => {
    const api = await fakeApi()
    provideServiceAccounts(api.store)
    await createNamespace(api.client(), 'ns', { run: 'abc123', kept: true, podSecurity: 'privileged' })
    const labels = api.store.objects.get('/api/v1/namespaces/ns')?.metadata.labels ?? {}
    expect([labels[keptLabel], labels['pod-security.kubernetes.io/enforce']]).toEqual(['true', 'privileged'])
    expect(Number(labels[expiresLabel]) - seconds()).toBeGreaterThan(24 * 3600 - 10)
  })

  test('waits for the default ServiceAccount', async () => {
    const api = await fakeApi()
    let looks = 0
    api.answer = ({ path }) => {
      if (!path.endsWith('/serviceaccounts/default')) return undefined
      looks++
      return looks < 4 ? failure(404, 'NotFound', 'none') : { status: 200, body: {} }
    }
    await createNamespace(api.client(), 'ns', { run: 'abc123', kept: false, podSecurity: 'restricted' })
    expect(looks).toBe(4)
  })

  test('rejects where the API refuses', async () => {
    const api = await fakeApi()
    api.answer = () => failure(403, 'Forbidden', 'namespaces is forbidden')
    const creation = createNamespace(api.client(), 'ns', { run: 'abc123', kept: false, podSecurity: 'restricted' })
    expect(await rejection(creation)).toMatchObject({ name: 'KubernetesError', message: 'namespaces is forbidden' })
  })
})

describe('deleteNamespace', () => {
  test('waits until it is gone, and is done at once where it is', async () => {
    const api = await fakeApi()
    putNamespace(api, 'ns', {})
    let looks = 0
    api.answer = ({ method, path }) => {
      if (method !== 'GET') return { status: 200, body: {} }
      looks++
      return looks < 2 ? { status: 200, body: { status: { phase: 'Terminating' } } } : failure(404, 'NotFound', path)
    }
    await deleteNamespace(api.client(), 'ns')
    expect(api.asked()).toEqual([
      'DELETE /api/v1/namespaces/ns',
      'DELETE /api/v1/namespaces/ns/pods',
      'GET /api/v1/namespaces/ns',
      'GET /api/v1/namespaces/ns',
    ])
    api.answer = () => undefined
    await deleteNamespace(api.client(), 'other')
    expect(api.asked().slice(4)).toEqual(['DELETE /api/v1/namespaces/other'])
  })

  test('goes on where the API server breaks for a moment', async () => {
    const api = await fakeApi()
    const broken = failure(500, 'InternalError', 'etcdserver: request timed out')
    const answers = { DELETE: [broken, { status: 200, body: {} }], GET: [broken, failure(404, 'NotFound', 'gone')] }
    api.answer = ({ method, path }) => {
      if (path.endsWith('/pods')) return { status: 200, body: {} }
      return answers[method as 'GET'].shift()
    }
    await deleteNamespace(api.client(), 'ns')
    expect(api.asked()).toHaveLength(5)
  })

  test('leaves Pods to the namespace controller where they cannot be deleted, or not in time', async () => {
    const silence = new Promise<never>(() => {})
    for (const answer of [silence, failure(403, 'Forbidden', 'pods')]) {
      const api = await fakeApi()
      api.answer = ({ method, path }) => {
        if (path.endsWith('/pods')) return answer
        return method === 'GET' ? failure(404, 'NotFound', path) : { status: 200, body: {} }
      }
      await deleteNamespace(api.client(), 'ns', 50)
      expect(api.asked().at(-1)).toBe('GET /api/v1/namespaces/ns')
    }
  })

  test('quotes what holds it where it does not go', async () => {
    const api = await fakeApi()
    const conditions = [
      { type: 'NamespaceDeletionContentFailure', status: 'False', message: 'All content successfully deleted' },
      { type: 'NamespaceContentRemaining', status: 'True', message: 'Some resources remain: pods. has 1 instances.' },
      { type: 'NamespaceFinalizersRemaining', status: 'True', message: 'Some content has finalizers: x in 1 resource' },
    ]
    api.answer = () => ({ status: 200, body: { status: { phase: 'Terminating', conditions } } })
    const error = await rejection(deleteNamespace(api.client(), 'ns', 0))
    expect(error).toBeInstanceOf(Problem)
    expect((error as Problem).cause).toBeUndefined()
    expect(error).toMatchObject({
      message:
        'Namespace ns is stuck in deletion and left behind: waited 0 s and 1 look for namespace ns to be gone; last seen: Some resources remain: pods. has 1 instances. Some content has finalizers: x in 1 resource; see what holds it.',
    })
    api.answer = () => ({ status: 200, body: { status: { phase: 'Terminating' } } })
    expect(await rejection(deleteNamespace(api.client(), 'ns', 0))).toMatchObject({
      message:
        'Namespace ns is stuck in deletion and left behind: waited 0 s and 1 look for namespace ns to be gone; last seen: phase Terminating; see what holds it.',
    })
  })
})

describe('sweep', () => {
  const later = String(Math.floor(seconds()) + 600)
  const earlier = String(Math.floor(seconds()) - 600)

  async function populated(): Promise<FakeApi> {
    const api = await fakeApi()
    putNamespace(api, 'default', {})
    putNamespace(api, 'foreign', { [expiresLabel]: earlier })
    putNamespace(api, 'expired', { [runLabel]: 'a', [expiresLabel]: earlier, [runnerLabel]: 'other.1' })
    putNamespace(api, 'running', { [runLabel]: 'b', [expiresLabel]: later, [runnerLabel]: runnerOf(process.pid) })
    putNamespace(api, 'elsewhere', { [runLabel]: 'c', [expiresLabel]: later, [runnerLabel]: 'other.1' })
    putNamespace(api, 'kept', { [runLabel]: 'd', [expiresLabel]: later, [runnerLabel]: 'other.1', [keptLabel]: 'true' })
    putNamespace(api, 'unlabelled', { [runLabel]: 'e' })
    // No process has this id: it is above what Linux gives out.
    putNamespace(api, 'crashed', { [runLabel]: 'f', [expiresLabel]: later, [runnerLabel]: runnerOf(4_194_305) })
    return api
  }

  test('deletes leftovers and nothing else', async () => {
    const api = await populated()
    expect((await sweep(api.client())).sort()).toEqual(['crashed', 'expired'])
    expect(api.store.paths('namespaces').map((path) => path.split('/').at(-1))).toEqual([
      'default',
      'elsewhere',
      'foreign',
      'kept',
      'running',
      'unlabelled',
    ])
  })

  test('deletes with `all` whatever a run has made', async () => {
    const api = await populated()
    await sweep(api.client(), { all: true })
    expect(api.store.paths('namespaces')).toEqual(['/api/v1/namespaces/default', '/api/v1/namespaces/foreign'])
  })
})
