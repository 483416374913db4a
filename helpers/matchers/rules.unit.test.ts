import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { iptablesRules } from '../probes/rules/iptables.ts'
import { ipvsRules } from '../probes/rules/ipvs.ts'
import { nftablesRules } from '../probes/rules/nftables.ts'
import { ruleMentions } from './rules.ts'

function recorded(name: string): string {
  return readFileSync(new URL(`../probes/rules/recorded/${name}`, import.meta.url), 'utf8')
}

const web = { namespace: 'ns', service: 'web', addresses: ['10.244.1.5', '10.244.2.7', 'fd00:10:244:1::5'] }
const save = recorded('iptables-save.txt')

function iptables(rule: string, table = 'nat') {
  const text = `${save}*${table}\n${rule}\nCOMMIT\n`
  return ruleMentions(iptablesRules([{ family: 'ipv4', text }]), web).map((entry) => entry.text)
}

function nft(...rules: readonly unknown[]) {
  const { nftables } = JSON.parse(recorded('nft.json')) as { nftables: unknown[] }
  return ruleMentions(nftablesRules([JSON.stringify({ nftables: [...nftables, ...rules] })]), web)
}

describe('ruleMentions in iptables', () => {
  test('finds nothing among the rules of a ClusterIP twin, of the CNI and of network policies', () => {
    expect(iptables('-A KUBE-SERVICES -j RETURN')).toEqual([])
  })

  test.for([
    [
      '-A KUBE-SERVICES -d 10.244.1.5/32 -p tcp -m comment --comment "ns/web:http mutant" -j DNAT --to-destination 10.244.2.7:80',
    ],
    ['-A PREROUTING -d 10.244.1.5/32 -p tcp -m tcp --dport 80 -j DNAT --to-destination 10.244.2.7:80'],
    [
      '-A KUBE-SERVICES -d 10.96.0.12/32 -p tcp -m comment --comment "ns/web:http cluster IP" -m tcp --dport 80 -j KUBE-SVC-X',
    ],
    ['-A KUBE-SERVICES -p tcp -m comment --comment ns/web -m tcp --dport 80 -j DNAT --to-destination 10.244.2.7:80'],
    ['-A OUTPUT -d 10.244.1.5/32 -p tcp -j KUBE-SVC-UMUHJ2LJQ3ZRLKQB'],
    ['-A KUBE-SERVICES -d 10.244.1.5/32 -j ACCEPT'],
    ['-A PREROUTING -d 10.244.1.0/24 -p tcp -j REDIRECT --to-ports 15001'],
  ])('finds the rule %s', ([rule]) => {
    expect(iptables(rule ?? '')).toEqual([rule])
  })

  test.for([
    ['-A KUBE-SERVICES -d 10.96.0.13/32 -p tcp -m comment --comment "ns/web-clusterip:http cluster IP" -j KUBE-SVC-X'],
    ['-A KUBE-SERVICES -d 10.96.0.13/32 -p tcp -m comment --comment "ns/my-web:http cluster IP" -j KUBE-SVC-X'],
    ['-A KUBE-SERVICES -d 10.96.0.13/32 -p tcp -m comment --comment "other-ns/web:http cluster IP" -j KUBE-SVC-X'],
    ['-A KUBE-SERVICES -d 10.96.0.13/32 -p tcp -m comment --comment "ns/web.old:http cluster IP" -j KUBE-SVC-X'],
    ['-A KUBE-SEP-X -s 10.244.1.5/32 -m comment --comment "ns/other:http" -j KUBE-MARK-MASQ'],
    ['-A KUBE-SERVICES -d 10.244.1.5/32 -j KUBE-NODEPORTS'],
    ['-A PREROUTING ! -d 10.244.1.5/32 -p tcp -j REDIRECT --to-ports 80'],
    ['-A POSTROUTING -d 10.244.1.5/32 -j MASQUERADE'],
  ])('takes no notice of the rule %s', ([rule]) => {
    expect(iptables(rule ?? '')).toEqual([])
  })

  test('takes a policy of the same name for a policy', () => {
    expect(
      iptables('-A cali-pi-x -d 10.244.1.5/32 -m comment --comment "Policy ns/web ingress" -j DROP', 'filter'),
    ).toEqual([])
  })

  test('follows chains that go in circles', () => {
    expect(iptables('-A A -d 10.244.1.5/32 -j B\n-A B -j A')).toEqual([])
  })
})

describe('ruleMentions in nftables', () => {
  const proxy = { family: 'ip', table: 'kube-proxy' }
  const daddr = { match: { op: '==', left: { payload: { protocol: 'ip', field: 'daddr' } }, right: '10.244.1.5' } }

  test('finds nothing among hairpin sets, affinity sets, emptied chains and network policies', () => {
    expect(nft()).toEqual([])
  })

  test('finds a chain and an element that name the Service', () => {
    const chain = 'service-ULMVA6XX-ns/web/tcp/http'
    const element = [{ concat: ['10.96.0.12', 'tcp', 80] }, { goto: { target: chain } }]
    const map = { ...proxy, name: 'service-ips', type: ['ipv4_addr', 'inet_proto', 'inet_service'], elem: [element] }
    const rule = { ...proxy, chain, expr: [{ dnat: { addr: '10.244.2.7', port: 80 } }] }
    expect(nft({ map }, { rule }).map((entry) => entry.chain)).toEqual(['service-ips', chain])
  })

  test('finds a nameless rule that translates what is addressed to a pod', () => {
    const rule = { ...proxy, chain: 'nat-prerouting', expr: [daddr, { dnat: { addr: '10.244.2.7', port: 80 } }] }
    expect(nft({ rule }).map((entry) => entry.chain)).toEqual(['nat-prerouting'])
    expect(nft({ rule: { ...rule, table: 'mutant' } }).map((entry) => entry.table)).toEqual(['mutant'])
  })

  test('finds an element that sends a pod address to the chain of the twin', () => {
    const element = [
      { concat: ['10.244.1.5', 'tcp', 80] },
      { goto: { target: 'service-ULMVA6XW-ns/web-clusterip/tcp/http' } },
    ]
    const map = { ...proxy, name: 'service-ips', type: ['ipv4_addr', 'inet_proto', 'inet_service'], elem: [element] }
    expect(nft({ map }).map((entry) => entry.chain)).toEqual(['service-ips'])
  })

  test('takes no notice of a filter of another table', () => {
    const rule = { family: 'inet', table: 'filter', chain: 'forward', expr: [daddr, { drop: null }] }
    expect(nft({ rule })).toEqual([])
  })
})

describe('ruleMentions in IPVS', () => {
  test('finds a virtual server at a pod address, and none among those of ClusterIPs', () => {
    expect(ruleMentions(ipvsRules(recorded('ipvsadm-save.txt')), web)).toEqual([])
    const mutant =
      '-A -t 10.244.1.5:80 -s rr\n-a -t 10.244.1.5:80 -r 10.244.2.7:80 -m\n-A -t [fd00:10:244:1:0:0:0:5]:80 -s rr'
    const found = ruleMentions(ipvsRules(recorded('ipvsadm-save.txt') + mutant), web)
    expect(found.map(({ chain }) => chain)).toEqual(['10.244.1.5:80', '[fd00:10:244:1:0:0:0:5]:80'])
  })
})
