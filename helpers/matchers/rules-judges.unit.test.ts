import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { iptablesRules } from '../probes/rules/iptables.ts'
import { ipvsRules } from '../probes/rules/ipvs.ts'
import { nftablesRules } from '../probes/rules/nftables.ts'
import type { NodeRules } from '../probes/rules/node-rules.ts'
import { type ClusterIpPort, judgeClusterIpProgrammed } from './rules-clusterip.ts'
import { judgeHeadlessUnprogrammed } from './rules-headless.ts'

function recorded(name: string): string {
  return readFileSync(new URL(`../probes/rules/recorded/${name}`, import.meta.url), 'utf8')
}

const save = recorded('iptables-save.txt')
const iptables = (text: string): NodeRules => iptablesRules([{ family: 'ipv4', text }])
const nft = nftablesRules([recorded('nft.json')])
const ipvs = ipvsRules(recorded('ipvsadm-save.txt'))

const headless = { namespace: 'ns', service: 'web', addresses: ['10.244.1.5', '10.244.2.7'] }
const endpoints = headless.addresses.map((address) => ({ address, port: 80 }))
const http: ClusterIpPort = { port: 80, protocol: 'TCP', endpoints }
const twin = { namespace: 'ns', service: 'web-clusterip', clusterIPs: ['10.96.0.10'], ports: [http] }

describe('judgeHeadlessUnprogrammed', () => {
  const judge = (rules: NodeRules) => judgeHeadlessUnprogrammed({ vantage: 'node-1', rules, headless, twin })

  test('is conformant where the twin is programmed and the headless Service is not', () => {
    for (const rules of [iptables(save), nft, ipvs]) expect(judge(rules).verdict).toBe('conformant')
  })

  test('quotes the rule that refers to the headless Service', () => {
    const rule =
      '-A KUBE-SERVICES -d 10.244.1.5/32 -p tcp -m comment --comment "ns/web:http mutant" -j DNAT --to-destination 10.244.2.7:80'
    expect(judge(iptables(`${save}*nat\n${rule}\n${rule}\nCOMMIT\n`))).toEqual({
      vantage: 'node-1',
      backend: '',
      hop: 'node rules',
      verdict: 'non-conformant',
      expected: 'no iptables rule refers to the headless Service ns/web',
      observed: `nat: ${rule} (and 1 more)`,
    })
  })

  test('is inconclusive where the twin is not seen in one of its families, which is read by itself', () => {
    const both = { ...twin, clusterIPs: ['10.96.0.10', 'fd00:10:96::a'] }
    const rule = '-A KUBE-SERVICES -d fd00:10:96::a/128 -p tcp -m comment --comment "ns/web-clusterip:http cluster IP"'
    const six = { family: 'ipv6' as const, text: `*nat\n${rule} -j KUBE-SVC-X\nCOMMIT\n` }
    const judged = (rules: NodeRules) =>
      judgeHeadlessUnprogrammed({ vantage: 'node-1', rules, headless, twin: both }).verdict
    expect(judged(iptables(save))).toBe('inconclusive')
    expect(judged(iptablesRules([six]))).toBe('inconclusive')
    expect(judged(iptablesRules([{ family: 'ipv4', text: save }, six]))).toBe('conformant')
    expect(
      judgeHeadlessUnprogrammed({ vantage: 'node-1', rules: nft, headless, twin: { ...twin, clusterIPs: [] } }).verdict,
    ).toBe('inconclusive')
  })

  test('is inconclusive where the twin is not seen either', () => {
    expect(judge(iptables(''))).toMatchObject({
      verdict: 'inconclusive',
      observed: 'the probe did not see the ClusterIP twin ns/web-clusterip among 0 iptables rules',
    })
    expect(
      judge(iptables(save.replaceAll('web-clusterip', 'gone').replaceAll('10.96.0.10/', '10.96.0.12/'))).verdict,
    ).toBe('inconclusive')
  })

  test('is inconclusive where the dump was cut short', () => {
    expect(judge(iptables(save.slice(0, save.lastIndexOf('COMMIT')))).observed).toBe(
      '1 lines of the iptables rules were not understood, and the others do not refer to it',
    )
  })
})

describe('judgeClusterIpProgrammed', () => {
  const judge = (rules: NodeRules, more: Partial<typeof twin> = {}) =>
    judgeClusterIpProgrammed({ vantage: 'node-1', rules, twin: { ...twin, ...more } })

  test('is conformant where the ClusterIP goes to exactly the endpoints', () => {
    for (const rules of [iptables(save), nft, ipvs])
      expect(judge(rules)).toMatchObject({
        verdict: 'conformant',
        expected: 'ns/web-clusterip at 10.96.0.10:80 goes to 10.244.1.5:80, 10.244.2.7:80',
      })
  })

  test('follows nftables through the endpoint chains of session affinity', () => {
    expect(judge(nft, { service: 'sticky', clusterIPs: ['10.96.0.11'] }).verdict).toBe('conformant')
  })

  test('is conformant where a Service without endpoints is refused', () => {
    const none = { service: 'none', clusterIPs: ['10.96.0.99'], ports: [{ ...http, endpoints: [] }] }
    for (const rules of [iptables(save), nft]) expect(judge(rules, none).verdict).toBe('conformant')
  })

  test('compares endpoints of the same family only', () => {
    const six = { address: 'fd00:10:244:1::5', port: 80 }
    const dual = { clusterIPs: ['10.96.0.10', 'fd00:10:96::10'], ports: [{ ...http, endpoints: [...endpoints, six] }] }
    expect(judge(ipvs, dual).verdict).toBe('conformant')
  })

  test('names endpoints that are missing and those that are too many', () => {
    const ports = [
      {
        ...http,
        endpoints: [
          { address: '10.244.1.5', port: 80 },
          { address: '10.244.3.3', port: 80 },
        ],
      },
    ]
    expect(judge(iptables(save), { ports })).toMatchObject({
      verdict: 'non-conformant',
      observed:
        '10.96.0.10:80/TCP does not reach 10.244.3.3:80; 10.96.0.10:80/TCP also reaches 10.244.2.7:80; by nat: ' +
        '-A KUBE-SERVICES -d 10.96.0.10/32 -p tcp -m comment --comment "ns/web-clusterip:http cluster IP" ' +
        '-m tcp --dport 80 -j KUBE-SVC-UMUHJ2LJQ3ZRLKQB',
    })
  })

  test('is non-conformant where the rules know other Services and not this one', () => {
    expect(judge(nft, { clusterIPs: ['10.96.0.77'] })).toMatchObject({
      verdict: 'non-conformant',
      observed: 'no rule takes 10.96.0.77:80/TCP',
    })
    expect(judge(nft, { ports: [{ ...http, protocol: 'UDP' }] }).verdict).toBe('non-conformant')
  })

  test('is inconclusive where the rules know no Service at all, or were cut short', () => {
    expect(judge(iptables('*nat\n-A PREROUTING -j ACCEPT\nCOMMIT'))).toMatchObject({
      verdict: 'inconclusive',
      observed: '1 iptables rules, of which none is about any Service',
    })
    const half = iptables(save.slice(0, save.indexOf('-A KUBE-SERVICES -d 10.96.0.10/32')))
    expect(judge(half).verdict).toBe('inconclusive')
  })
})
