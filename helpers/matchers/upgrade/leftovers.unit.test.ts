import { describe, expect, test } from 'vitest'
import type { NodeRules, RuleEntry } from '../../probes/rules/node-rules.ts'
import { samplePod, sampleService, sampleSnapshot } from '../snapshot-sample.ts'
import { nothingLeftOf, nothingLeftOfMode } from './leftovers.ts'

const web = samplePod({ name: 'web-a', app: 'web', addresses: ['10.244.1.5'] })
const old = samplePod({ name: 'web-b', app: 'web', addresses: ['10.244.2.6'] })
const service = sampleService({ name: 'web', clusterIPs: ['10.96.0.5'] })
const before = sampleSnapshot([service], [web, old])
const now = sampleSnapshot([service], [web])

function entry(name: string, address: string): RuleEntry {
  return {
    ...{ origin: 'dump', family: 'ipv4', table: 'nat', chain: 'KUBE-SEP-A', targets: ['DNAT'] },
    text: `-A KUBE-SEP-A --comment "ns/${name}:http" -j DNAT --to-destination ${address}:8080`,
    names: [{ namespace: 'ns', service: name, port: 'http' }],
    destinations: [{ role: 'translated-to', address, port: 8080 }],
  }
}

const rules = (...entries: readonly RuleEntry[]): NodeRules => ({
  mode: 'iptables',
  backend: '',
  entries,
  unreadLines: 0,
})
const judged = (...entries: readonly RuleEntry[]) => nothingLeftOf(before, now, 'kind-worker', rules(...entries))

describe('up.rules', () => {
  test('acquits a node that leads to who is there', () => {
    expect(judged(entry('web', '10.244.1.5'))).toMatchObject({ verdict: 'conformant', hop: 'node rules' })
  })

  test('convicts rules of a Service, or to a Pod, that is gone', () => {
    expect(judged(entry('canary-7', '10.244.1.5'), entry('web', '10.244.1.5'))).toMatchObject({
      verdict: 'non-conformant',
      observed: expect.stringContaining('ns/canary-7:http'),
    })
    expect(judged(entry('web', '10.244.2.6')).verdict).toBe('non-conformant')
  })

  test('leaves others alone that lead to an address which was given out again', () => {
    const others = { ...entry('other', '10.244.2.6'), names: [{ namespace: 'elsewhere', service: 'other' }] }
    expect(judged(entry('web', '10.244.1.5'), others).verdict).toBe('conformant')
  })

  test('believes no absence where nothing of the namespace is in sight', () => {
    expect(judged().verdict).toBe('inconclusive')
  })

  test('convicts what a mode that is over has left, and not what others write in it', () => {
    const foreign = { ...entry('web', '10.244.1.5'), names: [] }
    expect(nothingLeftOfMode('kind-worker', rules(foreign), 'nftables').verdict).toBe('conformant')
    expect(nothingLeftOfMode('kind-worker', rules(entry('web', '10.244.1.5')), 'nftables')).toMatchObject({
      verdict: 'non-conformant',
      expected: 'no rule of a Service in mode iptables, since the proxy is in mode nftables',
    })
  })
})
