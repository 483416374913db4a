import { describe, expect, test } from 'vitest'
import { fakeApi, rejection } from './fake-client.ts'
import { failure } from './fake-store.ts'
import type { StorageClass } from './objects.ts'
import { defaultAmong, readStorage } from './storage.ts'

const mark = 'storageclass.kubernetes.io/is-default-class'

function classOf(name: string, change: Partial<StorageClass> & { default?: string; created?: string } = {}) {
  const { default: isDefault = 'true', created = '2026-11-21T08:00:00Z', ...rest } = change
  return {
    metadata: { name, annotations: { [mark]: isDefault }, creationTimestamp: created },
    provisioner: 'ebs.csi.aws.com',
    reclaimPolicy: 'Delete',
    ...rest,
  }
}

describe('the default StorageClass', () => {
  test('is the one that is marked', () => {
    const chosen = defaultAmong([classOf('slow', { default: 'false' }), classOf('fast')])
    expect(chosen).toEqual({ seen: true, value: { name: 'fast', provisioner: 'ebs.csi.aws.com' } })
  })

  test('may be marked as it was before 1.6', () => {
    const metadata = { name: 'old', annotations: { 'storageclass.beta.kubernetes.io/is-default-class': 'true' } }
    expect(defaultAmong([classOf('old', { metadata })])).toMatchObject({ value: { name: 'old' } })
  })

  test('is the newest of several, and the first by name of those that are as new', () => {
    const newer = { created: '2026-11-21T09:00:00Z' }
    const classes = [classOf('a'), classOf('c', newer), classOf('b', newer)]
    expect(defaultAmong(classes)).toMatchObject({ value: { name: 'b' } })
  })

  test.each([
    ['the cluster has no default StorageClass', [classOf('slow', { default: 'false' })]],
    ['the cluster has no default StorageClass', []],
    [
      'the default StorageClass local makes no volumes by itself (kubernetes.io/no-provisioner)',
      [classOf('local', { provisioner: 'kubernetes.io/no-provisioner' })],
    ],
    [
      'the default StorageClass standard has volumes that do not follow their Pod (kubernetes.io/host-path)',
      [classOf('standard', { provisioner: 'kubernetes.io/host-path' })],
    ],
    [
      'the default StorageClass gold keeps the volumes of claims that are deleted (reclaimPolicy Retain)',
      [classOf('gold', { reclaimPolicy: 'Retain' })],
    ],
  ])('%s', (reason, classes) => {
    expect(defaultAmong(classes)).toEqual({ seen: false, reason })
  })
})

describe('where classes may not be listed', () => {
  async function withClaim(answer: { status: number; body: unknown }) {
    const api = await fakeApi()
    api.answer = ({ method, path }) => {
      if (path.endsWith('/storageclasses')) return failure(403, 'Forbidden', 'no classes')
      return method === 'POST' ? answer : undefined
    }
    return api
  }

  test('a claim, which is only tried out, tells the name', async () => {
    const api = await withClaim({ status: 201, body: { spec: { storageClassName: 'fast' } } })
    expect(await readStorage(api.client(), 'team')).toEqual({ defaultClass: { seen: true, value: { name: 'fast' } } })
    const tried = api.requests.find(({ method }) => method === 'POST')
    expect(tried?.path).toBe('/api/v1/namespaces/team/persistentvolumeclaims')
    expect(tried?.query.get('dryRun')).toBe('All')
  })

  test('a claim that is given no class says so', async () => {
    const api = await withClaim({ status: 201, body: { spec: {} } })
    expect(await readStorage(api.client(), 'team')).toEqual({
      defaultClass: { seen: false, reason: 'a claim that names no StorageClass is given none' },
    })
  })

  test('a quota, a policy or a missing right is told in the words of the API server', async () => {
    const api = await withClaim(failure(403, 'Forbidden', 'exceeded quota: team'))
    expect(await readStorage(api.client(), 'team')).toEqual({
      defaultClass: {
        seen: false,
        reason: 'you may not list StorageClasses, and a claim is refused in namespace team (exceeded quota: team)',
      },
    })
  })

  test('a server that breaks is no answer', async () => {
    const api = await withClaim(failure(500, 'InternalError', 'etcd is gone'))
    expect(await rejection(readStorage(api.client(), 'team'))).toMatchObject({ message: 'etcd is gone' })
  })
})
