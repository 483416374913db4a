import { expect, test } from 'vitest'
import type { HttpOutcome } from '../probes/http.ts'
import { reachesOne, slicesHoldOne } from './one-pod.ts'
import { samplePods, sampleService, sampleSlice, sampleSnapshot } from './snapshot-sample.ts'

const service = sampleService({ name: 'first', clusterIPs: ['10.96.0.7'] })

function held(...pods: readonly string[]) {
  const own = samplePods.filter((pod) => pods.includes(pod.metadata?.name ?? ''))
  const slice = sampleSlice(
    service,
    own.map((pod) => ({ ...pod, metadata: { ...pod.metadata, labels: { app: 'first' } } })),
  )
  return slicesHoldOne({ ...sampleSnapshot([service], samplePods), slices: [slice] }, 'first', 'db-0')
}

test('the slices of a Service for one Pod hold that Pod', () => {
  const right = {
    vantage: 'API',
    backend: 'EndpointSlices of first',
    hop: 'EndpointSlice',
    verdict: 'conformant',
    expected: 'ready {10.244.1.7}',
    observed: 'ready {10.244.1.7}',
  }
  expect(held('db-0')).toEqual([right])
})

test('its neighbour beside it, in its place, and nobody convict', () => {
  for (const pods of [['db-0', 'db-1'], ['db-1'], []])
    expect(held(...pods).map(({ verdict }) => verdict)).toEqual(['non-conformant'])
})

const vantage = { namespace: 'ns', pod: 'vantage', container: 'tools', node: 'worker', addresses: ['10.244.1.2'] }
const answer = {
  kind: 'answer',
  status: 200,
  hostname: 'db-0',
  peer: '10.244.1.2',
  server: { address: '10.244.1.7', port: 8080 },
  remote: '10.96.0.7',
} as const

function said(outcome: HttpOutcome) {
  const [one] = reachesOne([{ vantage, address: '10.96.0.7', port: 8080, outcome }], 'db-0')
  return [one?.verdict, one?.observed]
}

test('a connection is judged by who answers, whatever address the server and the client see', () => {
  expect(said(answer)).toEqual(['conformant', 'db-0 answers at 10.96.0.7 port 8080'])
  expect(said({ ...answer, peer: '172.18.0.3' })[0]).toBe('conformant')
  expect(said({ ...answer, hostname: 'db-1' })).toEqual(['non-conformant', 'db-1 answers at 10.96.0.7 port 8080'])
  expect(said({ kind: 'failed', how: 'refused', reason: 'refused' })).toEqual(['non-conformant', 'refused'])
  expect(said({ kind: 'lost', reason: 'exec broke' })).toEqual(['inconclusive', 'exec broke'])
})
