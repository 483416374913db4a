import { describe, expect, test } from 'vitest'
import type { Observation } from '../report/record.ts'
import { askingPod, insideOf, lostInside, resolverOf } from './inside-sample.ts'
import { clusterFirst, dnsConfigAlone, dotsOf, nodeResolver, optionsMerged } from './pod-resolver.ts'

const cluster = { domain: 'cluster.local', nameservers: ['10.96.0.10'] }
const verdicts = (observations: readonly Observation[]): string[] => observations.map((one) => one.verdict)
const first = ['ns.svc.cluster.local', 'svc.cluster.local', 'cluster.local']
const added = {
  nameservers: ['192.0.2.53'],
  searches: ['rollcall.example'],
  options: [{ name: 'ndots', value: '2' }, { name: 'edns0' }],
}

describe('clusterFirst', () => {
  const pod = askingPod()

  test.for([
    ['the domains of the node behind those of the cluster', {}],
    ['no domain of the node', { search: first }],
    ['dots at the end, and capitals', { search: first.map((one) => `${one}.`.toUpperCase()) }],
  ] as const)('accepts %s', ([, change]) => {
    expect(verdicts(clusterFirst(pod, resolverOf(change), cluster))).toEqual(['conformant', 'conformant'])
  })

  test.for([
    ['a nameserver of somebody else', { nameservers: ['10.96.0.10', '192.0.2.53'] }, 0],
    ['no nameserver', { nameservers: [] }, 0],
    ['all namespaces before the own', { search: ['svc.cluster.local', 'ns.svc.cluster.local', 'cluster.local'] }, 1],
    ['another namespace', { search: ['other.svc.cluster.local', 'svc.cluster.local', 'cluster.local'] }, 1],
    ['another domain', { search: first.map((one) => one.replace('cluster.local', 'wrong.local')) }, 1],
    ['a domain of the node in front', { search: ['corp.example', ...first] }, 1],
    ['an empty list', { search: [] }, 1],
  ] as const)('convicts %s', ([, change, index]) => {
    const judged = clusterFirst(pod, resolverOf(change), cluster)
    expect(judged[index]).toMatchObject({ verdict: 'non-conformant', vantage: 'asks', hop: 'pod' })
    expect(judged.filter((one) => one.verdict === 'non-conformant')).toHaveLength(1)
  })

  test('wants what dnsConfig adds behind it', () => {
    const own = askingPod({ dnsConfig: added })
    const resolver = {
      nameservers: ['10.96.0.10', '192.0.2.53'],
      search: [...first, 'node.example', 'rollcall.example'],
    }
    expect(verdicts(clusterFirst(own, resolverOf(resolver), cluster))).toEqual(['conformant', 'conformant'])
    expect(verdicts(clusterFirst(own, insideOf(), cluster))).toEqual(['non-conformant', 'non-conformant'])
  })

  test('judges the search list alone where nobody can tell the nameservers', () => {
    const unknown = { ...cluster, nameservers: undefined }
    expect(verdicts(clusterFirst(pod, resolverOf({}), unknown))).toEqual(['conformant'])
    expect(verdicts(clusterFirst(pod, resolverOf({ search: [] }), unknown))).toEqual(['non-conformant'])
  })

  test('wants no more nameservers than a kubelet writes', () => {
    const own = askingPod({ dnsConfig: added })
    const three = { ...cluster, nameservers: ['10.96.0.10', '10.96.0.11', '10.96.0.12'] }
    const [judged] = clusterFirst(own, resolverOf({ nameservers: three.nameservers }), three)
    expect(judged?.verdict).toBe('conformant')
  })

  test('decides nothing of a Pod that could not be looked into', () => {
    expect(verdicts(clusterFirst(pod, lostInside, cluster))).toEqual(['inconclusive'])
  })
})

describe('dotsOf and optionsMerged', () => {
  test.for([
    [['ndots:5'], 'conformant'],
    [['timeout:1', 'ndots:5'], 'conformant'],
    [['ndots:1'], 'non-conformant'],
    [[], 'non-conformant'],
    [['ndots:5', 'ndots:1'], 'non-conformant'],
  ] as const)('without dnsConfig, options %j are %s', ([options, verdict]) => {
    expect(verdicts(dotsOf(askingPod(), resolverOf({ options })))).toEqual([verdict])
  })

  test('an option of dnsConfig takes the place of the default, in whatever order', () => {
    const pod = askingPod({ dnsConfig: added })
    const sound = resolverOf({ options: ['edns0', 'ndots:2'] })
    expect(verdicts([...dotsOf(pod, sound), ...optionsMerged(pod, sound)])).toEqual(Array(3).fill('conformant'))
    const ignored = resolverOf({ options: ['ndots:5'] })
    expect(verdicts([...dotsOf(pod, ignored), ...optionsMerged(pod, ignored)])).toEqual(Array(3).fill('non-conformant'))
  })
})

describe('dnsConfigAlone', () => {
  const pod = askingPod({ dnsConfig: added })
  const exactly = { nameservers: ['192.0.2.53'], search: ['rollcall.example'], options: ['edns0', 'ndots:2'] }

  test('accepts what dnsConfig says', () => {
    expect(verdicts(dnsConfigAlone(pod, resolverOf(exactly)))).toEqual(Array(3).fill('conformant'))
  })

  test.for([
    [{ nameservers: ['10.96.0.10', '192.0.2.53'] }, 0],
    [{ search: ['rollcall.example', ...first] }, 1],
    [{ options: ['ndots:5', 'edns0'] }, 2],
  ] as const)('convicts %j', ([change, index]) => {
    const judged = verdicts(dnsConfigAlone(pod, resolverOf({ ...exactly, ...change })))
    expect(judged.map((one) => one === 'non-conformant')).toEqual([0, 1, 2].map((one) => one === index))
  })
})

describe('nodeResolver', () => {
  const pod = askingPod()
  const config = {
    nameservers: ['10.0.0.2', '10.0.0.3', '10.0.0.4', '10.0.0.5'],
    search: ['corp.example.'],
    options: ['rotate'],
  }
  const node = { kind: 'read', config, changed: new Date('2025-12-31T00:00:00Z') } as const
  const taken = resolverOf({
    nameservers: config.nameservers.slice(0, 3),
    search: ['corp.example'],
    options: ['rotate'],
  })
  const domain = 'cluster.local'

  test('accepts what a kubelet makes of the file of the node', () => {
    expect(verdicts(nodeResolver(pod, taken, node, domain))).toEqual(Array(4).fill('conformant'))
  })

  test('does not care whether a kubelet hands on the root as a search domain', () => {
    const bare = { ...node, config: { ...config, search: [] } }
    const { nameservers, options } = config
    for (const search of [[], ['.']])
      expect(
        verdicts(
          nodeResolver(pod, resolverOf({ nameservers: nameservers.slice(0, 3), search, options }), bare, domain),
        ),
      ).toEqual(Array(4).fill('conformant'))
  })

  test('convicts the resolver of the cluster, wherever the file can be read or not', () => {
    expect(verdicts(nodeResolver(pod, insideOf(), node, domain))).toEqual(Array(4).fill('non-conformant'))
    const blind = { kind: 'unknown', reason: 'no right' } as const
    expect(verdicts(nodeResolver(pod, insideOf(), blind, domain))).toEqual(['non-conformant'])
    expect(verdicts(nodeResolver(pod, taken, blind, domain))).toEqual(['conformant'])
  })

  test('holds nothing against a Pod that is older than the file', () => {
    const newer = {
      ...node,
      changed: new Date('2026-01-01T01:00:00Z'),
      config: { ...config, nameservers: ['10.0.0.9'] },
    }
    expect(verdicts(nodeResolver(pod, taken, newer, domain))).toEqual([
      'conformant',
      'not-applicable',
      'conformant',
      'conformant',
    ])
  })
})

test('a Pod that its admission has given the policy None is judged by no other', () => {
  const given = askingPod({ dnsPolicy: 'None', dnsConfig: { nameservers: ['169.254.20.10', '10.96.0.10'] } })
  const injected = resolverOf({ nameservers: ['169.254.20.10', '10.96.0.10'], options: [] })
  const node = { kind: 'read', config: resolverOf, changed: undefined } as unknown as Parameters<typeof nodeResolver>[2]
  for (const judged of [
    clusterFirst(given, injected, cluster),
    dotsOf(given, injected),
    nodeResolver(given, injected, node, 'cluster.local'),
  ])
    expect(judged).toMatchObject([{ verdict: 'not-applicable', observed: expect.stringContaining('dnsPolicy None') }])
})
