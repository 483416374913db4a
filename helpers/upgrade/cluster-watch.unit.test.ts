import { expect, onTestFinished, test, vi } from 'vitest'
import { fakeApi } from '../target/fake-client.ts'
import { failure } from '../target/fake-store.ts'
import { ClusterWatch } from './cluster-watch.ts'
import { beforeOf } from './fixture-sample.ts'

/** A cluster of one node and one DNS server, and a watch of it, on a clock that the test moves. */
async function watching(lost?: ReadonlySet<string>) {
  vi.useFakeTimers({ toFake: ['Date'] })
  onTestFinished(() => void vi.useRealTimers())
  const api = await fakeApi()
  const client = api.client()
  onTestFinished(() => client.close())
  api.store.put({ apiVersion: 'v1', kind: 'Node', metadata: { name: 'node-a' } })
  const server = (name: string) =>
    api.store.put({
      ...{ apiVersion: 'discovery.k8s.io/v1', kind: 'EndpointSlice' },
      metadata: { name: 'dns', namespace: 'kube-system', labels: { 'kubernetes.io/service-name': 'kube-dns' } },
      endpoints: [{ addresses: ['10.244.0.2'], targetRef: { kind: 'Pod', name, uid: name } }],
    })
  server('coredns-1')
  const lines: string[] = []
  const means = { api: client, before: beforeOf(), signal: new AbortController().signal, ...(lost ? { lost } : {}) }
  const watch = new ClusterWatch({ ...means, progress: (line) => lines.push(line) })
  const after = async (ms: number): Promise<string[]> => {
    vi.setSystemTime(Date.now() + ms)
    const events = await watch.look()
    return events.map(({ at, subject, text }) => `${Date.now() - at} ms ago ${subject}: ${text}`)
  }
  return { api, server, lines, after }
}

test('what does not come blinds nobody to the rest, and is told once it has stayed out', async () => {
  const { api, server, lines, after } = await watching()
  expect(await after(0)).toEqual([])
  api.answer = ({ path }) => (path === '/api/v1/nodes' ? failure(503, 'ServiceUnavailable', 'busy') : undefined)
  server('coredns-2')
  expect(await after(3000)).toEqual(['0 ms ago coredns-1: gone from no node', '0 ms ago coredns-2: came on no node'])
  expect(await after(3000)).toEqual([])
  expect(await after(5000)).toEqual(['11000 ms ago rollcall: may not read nodes'])
  expect(await after(3000)).toEqual([])
  expect(lines.splice(0)).toEqual(['not watched: nodes (they do not come in time)'])
  api.answer = () => undefined
  expect(await after(3000)).toEqual(['0 ms ago rollcall: may read nodes again'])
  expect(lines).toEqual(['watched again: nodes'])
})

// An API server that starts refuses everybody for a moment.
test('what is refused is told once, and so is that it may be read again', async () => {
  const { api, lines, after } = await watching()
  expect(await after(0)).toEqual([])
  const refused = failure(403, 'Forbidden', 'not yet')
  api.answer = ({ path, query }) => {
    if (path.endsWith('/endpointslices')) return refused
    return query.get('labelSelector') === 'tier=control-plane' ? refused : undefined
  }
  const what = ['Pods of kube-system', 'EndpointSlices of the DNS Service']
  expect((await after(3000)).sort()).toEqual(what.map((one) => `0 ms ago rollcall: may not read ${one}`).sort())
  expect(await after(3000)).toEqual([])
  expect(lines.splice(0).sort()).toEqual(what.map((one) => `not watched: ${one} (not yet)`).sort())
  api.answer = () => undefined
  expect((await after(3000)).sort()).toEqual(what.map((one) => `0 ms ago rollcall: may read ${one} again`).sort())
  expect(lines.splice(0).sort()).toEqual(what.map((one) => `watched again: ${one}`).sort())
  expect(await after(3000)).toEqual([])
})

test('where nothing comes, nothing is said of nodes: the API is away', async () => {
  const { api, lines, after } = await watching()
  expect(await after(0)).toEqual([])
  api.answer = () => failure(503, 'ServiceUnavailable', 'away')
  expect([await after(20_000), await after(3000), lines]).toEqual([[], [], []])
})

test('a watch that begins tells who takes no Pods, and who is back that was lost when the last one ended', async () => {
  const { api, after } = await watching(new Set(['node-b', 'node-c', 'node-d']))
  const node = (name: string, ready: boolean, more: object = {}) =>
    api.store.put({
      ...{ apiVersion: 'v1', kind: 'Node', metadata: { name }, spec: more },
      status: { conditions: [{ type: 'Ready', status: ready ? 'True' : 'False' }] },
    })
  node('node-b', true)
  node('node-c', false)
  node('node-e', true, { unschedulable: true })
  expect(await after(0)).toEqual(['0 ms ago node-b: Ready', '0 ms ago node-e: cordoned'])
  expect(await after(3000)).toEqual([])
})
