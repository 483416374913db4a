import { expect, test } from 'vitest'
import type { FakeApi } from './fake-api.ts'
import { fakeApi } from './fake-client.ts'
import { type FakeAnswer, failure } from './fake-store.ts'
import { readWidePolicies } from './wide-policies.ts'

/** An API server with these lists; `undefined` for one that we may not read. */
async function apiWith(
  lists: Readonly<Record<string, { kind: string; names: string[] } | undefined>>,
): Promise<FakeApi> {
  const api = await fakeApi()
  const paths = Object.keys(lists).map((path) => path.split('/'))
  const groups = [...new Set(paths.map(([, , group = '']) => group))].map((name) => {
    const versions = new Set(paths.filter(([, , group]) => group === name).map(([, , , version]) => version))
    return { name, versions: [...versions].map((version) => ({ version })) }
  })
  api.answer = ({ path }): FakeAnswer | undefined => {
    if (path === '/apis') return { status: 200, body: { groups } }
    if (!(path in lists)) return undefined
    const list = lists[path]
    if (list === undefined) return failure(403, 'Forbidden', 'no')
    return {
      status: 200,
      body: { kind: `${list.kind}List`, items: list.names.map((name) => ({ metadata: { name } })) },
    }
  }
  return api
}

test('tells the policies of the whole cluster of every kind that it has', async () => {
  const api = await apiWith({
    '/apis/cilium.io/v2/ciliumclusterwidenetworkpolicies': { kind: 'CiliumClusterwideNetworkPolicy', names: ['deny'] },
    '/apis/policy.networking.k8s.io/v1alpha1/adminnetworkpolicies': { kind: 'AdminNetworkPolicy', names: ['b', 'a'] },
    '/apis/policy.networking.k8s.io/v1alpha2/clusternetworkpolicies': { kind: 'ClusterNetworkPolicy', names: ['c'] },
    '/apis/apps/v1/statefulsets': { kind: 'StatefulSet', names: ['db'] },
  })
  expect(await readWidePolicies(api.client())).toEqual([
    'AdminNetworkPolicy a',
    'AdminNetworkPolicy b',
    'CiliumClusterwideNetworkPolicy deny',
    'ClusterNetworkPolicy c',
  ])
})

test('names a policy once that is served in two versions, and by an aggregated API beside its custom resource', async () => {
  const list = { kind: 'GlobalNetworkPolicy', names: ['deny'] }
  const api = await apiWith({
    '/apis/crd.projectcalico.org/v1/globalnetworkpolicies': { kind: 'GlobalNetworkPolicy', names: ['default.deny'] },
    '/apis/projectcalico.org/v3/globalnetworkpolicies': list,
    '/apis/projectcalico.org/v4/globalnetworkpolicies': list,
  })
  expect(await readWidePolicies(api.client())).toEqual(['GlobalNetworkPolicy deny'])
})

test('asks the custom resources where the aggregated API is away, and says what may not be listed', async () => {
  const resource = 'globalnetworkpolicies'
  const refused = await apiWith({ [`/apis/crd.projectcalico.org/v1/${resource}`]: undefined })
  expect(await readWidePolicies(refused.client())).toEqual([`${resource}, which you may not list`])
  const away = await apiWith({
    [`/apis/projectcalico.org/v3/${resource}`]: undefined,
    [`/apis/crd.projectcalico.org/v1/${resource}`]: { kind: 'GlobalNetworkPolicy', names: ['default.deny'] },
  })
  expect(await readWidePolicies(away.client())).toEqual(['GlobalNetworkPolicy default.deny'])
})

test('tells of EKS what shuts Pods of which no policy speaks, and no node class that does not', async () => {
  const path = '/apis/eks.amazonaws.com/v1/nodeclasses'
  const api = await apiWith({
    '/apis/networking.k8s.aws/v1alpha1/clusternetworkpolicies': { kind: 'ClusterNetworkPolicy', names: ['deny'] },
    [path]: { kind: 'NodeClass', names: [] },
  })
  const { answer } = api
  let mode = 'strict'
  api.answer = (request, store) => {
    if (request.path === path) {
      const items = ['DefaultAllow', 'DefaultDeny'].map((networkPolicy) => ({
        metadata: { name: networkPolicy },
        spec: { networkPolicy },
      }))
      return { status: 200, body: { kind: 'NodeClassList', items } }
    }
    if (!request.path.endsWith('/daemonsets/aws-node')) return answer(request, store)
    const env = [{ name: 'NETWORK_POLICY_ENFORCING_MODE', value: mode }]
    return { status: 200, body: { spec: { template: { spec: { containers: [{}, { env }] } } } } }
  }
  const others = ['ClusterNetworkPolicy deny', 'NodeClass DefaultDeny']
  expect(await readWidePolicies(api.client())).toEqual([
    'ClusterNetworkPolicy deny',
    'DaemonSet aws-node, whose NETWORK_POLICY_ENFORCING_MODE is strict',
    'NodeClass DefaultDeny',
  ])
  mode = 'standard'
  expect(await readWidePolicies(api.client())).toEqual(others)
})

test('is silent where there are none, and where the API does not tell what it has', async () => {
  const none = await apiWith({ '/apis/cilium.io/v2/ciliumnodes': { kind: 'CiliumNode', names: ['a'] } })
  expect(await readWidePolicies(none.client())).toEqual([])
  const mute = await fakeApi()
  mute.answer = () => failure(503, 'ServiceUnavailable', 'not now')
  expect(await readWidePolicies(mute.client())).toEqual([])
})
