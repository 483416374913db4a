import { expect, test } from 'vitest'
import { type HttpOutcome, type HttpSighting, parseHttp } from '../probes/http.ts'
import { judge } from '../report/verdict.ts'
import { reachedDirectly } from './direct.ts'

const vantage = {
  namespace: 'ns',
  pod: 'vantage',
  container: 'tools',
  node: 'worker',
  addresses: ['10.244.1.2', 'fd00:10:0:0::2'],
}
const sound = {
  kind: 'answer',
  status: 200,
  hostname: 'web-a',
  peer: '10.244.1.2',
  server: { address: '10.244.1.5', port: 8080 },
  remote: '10.244.1.5',
} as const

function said(outcome: HttpOutcome, address = '10.244.1.5') {
  const sighting: HttpSighting = { vantage, address, port: 8080, outcome }
  return reachedDirectly([sighting], (one) => (['10.244.1.5', 'fd00:10::5'].includes(one) ? 'web-a' : undefined))
}

function answered(change: Partial<typeof sound> | object) {
  const [judged] = said({ ...sound, ...change })
  return [judged?.verdict, judged?.observed]
}

test('the pod at the address answers, and both ends see pod addresses', () => {
  expect(said(sound)).toEqual([
    {
      vantage: 'worker',
      backend: 'web-a (10.244.1.5)',
      hop: 'data path',
      verdict: 'conformant',
      expected: 'web-a at 10.244.1.5 port 8080, asked by 10.244.1.2 or fd00:10::2',
      observed: 'web-a at 10.244.1.5 port 8080, asked by 10.244.1.2',
    },
  ])
})

test('addresses compare in their shortest form, mapped ones as IPv4', () => {
  const reply = (text: string) => parseHttp({ kind: 'done', code: 0, output: Buffer.from(text) })
  const mapped = reply('web-a ::ffff:10.244.1.2 ::ffff:10.244.1.5 8080\n\n200 10.244.1.2 10.244.1.5 8080')
  expect(said(mapped)[0]?.verdict).toBe('conformant')
  const v6 = reply('web-a fd00:10::2 fd00:10:0::5 8080\n\n200 fd00:10::2 fd00:10::5 8080')
  expect(said(v6, 'fd00:10::5')[0]?.verdict).toBe('conformant')
})

test('the address of the node in place of the client convicts', () => {
  expect(answered({ peer: '172.18.0.3' })).toEqual([
    'non-conformant',
    'web-a at 10.244.1.5 port 8080, asked by 172.18.0.3',
  ])
})

test('another pod, another address and another port convict', () => {
  expect(answered({ hostname: 'web-b' })[0]).toBe('non-conformant')
  expect(answered({ server: { address: '10.244.2.6', port: 8080 } })[0]).toBe('non-conformant')
  expect(answered({ server: { address: '10.244.1.5', port: 80 } })[0]).toBe('non-conformant')
})

test('an address of no pod convicts whoever answers', () => {
  expect(judge(said({ ...sound, server: { address: '10.244.9.9', port: 8080 } }, '10.244.9.9'))).toEqual({
    verdict: 'non-conformant',
    hop: 'data path',
    reason:
      'data path: expected no pod at 10.244.9.9 port 8080, asked by 10.244.1.2 or fd00:10::2, observed web-a at 10.244.9.9 port 8080, asked by 10.244.1.2',
  })
})

test('a failed connection convicts, a lost view does not', () => {
  const refused = 'curl: (7) Failed to connect to 10.244.1.5 port 8080'
  expect(judge(said({ kind: 'failed', how: 'refused', reason: refused })).verdict).toBe('non-conformant')
  expect(judge(said({ kind: 'lost', reason: 'the exec broke' }))).toEqual({
    verdict: 'inconclusive',
    reason: 'the exec broke',
  })
})
