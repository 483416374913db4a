import { describe, expect, test } from 'vitest'
import type { Lookout } from './look.ts'
import { clusterFirst, dotsOf } from './matchers/pod-resolver.ts'
import { clusterDnsOf, givenResolvers, kubeletOf } from './node-dns.ts'
import type { KubeletDns } from './target/kubelet.ts'
import type { Pod } from './target/objects.ts'
import { type Seen, seen, unseen } from './target/seen.ts'

function lookout(nameservers: Readonly<Record<string, readonly string[]>>, kubelet: Seen<KubeletDns>): Lookout {
  const facts = {
    dns: { clusterDomain: 'cluster.local', nameservers },
    nodes: seen([{ name: 'a', kubelet: 'v1.34.4' }]),
  }
  return { eyes: { kubelet: async () => kubelet }, roll: { facts } } as unknown as Lookout
}

const hidden = unseen('not for you')

describe('what the cluster gives to the Pods of a node', () => {
  test.for([
    [
      'is what its kubelet says',
      { a: ['10.0.0.9'] },
      seen({ clusterDNS: ['169.254.20.10'], resolvConf: '' }),
      ['169.254.20.10'],
    ],
    ['is what the vantage there has', { a: ['10.0.0.9'], b: ['10.0.0.1'] }, hidden, ['10.0.0.1']],
    ['is what all others have where there is no vantage', { a: ['10.0.0.9'], c: ['10.0.0.9'] }, hidden, ['10.0.0.9']],
    ['is unknown where these differ', { a: ['10.0.0.9'], c: ['10.0.0.1'] }, hidden, undefined],
    ['is unknown where nobody has looked', {}, hidden, undefined],
  ] as const)('%s', async ([, nameservers, kubelet, wanted]) => {
    expect(await clusterDnsOf(lookout(nameservers, kubelet), 'b')).toEqual({
      domain: 'cluster.local',
      nameservers: wanted,
    })
  })
})

describe('what the nodes have given to the vantages', () => {
  const resolver = {
    nameservers: ['10.0.0.1'],
    search: ['ns.svc.cluster.local', 'svc.cluster.local', 'cluster.local'],
    options: ['ndots:5'],
  }
  const place = { namespace: 'ns', pod: 'vantage-0', container: 'multitool', addresses: [], dns: {} }
  const given = (vantages: readonly object[]) => givenResolvers({ roll: { vantages } } as unknown as Lookout)
  const verdicts = (vantages: readonly object[]): string[][] =>
    given(vantages).map(({ node, pod, sighting }) => [
      node,
      ...clusterFirst(pod, sighting, { domain: 'cluster.local', nameservers: undefined }).map((one) => one.verdict),
      ...dotsOf(pod, sighting).map((one) => one.verdict),
    ])

  test('convicts the node whose kubelet has another domain, or other ndots', () => {
    const wrong = { ...resolver, search: resolver.search.map((one) => one.replace('cluster.local', 'wrong.local')) }
    const vantages = [
      { ...place, node: 'a', resolver },
      { ...place, node: 'b', resolver: wrong },
      { ...place, node: 'c', resolver: { ...resolver, options: [] } },
    ]
    expect(verdicts(vantages)).toEqual([
      ['a', 'conformant', 'conformant'],
      ['b', 'non-conformant', 'conformant'],
      ['c', 'conformant', 'non-conformant'],
    ])
  })

  test('goes by what the admission has made of a vantage', () => {
    const options = [{ name: 'ndots', value: '2' }]
    const vantages = [
      { ...place, node: 'a', dns: { dnsConfig: { options } }, resolver: { ...resolver, options: ['ndots:2'] } },
      { ...place, node: 'b', dns: { dnsPolicy: 'None' }, resolver: { nameservers: [], search: [], options: [] } },
    ]
    expect(verdicts(vantages)).toEqual([
      ['a', 'conformant', 'conformant'],
      ['b', 'not-applicable', 'not-applicable'],
    ])
  })

  test('is nothing where the survey has kept none', () => {
    expect(given([{ ...place, node: 'a' }])).toEqual([])
  })
})

test('the kubelet of a Pod is that of its node, and of no version where nobody knows it', () => {
  const podOn = (nodeName: string) => ({ spec: { nodeName } }) as Pod
  const sight = lookout({}, hidden)
  expect([kubeletOf(sight, podOn('a')), kubeletOf(sight, podOn('b'))]).toEqual(['v1.34.4', ''])
})
