import { expect, test } from 'vitest'
import type { Observation } from './report/record.ts'
import { fakeApi } from './target/fake-client.ts'
import { failure } from './target/fake-store.ts'
import { VantagesStanding } from './vantages-standing.ts'

const vantages = ['node-a', 'node-b'].map((node) => ({
  ...{ namespace: 'ns', pod: `vantage-${node}`, container: 'multitool', node, addresses: [] },
}))
const { signal } = new AbortController()
const from = (vantage: string, verdict: Observation['verdict'] = 'inconclusive'): Observation => ({
  ...{ vantage, backend: '', hop: 'data path', verdict, expected: 'an answer', observed: 'the exec broke' },
})
const seen = [from('node-a'), from('node-b'), from('API'), from('node-a', 'non-conformant')]

/** What is left of `seen` where these Pods stand. */
async function judged(pods: readonly string[], leaving: readonly string[] = []) {
  const api = await fakeApi()
  for (const name of [...pods, ...leaving]) {
    const going = leaving.includes(name) ? { deletionTimestamp: '2026-01-01T00:00:00Z' } : {}
    const metadata = { name, namespace: 'ns', labels: { app: 'rollcall-vantage' }, ...going }
    api.store.put({ apiVersion: 'v1', kind: 'Pod', metadata })
  }
  return { told: await new VantagesStanding(api.client(), vantages).judged(seen, signal), api }
}

test('what cannot be seen from a Pod that is gone is not applicable, and what else was seen stays', async () => {
  const { told } = await judged(['vantage-node-b'])
  const [first, ...others] = told
  expect(first).toEqual({
    ...from('node-a', 'not-applicable'),
    observed: 'the Pod that looks from node-a is gone; the exec broke',
  })
  expect(others).toEqual(seen.slice(1))
  expect((await judged(['vantage-node-b'], ['vantage-node-a'])).told).toEqual(told)
})

test('a Pod that is there and cannot be looked from stays inconclusive, and so does all where none is left', async () => {
  expect((await judged(['vantage-node-a', 'vantage-node-b'])).told).toEqual(seen)
  expect((await judged([])).told).toEqual(seen)
})

test('the API is asked once, and only where something could not be seen', async () => {
  const { api } = await judged(['vantage-node-b'])
  expect(api.requests).toHaveLength(1)
  const standing = new VantagesStanding(api.client(), vantages)
  await standing.judged([from('node-a', 'non-conformant'), from('API')], signal)
  expect(api.requests).toHaveLength(1)
})

test('all stand where the API does not tell, or is not there', async () => {
  const api = await fakeApi()
  api.answer = () => failure(403, 'Forbidden', 'no right')
  for (const means of [api.client(), undefined])
    expect(await new VantagesStanding(means, vantages).judged(seen, signal)).toEqual(seen)
})
