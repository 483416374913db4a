import { expect, test } from 'vitest'
import type { Observation } from './report/record.ts'
import { ServersInService } from './servers-in-service.ts'
import type { FakeApi } from './target/fake-api.ts'
import { fakeApi } from './target/fake-client.ts'
import { failure } from './target/fake-store.ts'
import { seen, unseen } from './target/seen.ts'

const backends = [
  { name: 'dns-a', address: '10.244.0.2', port: 53 },
  { name: 'dns-b', address: '10.244.0.3', port: 53 },
]
const service = { namespace: 'kube-system', name: 'kube-dns', clusterIPs: ['10.96.0.10'], backends }
const { signal } = new AbortController()

/** Puts the DNS Service there with these servers behind it, by name and address. */
function install(api: FakeApi, servers: readonly (readonly [string, string])[]): void {
  const metadata = { name: 'kube-dns', namespace: 'kube-system' }
  const ports = [{ name: 'dns-tcp', port: 53, protocol: 'TCP' }]
  api.store.put({ apiVersion: 'v1', kind: 'Service', metadata, spec: { clusterIPs: ['10.96.0.10'], ports } })
  api.store.put({
    apiVersion: 'discovery.k8s.io/v1',
    kind: 'EndpointSlice',
    metadata: { ...metadata, labels: { 'kubernetes.io/service-name': 'kube-dns' } },
    addressType: 'IPv4',
    ports,
    endpoints: servers.map(([name, address]) => ({ addresses: [address], targetRef: { kind: 'Pod', name } })),
  })
}

function silent(name: string, address: string, changes: Partial<Observation> = {}): Observation {
  return {
    ...{ vantage: 'worker', backend: `${name} (${address})`, hop: 'DNS backend', verdict: 'non-conformant' },
    ...{ expected: 'an answer', observed: 'no answer within 3 s' },
    ...changes,
  }
}

const [a, b] = [silent('dns-a', '10.244.0.2'), silent('dns-b', '10.244.0.3')]

test('nothing is held against a server that has left the DNS Service, and all against one that is there', async () => {
  const api = await fakeApi()
  install(api, [
    ['dns-b', '10.244.0.3'],
    ['dns-c', '10.244.0.9'],
  ])
  const resolver = silent('10.96.0.10', '10.96.0.10', { hop: 'node resolver' })
  const fine = silent('dns-a', '10.244.0.2', { verdict: 'conformant' })
  const judged = await new ServersInService(api.client(), seen(service)).judged([a, b, resolver, fine], signal)
  expect(judged).toEqual([
    {
      ...a,
      verdict: 'not-applicable',
      observed: 'no ready endpoint of the DNS Service any more; no answer within 3 s',
    },
    b,
    resolver,
    fine,
  ])
})

test('a server with the address of another one is another one', async () => {
  const api = await fakeApi()
  install(api, [
    ['dns-z', '10.244.0.2'],
    ['dns-b', '10.244.0.3'],
  ])
  const judged = await new ServersInService(api.client(), seen(service)).judged([a, b], signal)
  expect(judged.map((one) => one.verdict)).toEqual(['not-applicable', 'non-conformant'])
})

test('the API is not asked where nothing is held against a server, and once for looks at the same time', async () => {
  const api = await fakeApi()
  install(api, [['dns-b', '10.244.0.3']])
  const servers = new ServersInService(api.client(), seen(service))
  await servers.judged([silent('dns-a', '10.244.0.2', { verdict: 'conformant' })], signal)
  expect(api.requests).toEqual([])
  await Promise.all([servers.judged([a], signal), servers.judged([b], signal)])
  expect(api.requests).toHaveLength(2)
})

test('servers stay what they were where the API does not tell, or nobody may see them', async () => {
  const api = await fakeApi()
  api.answer = () => failure(403, 'Forbidden', 'no right')
  for (const servers of [
    new ServersInService(api.client(), seen(service)),
    new ServersInService(api.client(), unseen('no right')),
    new ServersInService(undefined, seen(service)),
  ])
    expect(await servers.judged([a], signal)).toEqual([a])
})
