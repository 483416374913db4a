import { describe, expect, test } from 'vitest'
import { Problem } from '../errors.ts'
import type { FakeApi } from '../target/fake-api.ts'
import { fakeApi, rejection } from '../target/fake-client.ts'
import { failure } from '../target/fake-store.ts'
import type { KubernetesObject } from '../target/objects.ts'
import { parseManifest } from './fixture.ts'
import { awaitReady } from './readiness.ts'

const manifest = `
apiVersion: apps/v1
kind: Deployment
metadata: { name: web }
spec: { replicas: 2, selector: { matchLabels: { app: web } } }
---
apiVersion: apps/v1
kind: StatefulSet
metadata: { name: db }
spec: { replicas: 2, selector: { matchLabels: { app: db } } }
---
apiVersion: apps/v1
kind: DaemonSet
metadata: { name: eyes }
spec: { selector: { matchLabels: { app: eyes } } }
---
apiVersion: v1
kind: Pod
metadata: { name: bare }
---
apiVersion: v1
kind: Pod
metadata: { name: idle, annotations: { rollcall.dev/expect: running } }
---
apiVersion: v1
kind: Pod
metadata: { name: brief, annotations: { rollcall.dev/expect: ended } }
---
apiVersion: v1
kind: Pod
metadata: { name: never, annotations: { rollcall.dev/expect: pending } }
---
apiVersion: v1
kind: Service
metadata: { name: web }
`
const objects = parseManifest(manifest, 'set.yaml')

function put(api: FakeApi, kind: string, name: string, rest: Record<string, unknown>, labels = {}): void {
  const apiVersion = kind === 'Pod' || kind === 'Event' ? 'v1' : 'apps/v1'
  api.store.put({ apiVersion, kind, ...rest, metadata: { name, namespace: 'ns', labels, generation: 1 } })
}

const ready = { phase: 'Running', podIP: '10.0.0.1', conditions: [{ type: 'Ready', status: 'True' }] }
const full = { readyReplicas: 2, observedGeneration: 1 }

/** Everything in `objects`, ready. */
function putAll(api: FakeApi): void {
  put(api, 'Deployment', 'web', { spec: { replicas: 2 }, status: full })
  put(api, 'StatefulSet', 'db', { spec: { replicas: 2 }, status: full })
  put(api, 'DaemonSet', 'eyes', { status: { numberReady: 3, desiredNumberScheduled: 3, observedGeneration: 1 } })
  put(api, 'Pod', 'bare', { status: ready })
  put(api, 'Pod', 'idle', { status: { phase: 'Running', podIP: '10.0.0.2', conditions: [] } })
  put(api, 'Pod', 'brief', { status: { phase: 'Succeeded', podIP: '10.0.0.3' } })
  put(api, 'Pod', 'never', { status: { phase: 'Pending' } })
  for (const app of ['web', 'db', 'eyes']) put(api, 'Pod', `${app}-pod`, { status: ready }, { app })
}

function waiting(name: string, reason: string, message?: string): object {
  return { name, image: 'example/image:1', state: { waiting: { reason, message } } }
}

async function problemOf(
  api: FakeApi,
  options: { deadline?: number; refusedFor?: number; waitsFor?: number; objects?: readonly KubernetesObject[] } = {},
): Promise<string> {
  const { deadline = 60_000, refusedFor = 60_000, waitsFor = 60_000 } = options
  const wait = awaitReady(api.client(), 'set', 'ns', options.objects ?? objects, { deadline, refusedFor, waitsFor })
  const error = await rejection(wait)
  expect(error).toBeInstanceOf(Problem)
  expect((error as Problem).cause).toBeUndefined()
  return (error as Problem).message
}

describe('awaitReady', () => {
  test('ends when every object is as its manifest wants it', async () => {
    const api = await fakeApi()
    putAll(api)
    await awaitReady(api.client(), 'set', 'ns', objects, { deadline: 0 })
  })

  test.for([
    [
      'Deployment',
      'web',
      { spec: { replicas: 2 }, status: { ...full, readyReplicas: 1 } },
      'deployment/web 1 of 2 ready',
    ],
    ['StatefulSet', 'db', { spec: { replicas: 2 }, status: { observedGeneration: 1 } }, 'statefulset/db 0 of 2 ready'],
    [
      'StatefulSet',
      'db',
      { spec: { replicas: 2 }, status: { ...full, observedGeneration: 0 } },
      'statefulset/db 2 of 2 ready',
    ],
    ['DaemonSet', 'eyes', { status: { observedGeneration: 1 } }, 'daemonset/eyes 0 of 1 ready'],
    [
      'DaemonSet',
      'eyes',
      { status: { numberReady: 2, desiredNumberScheduled: 3, observedGeneration: 1 } },
      'daemonset/eyes 2 of 3 ready',
    ],
    [
      'DaemonSet',
      'eyes',
      { status: { numberReady: 0, desiredNumberScheduled: 0, observedGeneration: 1 } },
      'daemonset/eyes not on any node: those of this cluster are virtual, not Linux or tainted by somebody else',
    ],
    ['Pod', 'bare', { status: { phase: 'Running', podIP: '10.0.0.1' } }, 'pod/bare not ready'],
    ['Pod', 'idle', { status: { phase: 'Running' } }, 'pod/idle not running'],
    ['Pod', 'brief', { status: ready }, 'pod/brief not ended'],
  ] as const)('waits for %s %s and says at the deadline what it last saw', async ([kind, name, rest, saw]) => {
    const api = await fakeApi()
    putAll(api)
    put(api, kind, name, rest)
    expect(await problemOf(api, { deadline: 0 })).toBe(
      `Fixture set did not become ready: waited 0 s and 1 look for fixture set to be ready; last seen: ${saw}.`,
    )
  })

  test('quotes the last warning about its own objects', async () => {
    const api = await fakeApi()
    const event = (name: string, involved: string, message: string, lastTimestamp: string): void =>
      put(api, 'Event', name, { type: 'Warning', involvedObject: { name: involved }, message, lastTimestamp })
    event('a', 'web-6d-x', 'Readiness probe failed', '2026-01-01T00:00:01Z')
    event('b', 'web-6d-y', '0/3 nodes are available: 3 Insufficient memory.', '2026-01-01T00:00:03Z')
    event('c', 'somebody-else', 'not ours', '2026-01-01T00:00:09Z')
    put(api, 'Event', 'd', { type: 'Normal', involvedObject: { name: 'web' }, message: 'fine' })
    const [web] = objects
    expect(await problemOf(api, { deadline: 0, objects: web === undefined ? [] : [web] })).toBe(
      'Fixture set did not become ready: waited 0 s and 1 look for fixture set to be ready; last seen: deployment/web 0 of 1 ready; last warning: web-6d-y: 0/3 nodes are available: 3 Insufficient memory.',
    )
  })

  test('does without the warning where events may not be read', async () => {
    const api = await fakeApi()
    api.answer = ({ path }) => (path.endsWith('/events') ? failure(403, 'Forbidden', 'no') : undefined)
    expect(await problemOf(api, { deadline: 0, objects: objects.slice(3, 4) })).toBe(
      'Fixture set did not become ready: waited 0 s and 1 look for fixture set to be ready; last seen: pod/bare not ready.',
    )
  })

  test('waits for a Pod that is never to have an address only until it is there', async () => {
    const api = await fakeApi()
    const never = objects.filter((one) => one.metadata.name === 'never')
    expect(await problemOf(api, { deadline: 0, objects: never })).toContain('last seen: pod/never not there')
  })

  test('does not wait for a DaemonSet on nodes that are not Ready, but for one that is', async () => {
    const api = await fakeApi()
    putAll(api)
    const node = (name: string, status: string): void =>
      api.store.put({
        apiVersion: 'v1',
        kind: 'Node',
        metadata: { name },
        status: { conditions: [{ type: 'Ready', status }] },
      })
    node('node-a', 'True')
    node('node-b', 'Unknown')
    node('node-c', 'False')
    const bound = { matchFields: [{ key: 'metadata.name', operator: 'In', values: ['node-c'] }] }
    const affinity = {
      nodeAffinity: { requiredDuringSchedulingIgnoredDuringExecution: { nodeSelectorTerms: [bound] } },
    }
    const pending = { phase: 'Pending' }
    put(api, 'DaemonSet', 'eyes', { status: { numberReady: 1, desiredNumberScheduled: 3, observedGeneration: 1 } })
    put(api, 'Pod', 'eyes-b', { spec: { nodeName: 'node-b' }, status: pending }, { app: 'eyes' })
    put(api, 'Pod', 'eyes-c', { spec: { affinity }, status: pending }, { app: 'eyes' })
    await awaitReady(api.client(), 'set', 'ns', objects, { deadline: 0 })
    node('node-b', 'True')
    expect(await problemOf(api, { deadline: 0 })).toContain('daemonset/eyes 1 of 2 ready')
    put(api, 'DaemonSet', 'eyes', { status: { desiredNumberScheduled: 1, observedGeneration: 1 } })
    expect(await problemOf(api, { deadline: 0 })).toContain('daemonset/eyes 0 of 1 ready')
  })

  test.each([
    [
      'has no place for its Pod',
      { conditions: [{ type: 'PodScheduled', status: 'False', reason: 'Unschedulable', message: 'Too many pods' }] },
    ],
    ['cannot pull its image', { containerStatuses: [waiting('multitool', 'ErrImagePull')] }],
  ])('goes without a node that %s for longer than a moment, if there is another', async (_, hindered) => {
    const api = await fakeApi()
    putAll(api)
    put(api, 'DaemonSet', 'eyes', { status: { numberReady: 2, desiredNumberScheduled: 3, observedGeneration: 1 } })
    put(
      api,
      'Pod',
      'eyes-b',
      { spec: { nodeName: 'node-b' }, status: { phase: 'Pending', ...hindered } },
      { app: 'eyes' },
    )
    expect(await problemOf(api, { deadline: 300 })).toContain('daemonset/eyes 2 of 3 ready')
    const lines: string[] = []
    const options = { deadline: 5000, hinderedFor: 300, progress: (line: string) => lines.push(line) }
    await awaitReady(api.client(), 'set', 'ns', objects, options)
    expect(lines).toContain('fixture set goes without node-b, where none of its Pods can be ready')
    put(api, 'DaemonSet', 'eyes', { status: { desiredNumberScheduled: 1, observedGeneration: 1 } })
    expect(await problemOf(api, { deadline: 300 })).toContain('daemonset/eyes 0 of 1 ready')
  })

  test('waits where a DaemonSet lacks on one node what it has on another, and where its Pod has failed and is made anew', async () => {
    const api = await fakeApi()
    putAll(api)
    put(api, 'DaemonSet', 'eyes', { status: { numberReady: 1, desiredNumberScheduled: 3, observedGeneration: 1 } })
    const containerStatuses = [waiting('c', 'ImagePullBackOff', 'toomanyrequests')]
    put(api, 'Pod', 'eyes-b', { spec: { nodeName: 'node-b' }, status: { containerStatuses } }, { app: 'eyes' })
    put(api, 'Pod', 'eyes-c', { spec: { nodeName: 'node-c' }, status: { phase: 'Failed' } }, { app: 'eyes' })
    expect(await problemOf(api, { deadline: 0 })).toContain('daemonset/eyes 1 of 3 ready')
    put(api, 'Pod', 'eyes-pod', { status: { phase: 'Pending' } }, { app: 'eyes' })
    expect(await problemOf(api)).toContain('cannot become ready: pod eyes-b on node-b')
  })

  test('lets a Pod fail that is to end', async () => {
    const api = await fakeApi()
    putAll(api)
    put(api, 'Pod', 'brief', { status: { phase: 'Failed', reason: 'Error' } })
    await awaitReady(api.client(), 'set', 'ns', objects, { deadline: 0 })
  })

  test('takes no other object of a shared namespace for its own', async () => {
    const api = await fakeApi()
    putAll(api)
    put(api, 'Deployment', 'db', { spec: { replicas: 5 }, status: {} })
    put(api, 'StatefulSet', 'web', { spec: { replicas: 5 }, status: {} })
    const containerStatuses = [waiting('c', 'ImagePullBackOff', 'Back-off pulling image')]
    put(api, 'Pod', 'foreign', { status: { phase: 'Failed', containerStatuses } }, { app: 'foreign' })
    await awaitReady(api.client(), 'set', 'ns', objects, { deadline: 0 })
  })
})

describe('awaitReady ends early', () => {
  const remedy = '; name a registry that nodes can pull it from with --images-from'
  test.for([
    ['ImagePullBackOff', `Back-off pulling image "example/image:1"${remedy}`],
    ['ErrImageNeverPull', 'Container image "example/image:1" is not present with pull policy of Never'],
    ['InvalidImageName', 'Failed to apply default image tag "::"'],
    ['CreateContainerConfigError', 'configmap "web-nginx" not found'],
    ['CrashLoopBackOff', 'back-off 10s restarting failed container'],
  ] as const)('on %s, with pod, node, container and image', async ([reason, message]) => {
    const api = await fakeApi()
    const told = message.replace(remedy, '')
    const status = { phase: 'Pending', containerStatuses: [waiting('nginx', reason, told)] }
    put(api, 'Pod', 'web-6d-x', { spec: { nodeName: 'node-a' }, status }, { app: 'web' })
    expect(await problemOf(api)).toBe(
      `Fixture set cannot become ready: pod web-6d-x on node-a: container nginx (image example/image:1): ${message}.`,
    )
  })

  test('on an init container, and without a message', async () => {
    const api = await fakeApi()
    const status = { phase: 'Pending', initContainerStatuses: [waiting('wait', 'ImagePullBackOff')] }
    put(api, 'Pod', 'bare', { spec: { nodeName: 'node-a' }, status })
    expect(await problemOf(api)).toBe(
      `Fixture set cannot become ready: pod bare on node-a: container wait (image example/image:1): ImagePullBackOff${remedy}.`,
    )
  })

  test('on a pod that has failed', async () => {
    const api = await fakeApi()
    put(api, 'Pod', 'bare', { status: { phase: 'Failed', reason: 'Evicted' } })
    expect(await problemOf(api)).toBe('Fixture set cannot become ready: pod bare failed (Evicted).')
  })

  test('ends early where an init container waits for a name that does not come', async () => {
    const api = await fakeApi()
    putAll(api)
    const initContainerStatuses = [{ name: 'wait-for-master', state: { running: {} } }]
    put(api, 'StatefulSet', 'db', { spec: { replicas: 2 }, status: { readyReplicas: 1, observedGeneration: 1 } })
    put(api, 'Pod', 'db-1', { status: { phase: 'Pending', podIP: '10.0.0.3', initContainerStatuses } }, { app: 'db' })
    api.answer = ({ path }) =>
      path === '/api/v1/namespaces/ns/pods/db-1/log'
        ? { status: 200, body: 'db-0.db.ns.svc does not resolve yet\n' }
        : undefined
    expect(await problemOf(api, { waitsFor: 0 })).toBe(
      'Fixture set cannot become ready: init container wait-for-master of pod db-1 does not end, while all Pods have addresses: "db-0.db.ns.svc does not resolve yet".',
    )
  })

  test('ends earlier where an init container waits for a name while DNS is known to be out', async () => {
    const api = await fakeApi()
    putAll(api)
    const initContainerStatuses = [{ name: 'wait-for-master', state: { running: {} } }]
    put(api, 'StatefulSet', 'db', { spec: { replicas: 2 }, status: { readyReplicas: 1, observedGeneration: 1 } })
    put(api, 'Pod', 'db-1', { status: { phase: 'Pending', podIP: '10.0.0.3', initContainerStatuses } }, { app: 'db' })
    const answers = [undefined, 'the DNS Service dns/dns has no ready endpoint']
    const outage = async () => answers.shift()
    const error = await rejection(awaitReady(api.client(), 'set', 'ns', objects, { deadline: 60_000, outage }))
    expect(error).toEqual(
      new Problem(
        'Fixture set cannot become ready: init container wait-for-master of pod db-1 waits for a name, and the DNS Service dns/dns has no ready endpoint.',
      ),
    )
    expect(answers).toEqual([])
  })
})
