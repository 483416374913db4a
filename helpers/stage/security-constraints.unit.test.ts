import { describe, expect, test } from 'vitest'
import { fakeApi, rejection } from '../target/fake-client.ts'
import { failure } from '../target/fake-store.ts'
import { SecurityConstraints } from './security-constraints.ts'

const group = '/apis/security.openshift.io/v1'

describe('letPodsIn', () => {
  test.for([
    ['restricted', 'nonroot-v2'],
    ['privileged', 'privileged'],
  ] as const)(
    'binds, for Pods that are %s, the constraints %s to the ServiceAccounts of the namespace',
    async ([level, name]) => {
      const api = await fakeApi()
      api.answer = ({ method, path }) =>
        path === group || (method === 'POST' && path.endsWith('/rolebindings')) ? { status: 200, body: {} } : undefined
      await new SecurityConstraints(api.client()).letPodsIn('ns', level)
      const [binding, ...others] = api.requests.filter(({ method }) => method === 'POST')
      expect(others).toEqual([])
      expect(binding).toMatchObject({
        path: '/apis/rbac.authorization.k8s.io/v1/namespaces/ns/rolebindings',
        body: {
          roleRef: { kind: 'ClusterRole', name: `system:openshift:scc:${name}` },
          subjects: [{ kind: 'Group', name: 'system:serviceaccounts:ns' }],
        },
      })
    },
  )

  test('changes nothing where there are no such constraints', async () => {
    const api = await fakeApi()
    api.answer = ({ path }) => (path === group ? failure(404, 'NotFound', 'none') : undefined)
    await new SecurityConstraints(api.client()).letPodsIn('ns', 'restricted')
    expect(api.asked()).toEqual([`GET ${group}`])
  })

  test('says what to do where they are not ours to allow', async () => {
    const api = await fakeApi()
    api.answer = ({ path }) =>
      path === group ? { status: 200, body: {} } : failure(403, 'Forbidden', 'rolebindings is forbidden')
    expect(await rejection(new SecurityConstraints(api.client()).letPodsIn('ns', 'restricted'))).toMatchObject({
      name: 'Problem',
      message:
        'The cluster admits Pods by SecurityContextConstraints, and you may not let those of ns have nonroot-v2 (rolebindings is forbidden); have an administrator run this, or prepare a namespace for --namespace.',
    })
  })

  test('takes an API of constraints that is away for a moment for one that is there', async () => {
    const api = await fakeApi()
    api.answer = ({ path }) => (path === group ? failure(500, 'InternalError', 'away') : { status: 201, body: {} })
    await new SecurityConstraints(api.client()).letPodsIn('ns', 'restricted')
    expect(api.asked()).toContain('POST /apis/rbac.authorization.k8s.io/v1/namespaces/ns/rolebindings')
  })

  test('asks once whether there are such constraints, however many namespaces there are', async () => {
    const api = await fakeApi()
    api.answer = ({ path }) => (path === group ? failure(404, 'NotFound', 'none') : undefined)
    const constraints = new SecurityConstraints(api.client())
    await Promise.all(['a', 'b', 'c'].map(async (one) => constraints.letPodsIn(one, 'restricted')))
    expect(api.asked()).toEqual([`GET ${group}`])
  })
})
