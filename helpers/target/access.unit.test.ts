import { describe, expect, test } from 'vitest'
import { describeRight, mayI, privilegedAdmitted } from './access.ts'
import { fakeApi, rejection } from './fake-client.ts'
import { failure } from './fake-store.ts'
import { nodeFact, readNodes } from './nodes.ts'
import { look } from './seen.ts'

const exec = { verb: 'create', resource: 'pods', subresource: 'exec', namespace: 'ns' }

describe('mayI', () => {
  test('asks with the attributes of the right and tells what the server says', async () => {
    const api = await fakeApi()
    expect(await mayI(api.client(), exec)).toEqual({ allowed: true, reason: '' })
    expect(api.requests[0]?.body).toMatchObject({ spec: { resourceAttributes: { group: '', ...exec } } })
    api.answer = () => ({ status: 201, body: { status: { allowed: false, reason: 'no RBAC policy matched' } } })
    expect(await mayI(api.client(), exec)).toEqual({ allowed: false, reason: 'no RBAC policy matched' })
    api.answer = () => ({ status: 201, body: {} })
    expect(await mayI(api.client(), exec)).toEqual({ allowed: false, reason: '' })
  })
})

describe('describeRight', () => {
  test('names verb, resource and namespace', () => {
    expect(describeRight(exec)).toBe('create pods/exec in namespace ns')
    expect(describeRight({ verb: 'create', resource: 'namespaces' })).toBe('create namespaces')
  })
})

describe('privilegedAdmitted', () => {
  const pod = { apiVersion: 'v1', kind: 'Pod', metadata: { generateName: 'x-' } }

  test('asks as a dry run and creates nothing', async () => {
    const api = await fakeApi()
    expect(await privilegedAdmitted(api.client(), 'ns', pod)).toEqual({ seen: true, value: true })
    expect(api.requests[0]?.query.get('dryRun')).toBe('All')
    expect(api.store.paths('pods')).toEqual([])
  })

  test('is unseen where it is refused, and throws where the server is ill', async () => {
    const api = await fakeApi()
    api.answer = () => failure(403, 'Forbidden', 'violates PodSecurity "restricted:latest"')
    expect(await privilegedAdmitted(api.client(), 'ns', pod)).toEqual({
      seen: false,
      reason: 'privileged pods on the host\'s network are refused here (violates PodSecurity "restricted:latest")',
    })
    api.answer = () => failure(500, 'InternalError', 'webhook failed')
    expect(await rejection(privilegedAdmitted(api.client(), 'ns', pod))).toMatchObject({ message: 'webhook failed' })
  })
})

describe('readNodes', () => {
  test('tells what is known of each node', async () => {
    const api = await fakeApi()
    api.store.put({
      apiVersion: 'v1',
      kind: 'Node',
      metadata: { name: 'a', labels: { 'topology.kubernetes.io/zone': 'z1' } },
      spec: { unschedulable: true },
      status: {
        addresses: [
          { type: 'Hostname', address: 'a' },
          { type: 'InternalIP', address: '10.0.0.1' },
          { type: 'InternalIP', address: 'fd00::1' },
        ],
        conditions: [{ type: 'Ready', status: 'True' }],
        nodeInfo: { operatingSystem: 'linux', architecture: 'arm64', kubeletVersion: 'v1.35.0' },
      },
    })
    expect(await readNodes(api.client())).toEqual({
      seen: true,
      value: [
        {
          name: 'a',
          addresses: ['10.0.0.1', 'fd00::1'],
          zone: 'z1',
          os: 'linux',
          architecture: 'arm64',
          ready: true,
          schedulable: false,
          kubelet: 'v1.35.0',
        },
      ],
    })
  })

  test('takes nothing for granted', () => {
    expect(nodeFact({ metadata: { name: 'b' }, status: { conditions: [] } })).toEqual({
      name: 'b',
      addresses: [],
      os: 'unknown',
      architecture: 'unknown',
      ready: false,
      schedulable: true,
      kubelet: 'unknown',
    })
  })
})

describe('look', () => {
  test('turns a missing right and a missing resource into facts, and nothing else', async () => {
    const api = await fakeApi()
    const lookAt = (status: number) => {
      api.answer = () => failure(status, '', `HTTP ${status}`)
      return look('nodes', () => api.client().send('/api/v1/nodes'))
    }
    expect(await lookAt(401)).toEqual({ seen: false, reason: 'no right to read nodes (HTTP 401)' })
    expect(await lookAt(403)).toEqual({ seen: false, reason: 'no right to read nodes (HTTP 403)' })
    expect(await lookAt(404)).toEqual({ seen: false, reason: 'nodes cannot be found' })
    expect(await rejection(lookAt(503))).toMatchObject({ name: 'KubernetesError', status: 503 })
  })
})
