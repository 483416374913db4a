import { expect, test } from 'vitest'
import type { DnsServer } from '../probes/dns/outcome.ts'
import type { VolleyOutcome } from '../probes/dns/volley.ts'
import { fewLost } from './volleys.ts'

const resolver: DnsServer = { role: 'resolver', name: '10.96.0.10', address: '10.96.0.10', port: 53 }
const backend: DnsServer = { role: 'backend', name: 'coredns-1', address: '10.244.0.2', port: 53 }

function judged(outcome: VolleyOutcome, server = backend) {
  const [observation] = fewLost([{ vantage: 'worker', server, outcome }])
  return observation
}

const counted = (answered: number): VolleyOutcome => ({ kind: 'counted', sent: 50, answered })

test('two lost datagrams of fifty are bad luck, three are a path that loses them', () => {
  expect([50, 48, 47, 1].map((answered) => judged(counted(answered))?.verdict)).toEqual([
    'conformant',
    'conformant',
    'non-conformant',
    'non-conformant',
  ])
  expect(judged(counted(41))).toMatchObject({
    vantage: 'worker',
    backend: 'coredns-1 (10.244.0.2)',
    hop: 'DNS backend',
    observed: '41 of 50 answered over UDP: the path or the server loses datagrams',
  })
  expect(judged(counted(41), resolver)?.hop).toBe('node resolver')
})

test('a server that answers nothing loses nothing, and what broke on our side says nothing', () => {
  expect(judged(counted(0))).toMatchObject({
    verdict: 'not-applicable',
    observed: 'none of 50 is answered over UDP',
  })
  expect(judged({ kind: 'lost', reason: 'the exec broke' })).toMatchObject({
    verdict: 'inconclusive',
    observed: 'the exec broke',
  })
})
