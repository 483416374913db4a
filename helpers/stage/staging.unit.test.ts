import { describe, expect, test } from 'vitest'
import type { FakeApi } from '../target/fake-api.ts'
import { fakeApi, rejection } from '../target/fake-client.ts'
import { failure } from '../target/fake-store.ts'
import { runWorkloads } from './fake-workloads.ts'
import { readFixtures } from './fixture.ts'
import { marksOf, runLabel } from './labels.ts'
import { Staging, type StagingOptions } from './staging.ts'

const fixture = readFixtures('headless')

function stagingOf(api: FakeApi, options: Partial<StagingOptions> = {}): Staging {
  return new Staging(api.client(), {
    run: 'abc123',
    kept: false,
    readyTimeout: 20_000,
    signal: new AbortController().signal,
    progress: () => {},
    ...options,
  })
}

interface DaemonSet {
  readonly spec: { readonly template: { readonly spec: Record<string, unknown> } }
}

function writes(api: FakeApi): string[] {
  return api.asked().filter((one) => !one.startsWith('GET '))
}

describe('staging in namespaces of its own', () => {
  test('does without an affinity that is refused, and without nothing else', async () => {
    const api = await fakeApi()
    runWorkloads(api.store)
    const refusal = 'node affinity is not allowed on labels with keys: <{"type"}>'
    let told = refusal
    api.answer = ({ method, path, body }) => {
      const isRefused =
        method === 'PATCH' && path.endsWith('/daemonsets/vantage') && JSON.stringify(body).includes('affinity')
      return isRefused ? failure(400, 'BadRequest', told) : undefined
    }
    expect(await stagingOf(api).stage('vantage')).not.toHaveProperty('problem')
    const asked = api.requests.filter(({ path }) => path.endsWith('/daemonsets/vantage'))
    const [refused, taken] = asked.map(({ body }) => (body as DaemonSet).spec.template.spec)
    const { affinity, ...others } = refused ?? {}
    expect(affinity).toBeDefined()
    expect(taken).toEqual(others)
    told = 'no'
    expect(await stagingOf(api, { run: 'def456' }).stage('vantage')).toMatchObject({ problem: 'no' })
  })

  test('applies every object, tells when it was ready, and takes it all away', async () => {
    const api = await fakeApi()
    runWorkloads(api.store)
    const staging = stagingOf(api)
    const before = Date.now()
    const staged = await staging.stage('headless')
    expect(staged).toEqual({ set: 'headless', namespace: 'rollcall-headless-abc123', readyAt: staged.readyAt })
    expect(staged.readyAt).toBeGreaterThanOrEqual(before)
    const applied = api.requests.filter(({ method }) => method === 'PATCH')
    expect(applied.map(({ body }) => body)).toEqual(
      fixture.map((object) => ({
        ...object,
        metadata: { ...object.metadata, namespace: 'rollcall-headless-abc123' },
      })),
    )
    expect(await staging.unstage()).toEqual([])
    expect([...api.store.objects.keys()]).toEqual([])
  })

  test('takes images from the registry that it is given', async () => {
    const api = await fakeApi()
    runWorkloads(api.store)
    const imagesFrom = 'registry.example.test/mirror'
    expect(await stagingOf(api, { imagesFrom }).stage('headless')).not.toHaveProperty('problem')
    const applied = JSON.stringify(api.requests.filter(({ method }) => method === 'PATCH').map(({ body }) => body))
    expect(applied.match(/"image":"[^"]*"/g)).toEqual(
      (JSON.stringify(fixture).match(/"image":"[^"]*"/g) ?? []).map((one) => one.replace(':"', `:"${imagesFrom}/`)),
    )
  })

  test('opens a namespace that somebody shuts when it comes, tells of it once, and leaves others as they are', async () => {
    const api = await fakeApi()
    runWorkloads(api.store)
    const shut = (namespace: string): void =>
      api.store.put({
        ...{ apiVersion: 'networking.k8s.io/v1', kind: 'NetworkPolicy', metadata: { name: 'default-deny', namespace } },
        spec: { podSelector: {}, policyTypes: ['Ingress'] },
      })
    api.answer = ({ method, path }) => {
      if (method === 'PATCH' && path.endsWith('/deployments/web')) shut('rollcall-headless-abc123')
      return undefined
    }
    const lines: string[] = []
    const staging = stagingOf(api, { progress: (line) => lines.push(line) })
    await staging.stage('headless')
    expect(lines.filter((one) => one.includes('is open'))).toEqual([
      'namespace rollcall-headless-abc123 is open for this run, whatever default-deny would shut',
    ])
    const opened = api.requests.filter(({ method, path }) => method === 'POST' && path.endsWith('/networkpolicies'))
    expect(opened.map(({ body }) => (body as { spec: object }).spec)).toEqual([
      { podSelector: {}, policyTypes: ['Ingress', 'Egress'], ingress: [{}], egress: [{}] },
    ])
  })

  test('opens every namespace where the whole cluster has policies, which are asked for once', async () => {
    const api = await fakeApi()
    runWorkloads(api.store)
    const list = '/apis/cilium.io/v2/ciliumclusterwidenetworkpolicies'
    const items = Array.from({ length: 7 }, (_, index) => ({ metadata: { name: `deny-${index}` } }))
    api.answer = ({ path }) => {
      if (path === '/apis')
        return { status: 200, body: { groups: [{ name: 'cilium.io', versions: [{ version: 'v2' }] }] } }
      return path === list ? { status: 200, body: { kind: 'CiliumClusterwideNetworkPolicyList', items } } : undefined
    }
    const lines: string[] = []
    const staging = stagingOf(api, { progress: (line) => lines.push(line) })
    await Promise.all([staging.stage('headless'), staging.stage('slices')])
    const opened = writes(api).filter((one) => one.endsWith('/networkpolicies'))
    expect(opened.sort()).toEqual(
      ['headless', 'slices'].map(
        (set) => `POST /apis/networking.k8s.io/v1/namespaces/rollcall-${set}-abc123/networkpolicies`,
      ),
    )
    const first = [0, 1, 2, 3, 4].map((one) => `CiliumClusterwideNetworkPolicy deny-${one}`).join(', ')
    expect(lines).toContain(
      `namespace rollcall-headless-abc123 is open for this run, whatever ${first} and 2 more would shut`,
    )
    expect(api.requests.filter(({ path }) => path === list)).toHaveLength(1)
  })

  test.each([
    ['there is no policy', () => undefined],
    [
      'nobody may see any',
      ({ path }: { path: string }) => (path.endsWith('/networkpolicies') ? failure(403, 'Forbidden', 'no') : undefined),
    ],
  ])('opens nothing where %s', async (_, answer) => {
    const api = await fakeApi()
    runWorkloads(api.store)
    api.answer = answer
    expect(await stagingOf(api).stage('headless')).not.toHaveProperty('problem')
    expect(writes(api).filter((one) => one.endsWith('/networkpolicies'))).toEqual([])
  })

  test('tells why a set could not be staged, and takes away what there is of it', async () => {
    const api = await fakeApi()
    runWorkloads(api.store)
    api.answer = ({ method, path }) =>
      method === 'PATCH' && path.endsWith('/deployments/web')
        ? failure(403, 'Forbidden', 'deployments.apps "web" is forbidden: exceeded quota')
        : undefined
    const staging = stagingOf(api)
    expect(await staging.stage('headless')).toMatchObject({
      set: 'headless',
      namespace: 'rollcall-headless-abc123',
      problem: 'deployments.apps "web" is forbidden: exceeded quota',
    })
    expect(api.store.paths('services')).toHaveLength(2)
    expect(await staging.unstage()).toEqual([])
    expect([...api.store.objects.keys()]).toEqual([])
  })

  test('takes away what an interrupt has left', async () => {
    const api = await fakeApi()
    const controller = new AbortController()
    const reason = new Error('interrupted by SIGINT')
    api.answer = ({ method, path }) => {
      if (method === 'GET' && path.endsWith('/serviceaccounts/default')) controller.abort(reason)
      return undefined
    }
    const staging = stagingOf(api, { signal: controller.signal })
    expect(await rejection(staging.stage('headless'))).toBe(reason)
    expect(api.store.paths('namespaces')).toEqual(['/api/v1/namespaces/rollcall-headless-abc123'])
    expect(await staging.unstage()).toEqual([])
    expect([...api.store.objects.keys()]).toEqual([])
  })

  test('waits on an interrupt for the answer to what creates something: clean-up must not come before it', async () => {
    const api = await fakeApi()
    const controller = new AbortController()
    let answered = false
    api.answer = async ({ method }) => {
      if (method !== 'POST') return undefined
      controller.abort(new Error('interrupted by SIGINT'))
      await new Promise((resolve) => setImmediate(resolve))
      answered = true
      return undefined
    }
    const staging = stagingOf(api, { signal: controller.signal })
    expect(await rejection(staging.stage('headless'))).toMatchObject({ message: 'interrupted by SIGINT' })
    expect(answered).toBe(true)
    await staging.unstage()
    expect([...api.store.objects.keys()]).toEqual([])
  })

  test('ends what is still being staged before it is taken away', async () => {
    const api = await fakeApi()
    runWorkloads(api.store)
    const staging = stagingOf(api)
    const unstaged = new Promise<string[]>((resolve) => {
      api.answer = ({ method }) => {
        if (method === 'PATCH') resolve(staging.unstage())
        return undefined
      }
    })
    expect(await staging.stage('headless')).toMatchObject({ problem: 'the run is over' })
    expect(await unstaged).toEqual([])
    expect([...api.store.objects.keys()]).toEqual([])
  })

  test('begins early with a set that nobody looks at any more, and waits for it in the end', async () => {
    const api = await fakeApi()
    runWorkloads(api.store)
    const staging = stagingOf(api)
    await Promise.all([staging.stage('headless'), staging.stage('redis')])
    let arrived = (): void => {}
    const deleting = new Promise<void>((resolve) => {
      arrived = resolve
    })
    api.answer = ({ method }) => {
      if (method === 'DELETE') arrived()
      return undefined
    }
    staging.release('redis')
    await deleting
    expect(api.store.paths('namespaces')).toContain('/api/v1/namespaces/rollcall-headless-abc123')
    expect(await staging.unstage()).toEqual([])
    expect([...api.store.objects.keys()]).toEqual([])
    const deleted = api.asked().filter((one) => /^DELETE \/api\/v1\/namespaces\/[^/]+$/.test(one))
    expect(deleted.toSorted()).toEqual([
      'DELETE /api/v1/namespaces/rollcall-headless-abc123',
      'DELETE /api/v1/namespaces/rollcall-redis-abc123',
    ])
  })

  test('tries once more in the end where that has failed, and leaves alone what is kept or was never staged', async () => {
    const api = await fakeApi()
    runWorkloads(api.store)
    const staging = stagingOf(api)
    await staging.stage('headless')
    let refusals = 0
    const refused = new Promise<void>((resolve) => {
      api.answer = ({ method }) => {
        if (method !== 'DELETE' || refusals++ > 0) return undefined
        resolve()
        return failure(500, 'InternalError', 'etcdserver: leader changed')
      }
    })
    staging.release('redis')
    staging.release('headless')
    await refused
    expect(await staging.unstage()).toEqual([])
    expect([...api.store.objects.keys()]).toEqual([])
    const kept = stagingOf(api, { kept: true })
    await kept.stage('headless')
    api.requests.length = 0
    kept.release('headless')
    await new Promise((resolve) => setImmediate(resolve))
    expect(writes(api)).toEqual([])
  })

  test('says what could not be taken away', async () => {
    const api = await fakeApi()
    runWorkloads(api.store)
    const staging = stagingOf(api)
    await Promise.all([staging.stage('headless'), staging.stage('redis')])
    api.answer = ({ method, path }) =>
      method === 'DELETE' && path.endsWith('headless-abc123')
        ? failure(403, 'Forbidden', 'namespaces "rollcall-headless-abc123" is forbidden')
        : undefined
    expect(await staging.unstage()).toEqual(['namespaces "rollcall-headless-abc123" is forbidden'])
    expect(api.store.paths('namespaces')).toEqual(['/api/v1/namespaces/rollcall-headless-abc123'])
  })
})

function putWeb(api: FakeApi, labels: Record<string, string>): void {
  api.store.put({ apiVersion: 'v1', kind: 'Service', metadata: { name: 'web', namespace: 'team', labels } })
}

describe('staging in a shared namespace', () => {
  const shared = { namespace: 'team' }

  test('marks its objects, deletes these alone, and never the namespace', async () => {
    const api = await fakeApi()
    runWorkloads(api.store)
    api.store.put({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'team' } })
    api.store.put({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'theirs', namespace: 'team' } })
    const staging = stagingOf(api, shared)
    expect(await staging.stage('headless')).not.toHaveProperty('problem')
    const applied = api.requests.filter(({ method }) => method === 'PATCH')
    expect(applied).toHaveLength(fixture.length)
    for (const { body } of applied) expect(body).toMatchObject({ metadata: { labels: { [runLabel]: 'abc123' } } })
    // A suite's own, made with the labels of the run.
    const labels = staging.marks() ?? {}
    api.store.put({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'made', namespace: 'team', labels } })
    expect(await staging.unstage()).toEqual([])
    const deleted = api.requests.filter(({ method }) => method === 'DELETE')
    expect(deleted.map(({ path }) => path.split('/').slice(-2).join('/')).sort()).toEqual(
      [...applied.map(({ path }) => path.split('/').slice(-2).join('/')), 'configmaps/made'].sort(),
    )
    expect(new Set(deleted.map(({ query }) => query.get('propagationPolicy')))).toEqual(new Set(['Foreground']))
    const left = [...api.store.objects.keys()].filter((path) => !path.includes('/pods/'))
    expect(left).toEqual(['/api/v1/namespaces/team', '/api/v1/namespaces/team/configmaps/theirs'])
  })

  test("deletes the claims of its StatefulSets, and nobody else's", async () => {
    const api = await fakeApi()
    runWorkloads(api.store)
    const claim = (name: string, app: string): void =>
      api.store.put({
        apiVersion: 'v1',
        kind: 'PersistentVolumeClaim',
        metadata: { name, namespace: 'team', labels: { app } },
      })
    claim('rollcall-kept-0', 'rollcall-kept')
    claim('data-theirs-0', 'theirs')
    const staging = stagingOf(api, shared)
    await staging.stage('volumes')
    // As a suite may have done.
    const sets = api.store.paths('statefulsets')
    for (const path of sets) api.store.objects.delete(path)
    expect(sets).not.toEqual([])
    expect(await staging.unstage()).toEqual([])
    expect(api.store.paths('persistentvolumeclaims')).toEqual([
      '/api/v1/namespaces/team/persistentvolumeclaims/data-theirs-0',
    ])
  })

  test("touches nothing where one of its names is another's", async () => {
    const api = await fakeApi()
    runWorkloads(api.store)
    api.store.put({ apiVersion: 'v1', kind: 'Service', metadata: { name: 'web', namespace: 'team' } })
    const staging = stagingOf(api, shared)
    expect(await staging.stage('headless')).toMatchObject({
      problem: "Namespace team already has a Service web that is not Rollcall's; stage in a namespace without it.",
    })
    expect(await staging.unstage()).toEqual([])
    expect(writes(api)).toEqual([])
  })

  test('takes over what an earlier run has left there', async () => {
    const api = await fakeApi()
    runWorkloads(api.store)
    putWeb(api, marksOf({ run: 'older1', kept: true, keptFor: -1 }))
    expect(await stagingOf(api, shared).stage('headless')).not.toHaveProperty('problem')
    const path = '/api/v1/namespaces/team/services/web'
    expect(api.store.objects.get(path)?.metadata.labels?.[runLabel]).toBe('abc123')
  })

  test.each([
    ['goes on', marksOf({ run: 'other1', kept: false })],
    ['was kept', marksOf({ run: 'other1', kept: true })],
    ['goes on elsewhere', { ...marksOf({ run: 'other1', kept: false }), 'rollcall.dev/runner': 'another-host.1' }],
  ])("touches nothing where one of its names is another run's that %s", async (_, labels) => {
    const api = await fakeApi()
    runWorkloads(api.store)
    putWeb(api, labels)
    const staging = stagingOf(api, shared)
    expect(await staging.stage('headless')).toMatchObject({
      problem:
        'Namespace team already has a Service web of run other1, which goes on or was kept; let it end, take it away with rollcall sweep --all --namespace team, or stage in another namespace.',
    })
    expect(await staging.unstage()).toEqual([])
    expect(writes(api)).toEqual([])
  })

  test('takes its own for its own, also where another set of the run has made it', async () => {
    const api = await fakeApi()
    runWorkloads(api.store)
    putWeb(api, marksOf({ run: 'abc123', kept: false }))
    expect(await stagingOf(api, shared).stage('headless')).not.toHaveProperty('problem')
  })
})

describe('adopting', () => {
  test('takes over what is ready, and neither changes nor deletes it', async () => {
    const api = await fakeApi()
    runWorkloads(api.store)
    await stagingOf(api).stage('headless')
    const before = [...api.store.objects.keys()]
    api.requests.length = 0
    const staging = stagingOf(api)
    expect(await staging.adopt('headless')).toEqual({
      set: 'headless',
      namespace: 'rollcall-headless-abc123',
      readyAt: 0,
    })
    expect(await staging.unstage()).toEqual([])
    expect(writes(api)).toEqual([])
    expect([...api.store.objects.keys()]).toEqual(before)
  })
})
