import { describe, expect, test } from 'vitest'
import { Problem } from '../errors.ts'
import type { FakeApi } from '../target/fake-api.ts'
import { fakeApi, rejection } from '../target/fake-client.ts'
import type { KubernetesObject } from '../target/objects.ts'
import { awaitReady } from './readiness.ts'

const refusal = 'pods "x" is forbidden: violates PodSecurity "restricted:latest": privileged.'

function workload(kind: string, name: string): KubernetesObject {
  return {
    apiVersion: 'apps/v1',
    kind,
    metadata: { name, namespace: 'ns', creationTimestamp: '2026-01-01T00:00:00Z' },
    spec: { selector: { matchLabels: { app: name } } },
  }
}

function putRefusal(api: FakeApi, kind: string, name: string, at = '2026-01-01T00:00:01Z', reason = 'FailedCreate') {
  api.store.put({
    apiVersion: 'v1',
    kind: 'Event',
    metadata: { name: `${name}-${at}`, namespace: 'ns' },
    type: 'Warning',
    reason,
    involvedObject: { kind, name },
    message: refusal,
    lastTimestamp: at,
  })
}

async function problemOf(api: FakeApi, object: KubernetesObject, refusedFor: number): Promise<string> {
  api.store.put(object)
  const wait = awaitReady(api.client(), 'set', 'ns', [object], { deadline: refusedFor === 0 ? 60_000 : 0, refusedFor })
  const error = await rejection(wait)
  expect(error).toBeInstanceOf(Problem)
  return (error as Problem).message
}

const early = (subject: string) =>
  `Fixture set cannot become ready: ${subject} may not create any Pod: ${refusal.slice(0, -1)}.`

describe('a workload that may not create any Pod', () => {
  test.for([
    ['DaemonSet', 'DaemonSet', 'eyes', 'daemonset/eyes'],
    ['StatefulSet', 'StatefulSet', 'eyes', 'statefulset/eyes'],
    ['Deployment', 'ReplicaSet', 'eyes-6d5f', 'deployment/eyes'],
  ] as const)('ends the wait early with the words of the event: %s', async ([kind, involved, name, subject]) => {
    const api = await fakeApi()
    putRefusal(api, involved, name)
    expect(await problemOf(api, workload(kind, 'eyes'), 0)).toBe(early(subject))
  })

  test('is given time', async () => {
    const api = await fakeApi()
    putRefusal(api, 'DaemonSet', 'eyes')
    expect(await problemOf(api, workload('DaemonSet', 'eyes'), 60_000)).toBe(
      `Fixture set did not become ready: waited 0 s and 1 look for fixture set to be ready; last seen: daemonset/eyes 0 of 1 ready; last warning: eyes: ${refusal}`,
    )
  })

  test.for([
    ['about another object', 'DaemonSet', 'ears', '2026-01-01T00:00:01Z', 'FailedCreate'],
    ['about another kind', 'StatefulSet', 'eyes', '2026-01-01T00:00:01Z', 'FailedCreate'],
    ['of an earlier object of that name', 'DaemonSet', 'eyes', '2025-12-31T23:59:59Z', 'FailedCreate'],
    ['of another reason', 'DaemonSet', 'eyes', '2026-01-01T00:00:01Z', 'FailedPlacement'],
  ] as const)('is not told by an event %s', async ([, kind, name, at, reason]) => {
    const api = await fakeApi()
    putRefusal(api, kind, name, at, reason)
    const object = workload('DaemonSet', 'eyes')
    api.store.put(object)
    const wait = awaitReady(api.client(), 'set', 'ns', [object], { deadline: 0, refusedFor: 0 })
    expect((await rejection(wait)) as Error).toMatchObject({
      message: expect.stringMatching(/^Fixture set did not become ready: /),
    })
  })

  test('is not one that has a Pod', async () => {
    const api = await fakeApi()
    putRefusal(api, 'DaemonSet', 'eyes')
    const metadata = { name: 'eyes-x', namespace: 'ns', labels: { app: 'eyes' } }
    api.store.put({ apiVersion: 'v1', kind: 'Pod', metadata, status: { phase: 'Pending' } })
    const object = workload('DaemonSet', 'eyes')
    api.store.put(object)
    const wait = awaitReady(api.client(), 'set', 'ns', [object], { deadline: 0, refusedFor: 0 })
    expect(await rejection(wait)).toMatchObject({
      message: expect.stringMatching(/^Fixture set did not become ready: /),
    })
  })
})
