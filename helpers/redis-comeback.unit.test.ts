import { expect, test } from 'vitest'
import { comeBack } from './redis-comeback.ts'
import { fakeApi } from './target/fake-client.ts'
import { failure } from './target/fake-store.ts'
import type { KubernetesObject } from './target/objects.ts'

const namespace = 'ns'
const deleted = '2026-03-01T12:00:01Z'

function pod(uid: string, address: string, ready = 'True'): KubernetesObject {
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: 'kv-2', namespace, uid },
    status: { podIPs: [{ ip: address }], conditions: [{ type: 'Ready', status: ready }] },
  }
}

/** A cluster in which the Pod goes when it is deleted, and something else may then be there. */
async function cluster(...then: readonly KubernetesObject[]) {
  const api = await fakeApi()
  api.store.put(pod('old', '10.0.0.3'))
  api.answer = ({ method, path }) => {
    if (method !== 'DELETE') return undefined
    api.store.objects.delete(path)
    for (const object of then) api.store.put(object)
    const metadata = { name: 'kv-2', deletionTimestamp: deleted, deletionGracePeriodSeconds: 1 }
    return { status: 200, body: { kind: 'Pod', metadata } }
  }
  return api
}

function refused(lastTimestamp: string, message: string): KubernetesObject {
  const metadata = { name: `e-${lastTimestamp}`, namespace }
  return { apiVersion: 'v1', kind: 'Event', metadata, reason: 'FailedCreate', message, lastTimestamp }
}

const old = { uid: 'old', addresses: ['10.0.0.3'] }

test('a Pod that is made anew has another uid, and the addresses that it has then', async () => {
  const api = await cluster(pod('new', '10.0.0.9'))
  expect(await comeBack(api.client(), namespace, 'kv-2')).toEqual({
    seen: true,
    value: { pod: 'kv-2', old, now: { uid: 'new', addresses: ['10.0.0.9'] } },
  })
})

test('a Pod that may not be made again is known by what was said since', async () => {
  const message = 'create Pod kv-2 in StatefulSet kv failed error: pods "kv-2" is forbidden: exceeded quota: q'
  const api = await cluster(
    refused('2026-03-01T11:00:00Z', 'create Pod kv-2 failed: pods "kv-2" is forbidden: long ago'),
    refused('2026-03-01T12:00:01Z', 'create Pod kv-1 failed: pods "kv-1" is forbidden: another'),
    refused('2026-03-01T12:00:02Z', message),
  )
  expect(await comeBack(api.client(), namespace, 'kv-2', 0)).toEqual({
    seen: true,
    value: { pod: 'kv-2', old, refusal: message },
  })
})

test('a Pod that was refused once, and is made all the same, has come back', async () => {
  const api = await cluster(refused('2026-03-01T12:00:02Z', 'create Pod kv-2 failed: pods "kv-2" is forbidden: quota'))
  const deletion = api.answer
  let looks = 0
  api.answer = (asked, store) => {
    if (asked.method === 'GET' && asked.path.endsWith('/pods') && ++looks === 3) api.store.put(pod('new', '10.0.0.9'))
    return deletion(asked, store)
  }
  expect(await comeBack(api.client(), namespace, 'kv-2')).toMatchObject({ seen: true, value: { now: { uid: 'new' } } })
})

test.for([
  [403, 'not for you'],
  [400, 'admission webhook "w.example" denied the request: not for you'],
  [422, "ValidatingAdmissionPolicy 'p' with binding 'b' denied request: not for you"],
] as const)('a Pod is not deleted where nobody may, as %i says', async ([status, words]) => {
  const api = await cluster()
  api.answer = ({ method }) => (method === 'DELETE' ? failure(status, 'Forbidden', words) : undefined)
  expect(await comeBack(api.client(), namespace, 'kv-2')).toEqual({
    seen: false,
    reason: expect.stringContaining('not for you'),
  })
})
