import { describe, expect, test } from 'vitest'
import { fakeApi } from '../target/fake-client.ts'
import type { Pod } from '../target/objects.ts'
import { copyOf } from './pod-copy.ts'

const probe = { httpGet: { path: '/health', port: 8080 } }
const token = { name: 'kube-api-access-x', projected: { sources: [{ serviceAccountToken: { path: 'token' } }] } }
const spec = {
  nodeName: 'worker',
  dnsPolicy: 'Default',
  serviceAccountName: 'coredns',
  priorityClassName: 'system-cluster-critical',
  containers: [
    {
      name: 'coredns',
      image: 'coredns:1',
      args: ['-conf', '/etc/coredns/Corefile'],
      livenessProbe: probe,
      readinessProbe: probe,
      securityContext: { capabilities: { add: ['NET_BIND_SERVICE'], drop: ['ALL'] }, readOnlyRootFilesystem: true },
      volumeMounts: [
        { name: 'config-volume', mountPath: '/etc/coredns', readOnly: true },
        { name: token.name, mountPath: '/var/run/secrets/kubernetes.io/serviceaccount' },
      ],
    },
  ],
  volumes: [{ name: 'config-volume', configMap: { name: 'coredns' } }, token],
}

async function copied(changes: object = {}) {
  const api = await fakeApi()
  const pods = '/api/v1/namespaces/kube-system/pods/coredns-1'
  const maps = '/api/v1/namespaces/kube-system/configmaps/coredns'
  const map = { metadata: { name: 'coredns', uid: 'u' }, data: { Corefile: '.:53 {}' } }
  api.answer = ({ path }) => {
    if (path === pods) return { status: 200, body: { metadata: { name: 'coredns-1' }, spec: { ...spec, ...changes } } }
    return path === maps ? { status: 200, body: map } : undefined
  }
  return copyOf(api.client(), { namespace: 'kube-system', pod: 'coredns-1' }, 'unsynced')
}

describe('copyOf', () => {
  test('makes a Pod like another, without its rights, its probes and its rank', async () => {
    const copy = await copied()
    if ('refusal' in copy) throw new Error(copy.refusal)
    const [map, pod] = copy.objects as unknown as [object, Pod]
    expect(map).toEqual({
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: { name: 'coredns' },
      data: { Corefile: '.:53 {}' },
    })
    expect(pod.spec).toMatchObject({ nodeName: 'worker', dnsPolicy: 'Default', volumes: [spec.volumes[0]] })
    for (const field of ['serviceAccountName', 'priorityClassName']) expect(pod.spec).not.toHaveProperty(field)
    expect(pod.spec?.containers).toEqual([
      {
        name: 'coredns',
        image: 'coredns:1',
        args: ['-conf', '/etc/coredns/Corefile'],
        volumeMounts: [{ name: 'config-volume', mountPath: '/etc/coredns', readOnly: true }],
        securityContext: {
          capabilities: { add: ['NET_BIND_SERVICE'], drop: ['ALL'] },
          readOnlyRootFilesystem: true,
          allowPrivilegeEscalation: false,
        },
      },
    ])
  })

  test('leaves out a ConfigMap that need not be there, and is not', async () => {
    const custom = { name: 'custom', configMap: { name: 'coredns-custom', optional: true } }
    const copy = await copied({ volumes: [...spec.volumes, custom] })
    if ('refusal' in copy) throw new Error(copy.refusal)
    expect(copy.objects.map((one) => [one.kind, one.metadata.name])).toEqual([
      ['ConfigMap', 'coredns'],
      ['Pod', 'unsynced'],
    ])
    const needed = { ...custom, configMap: { name: 'coredns-custom' } }
    await expect(copied({ volumes: [...spec.volumes, needed] })).rejects.toMatchObject({ status: 404 })
  })

  test.for([
    [{ hostNetwork: true }, 'coredns-1 is in the network of its node, where there is no room for another'],
    [
      { volumes: [{ name: 'tmp', hostPath: { path: '/tmp' } }] },
      'coredns-1 mounts "tmp", which is neither a ConfigMap nor empty',
    ],
  ] as const)('says why there can be no copy: %j', async ([changes, refusal]) => {
    expect(await copied(changes)).toEqual({ refusal })
  })
})
