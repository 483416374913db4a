import { describe, expect, test } from 'vitest'
import type { VantagePod } from '../helpers/probes/vantage/vantage.ts'
import type { ApiFacts } from '../helpers/target/facts.ts'
import type { FakeApi } from '../helpers/target/fake-api.ts'
import { fakeApi, rejection } from '../helpers/target/fake-client.ts'
import { agent } from '../helpers/target/fake-exec.ts'
import { failure } from '../helpers/target/fake-store.ts'
import { survey } from './survey.ts'

const pod: VantagePod = {
  namespace: 'ns',
  pod: 'vantage-0',
  container: 'multitool',
  node: 'node-a',
  addresses: ['10.244.0.9', 'fd00::9'],
}
const known: ApiFacts = {
  context: 'kind-fake',
  server: 'https://fake/',
  version: { gitVersion: 'v1.35.0', platform: 'linux/amd64' },
  nodes: { seen: true, value: [] },
  proxies: [],
}
const unseen = { seen: false, reason: 'not staged' } as const
const search = ['ns.svc.corp.example', 'svc.corp.example', 'corp.example']
const sound = `search ${search.join(' ')}\nnameserver 10.96.0.10\n`
const surveyed = { ...pod, resolver: { nameservers: ['10.96.0.10'], search, options: [] } }

/** Vantages that lack these tools and have this resolv.conf. */
function answering(api: FakeApi, missing: string, resolver: string): void {
  api.exec = agent((verb) => (verb === 'tools' ? { code: 0, output: missing } : { code: 0, output: resolver }))
}

async function messageOf(api: FakeApi): Promise<string> {
  const error = await rejection(survey(api.client(), known, [pod], unseen, unseen))
  expect(error).toMatchObject({ name: 'Problem', exitCode: 2 })
  return (error as Error).message
}

describe('survey', () => {
  test.each([
    ['Cilium', undefined, 'Cilium'],
    ['kube-proxy', 'Kube-OVN', 'Kube-OVN'],
    ['unknown', undefined, undefined],
  ] as const)(
    'knows of a kube-proxy that answers on its node beside %s who stands beside it',
    async (implementation, beside, told) => {
      const api = await fakeApi()
      api.exec = agent((verb) => {
        if (verb === 'http') return { code: 0, output: 'iptables\n200 ::1 ::1 10249' }
        return { code: 0, output: verb === 'tools' ? '' : sound }
      })
      const fact = {
        node: 'node-a',
        implementation,
        mode: 'unknown',
        learned: '',
        ...(beside === undefined ? {} : { beside }),
      } as const
      const node = { seen: true, value: [pod] } as const
      const { facts } = await survey(api.client(), { ...known, proxies: [fact] }, [pod], node, unseen)
      expect(facts.proxies).toMatchObject([{ implementation: 'kube-proxy', mode: 'iptables' }])
      expect(facts.proxies[0]?.beside).toBe(told)
    },
  )

  test('learns domain, servers and families from what the Pods say', async () => {
    const api = await fakeApi()
    answering(api, '', sound)
    const metadata = { name: 'cache', namespace: 'kube-system', labels: { 'k8s-app': 'node-local-dns' } }
    api.store.put({ apiVersion: 'v1', kind: 'Pod', metadata, spec: { nodeName: 'node-a' } })
    const reason = "no Service owns the pods' nameserver 10.96.0.10, so it is a node-local cache or outside the cluster"
    expect(await survey(api.client(), known, [pod], unseen, unseen)).toEqual({
      facts: {
        ...known,
        families: ['IPv4', 'IPv6'],
        dns: {
          clusterDomain: 'corp.example',
          nameservers: { 'node-a': ['10.96.0.10'] },
          service: { seen: false, reason },
          nodeCaches: { seen: true, value: ['node-a'] },
        },
        privileged: unseen,
      },
      vantages: [surveyed],
      servers: { 'node-a': [{ role: 'resolver', name: 'resolver 10.96.0.10', address: '10.96.0.10', port: 53 }] },
    })
  })

  test('has the nodes of a large cluster ask its DNS servers in turn', async () => {
    const api = await fakeApi()
    answering(api, '', sound)
    const name = 'kube-dns'
    const place = { name, namespace: 'kube-system' }
    const ports = [{ name: 'dns', port: 53, protocol: 'UDP' }]
    api.store.put({ apiVersion: 'v1', kind: 'Service', metadata: place, spec: { clusterIPs: ['10.96.0.10'], ports } })
    api.store.put({
      apiVersion: 'discovery.k8s.io/v1',
      kind: 'EndpointSlice',
      metadata: { ...place, labels: { 'kubernetes.io/service-name': name } },
      addressType: 'IPv4',
      ports,
      endpoints: [10, 11, 12, 13, 14].map((one) => ({
        addresses: [`10.244.0.${one}`],
        targetRef: { kind: 'Pod', name: `dns-${one}` },
      })),
    })
    const pods = Array.from({ length: 40 }, (_, index) => ({ ...pod, node: `node-${index}` }))
    const { servers } = await survey(api.client(), known, pods, unseen, unseen)
    const asked = pods.map(({ node }) => servers[node]?.map((one) => one.name).join(' '))
    expect(asked.slice(0, 3)).toEqual([
      'resolver 10.96.0.10 dns-10 dns-11',
      'resolver 10.96.0.10 dns-12 dns-13',
      'resolver 10.96.0.10 dns-14 dns-10',
    ])
    expect(new Set(asked).size).toBe(5)
  })

  test('says that exec is refused', async () => {
    const api = await fakeApi()
    api.refuseExec = failure(403, 'Forbidden', 'pods "vantage-0" is forbidden: cannot create resource "pods/exec"')
    expect(await messageOf(api)).toBe(
      'Nothing can be run in the vantage Pods: exec into vantage-0: pods "vantage-0" is forbidden: cannot create resource "pods/exec".',
    )
  })

  test('goes without a vantage in which nothing can be run, as long as there is another', async () => {
    const api = await fakeApi()
    const works = agent((verb) => (verb === 'tools' ? { code: 0, output: '' } : { code: 0, output: sound }))
    api.exec = (socket, argv, path) => (path.includes('/vantage-1/') ? socket.close() : works(socket, argv, path))
    const leaving = { ...pod, pod: 'vantage-1', node: 'node-b' }
    const { vantages, servers, facts } = await survey(api.client(), known, [leaving, pod], unseen, unseen)
    expect(vantages).toEqual([surveyed])
    expect(Object.keys(servers)).toEqual(['node-a'])
    expect(facts.blind).toEqual({ 'node-b': expect.stringContaining('Nothing can be run in the vantage Pods') })
  })

  test('names the tools that the image lacks', async () => {
    const api = await fakeApi()
    answering(api, 'curl\nnc\n', sound)
    expect(await messageOf(api)).toBe(
      'The vantage image on node-a lacks curl, nc, which the public multitool image has; use that or one like it.',
    )
  })

  test.for([
    ['search corp.example\nnameserver 10.0.0.1\n', 'corp.example'],
    ['nameserver 10.0.0.1\n', 'empty'],
    ['search ns.svc.a svc.a a\n', 'ns.svc.a svc.a a'],
  ] as const)('says that the resolver is not that of a cluster: %j', async ([resolver, search]) => {
    const api = await fakeApi()
    answering(api, '', resolver)
    expect(await messageOf(api)).toBe(
      `The resolv.conf of Pods names no cluster domain (search list: ${search}); see the kubelet's clusterDomain and clusterDNS.`,
    )
  })
})
