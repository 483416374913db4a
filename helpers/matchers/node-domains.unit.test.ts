import { describe, expect, test } from 'vitest'
import { askingPod, lostInside, resolverOf } from './inside-sample.ts'
import { nodeDomains } from './node-domains.ts'

const first = ['ns.svc.cluster.local', 'svc.cluster.local', 'cluster.local']
const changed = new Date('2025-12-31T00:00:00Z')
const nodeWith = (...search: readonly string[]) =>
  ({ kind: 'read', config: { nameservers: [], search, options: [] }, changed }) as const

function judge(search: readonly string[], node: Parameters<typeof nodeDomains>[2], pod = askingPod()): string[] {
  return nodeDomains(pod, resolverOf({ search }), node, 'cluster.local').map((one) => one.verdict)
}

describe('nodeDomains', () => {
  test.for([
    ['those of the node, in their order', ['corp.example', 'example'], ['corp.example.', 'example']],
    ['none where the node has none', [], []],
    ['a domain that is the cluster’s, too, once', ['corp.example'], ['cluster.local', 'corp.example']],
    ['a domain that the node has twice, once', ['corp.example'], ['corp.example', 'Corp.example.']],
    ['the root, which changes nothing', ['corp.example', '.'], ['corp.example']],
  ] as const)('accepts %s', ([, behind, node]) => {
    expect(judge([...first, ...behind], nodeWith(...node))).toEqual(['conformant'])
  })

  test.for([
    ['one that is missing', ['corp.example'], ['corp.example', 'example']],
    ['one that nobody has named', ['corp.example', 'elsewhere.example'], ['corp.example']],
    ['another order', ['example', 'corp.example'], ['corp.example', 'example']],
    ['all but the last of a list of eight', [1, 2, 3, 4, 5, 6, 7].map(String), [1, 2, 3, 4, 5, 6, 7, 8].map(String)],
  ] as const)('convicts %s', ([, behind, node]) => {
    expect(judge([...first, ...behind], nodeWith(...node))).toEqual(['non-conformant'])
  })

  test('leaves what stands before them to others', () => {
    const swapped = [first[1] ?? '', first[0] ?? '', first[2] ?? '', 'corp.example']
    expect(judge(swapped, nodeWith('corp.example'))).toEqual(['conformant'])
  })

  test('wants what dnsConfig adds behind them', () => {
    const pod = askingPod({ dnsConfig: { searches: ['mesh.example'] } })
    expect(judge([...first, 'corp.example', 'mesh.example'], nodeWith('corp.example'), pod)).toEqual(['conformant'])
    expect(judge([...first, 'mesh.example', 'corp.example'], nodeWith('corp.example'), pod)).toEqual(['non-conformant'])
  })

  test('takes the cut of a kubelet before 1.28, and that of one since', () => {
    const many = Array.from({ length: 40 }, (_, index) => `d${index}.example`)
    const node = nodeWith(...many)
    for (const most of [6, 32])
      expect(judge([...first, ...many].slice(0, most), node), `${most}`).toEqual(['conformant'])
    expect(judge([...first, ...many].slice(0, 20), node)).toEqual(['non-conformant'])
    const long = nodeWith('a'.repeat(250))
    expect(judge(first, long)).toEqual(['conformant'])
  })

  test('holds nothing against a Pod that is older than the file of its node', () => {
    const newer = { ...nodeWith('new.example'), changed: new Date('2026-01-01T01:00:00Z') }
    expect(judge([...first, 'corp.example'], newer)).toEqual(['not-applicable'])
  })

  test('says nothing where the file cannot be read, and decides nothing where the Pod cannot', () => {
    expect(judge([...first, 'x.example'], { kind: 'unknown', reason: 'no right' })).toEqual(['not-applicable'])
    const lost = nodeDomains(askingPod(), lostInside, nodeWith(), 'cluster.local')
    expect(lost.map((one) => one.verdict)).toEqual(['inconclusive'])
  })
})
