import { readFileSync } from 'node:fs'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { nftablesRules } from './nftables.ts'

const recorded = readFileSync(new URL('recorded/nft.json', import.meta.url), 'utf8')

function read(...objects: readonly unknown[]) {
  return nftablesRules([JSON.stringify({ nftables: objects })])
}

function rule(expr: readonly unknown[], more: Readonly<Record<string, unknown>> = {}) {
  return { rule: { family: 'ip', table: 'kube-proxy', chain: 'services', expr, ...more } }
}

const daddr = { payload: { protocol: 'ip', field: 'daddr' } }
const dport = { payload: { protocol: 'tcp', field: 'dport' } }
const match = (left: unknown, right: unknown, op = '==') => ({ match: { op, left, right } })

describe('nftablesRules', () => {
  test('understands every object that nft prints of a node', () => {
    const { mode, backend, unreadLines, entries } = nftablesRules([recorded])
    expect({ mode, backend, unreadLines }).toEqual({ mode: 'nftables', backend: 'nft 1.0.6', unreadLines: 0 })
    expect(entries.length).toBe(30)
  })

  test('reads an element of service-ips: what it matches, and the Service in the chain it goes to', () => {
    const entry = nftablesRules([recorded]).entries.find(({ text }) => text.startsWith('map service-ips: 10.96.0.10 '))
    expect(entry).toEqual({
      origin: 'nft ip kube-proxy',
      family: 'ipv4',
      table: 'kube-proxy',
      chain: 'service-ips',
      text: 'map service-ips: 10.96.0.10 . tcp . 80 : {"goto":{"target":"service-ULMVA6XW-ns/web-clusterip/tcp/http"}}',
      names: [{ namespace: 'ns', service: 'web-clusterip', port: 'http' }],
      destinations: [{ role: 'matched', address: '10.96.0.10', port: 80, protocol: 'tcp' }],
      targets: ['service-ULMVA6XW-ns/web-clusterip/tcp/http'],
    })
  })

  test('reads the Service in the comment of an element', () => {
    const [entry] = nftablesRules([recorded]).entries.filter(({ chain }) => chain === 'no-endpoint-services')
    expect(entry?.names).toEqual([{ namespace: 'ns', service: 'none', port: 'http' }])
    expect(entry?.targets).toEqual(['reject-chain'])
  })

  test('reads the endpoints of a chain that translates by a map, and of an endpoint chain', () => {
    const translated = (chain: string) =>
      nftablesRules([recorded])
        .entries.filter((entry) => entry.chain.startsWith(chain))
        .flatMap(({ destinations }) => destinations)
    expect(translated('service-ULMVA6XW')).toEqual([
      { role: 'translated-to', address: '10.244.1.5', port: 80, protocol: 'tcp' },
      { role: 'translated-to', address: '10.244.2.7', port: 80, protocol: 'tcp' },
    ])
    expect(translated('endpoint-K2XQ7ZAB')).toEqual([
      { role: 'translated-to', address: '10.244.2.7', port: 80, protocol: 'tcp' },
    ])
  })

  test('does not take elements of source sets and of hairpin connections for destinations', () => {
    const sources = nftablesRules([recorded]).entries.filter(({ chain }) => /^(affinity|hairpin)-/.test(chain))
    expect(sources.map(({ destinations }) => destinations)).toEqual([[], []])
  })

  test('reads matches of an address, a prefix, a list and a concatenation, but no negated one', () => {
    const addresses = (...expr: readonly unknown[]) =>
      read(rule(expr)).entries.flatMap(({ destinations }) => destinations.map(({ address, port }) => [address, port]))
    expect(addresses(match(daddr, '10.244.1.5'), match(dport, 80))).toEqual([['10.244.1.5', 80]])
    expect(addresses(match(daddr, { prefix: { addr: '10.244.1.0', len: 24 } }))).toEqual([['10.244.1.0/24', undefined]])
    expect(addresses(match(daddr, { set: ['10.0.0.1', '10.0.0.2'] }))).toEqual([
      ['10.0.0.1', undefined],
      ['10.0.0.2', undefined],
    ])
    expect(addresses(match({ concat: [daddr, dport] }, { set: [{ concat: ['10.0.0.1', 80] }] }))).toEqual([
      ['10.0.0.1', 80],
    ])
    expect(addresses(match(daddr, '10.244.1.5', '!='))).toEqual([])
    expect(addresses(match(daddr, '@podips'))).toEqual([])
  })

  test('reads a verdict map and a translation map that are written inside a rule', () => {
    const vmap = { vmap: { key: daddr, data: { set: [['10.0.0.1', { goto: { target: 'reject-chain' } }]] } } }
    expect(read(rule([vmap])).entries[0]).toMatchObject({
      destinations: [{ role: 'matched', address: '10.0.0.1' }],
      targets: ['reject-chain'],
    })
    const dnat = { dnat: { addr: { map: { key: daddr, data: { set: [['10.0.0.1', '10.0.0.2']] } } } } }
    expect(read(rule([dnat])).entries[0]).toMatchObject({
      destinations: [
        { role: 'matched', address: '10.0.0.1' },
        { role: 'translated-to', address: '10.0.0.2' },
      ],
      targets: ['DNAT'],
    })
  })

  test('reads the Service in a chain name whose end is cut off', () => {
    const chain = 'endpoint-H6TLRZCB-ns/web/tcp/http__fd00.10.244.1..5/8...'
    const [entry] = read({ rule: { family: 'ip6', table: 'kube-proxy', chain, expr: [{ drop: null }] } }).entries
    expect(entry?.names).toEqual([{ namespace: 'ns', service: 'web', port: 'http' }])
    expect(entry?.family).toBe('ipv6')
  })

  test('reads the Service of an unnamed port', () => {
    const [entry] = read({
      rule: { family: 'ip', table: 'kube-proxy', chain: 'service-H6TLRZCB-ns/web/tcp/', expr: [] },
    }).entries
    expect(entry?.names).toEqual([{ namespace: 'ns', service: 'web' }])
  })

  test('takes no notice of a chain that no rule fills', () => {
    expect(nftablesRules([recorded]).entries.some(({ names }) => names.some(({ service }) => service === 'web'))).toBe(
      false,
    )
  })

  test('counts what is no JSON by its lines, and objects that it does not know', () => {
    expect(nftablesRules(['Error: No such file or directory\nlist table ip kube-proxy'])).toMatchObject({
      entries: [],
      unreadLines: 2,
    })
    expect(nftablesRules([recorded.slice(0, -20)]).unreadLines).toBeGreaterThan(0)
    expect(read({ rule: { family: 'ip' } }, { novelty: {} }, 7).unreadLines).toBe(3)
    expect(nftablesRules([''])).toMatchObject({ entries: [], unreadLines: 0 })
  })

  test('throws nothing, whatever the JSON', () => {
    const key = fc.constantFrom(
      'rule',
      'map',
      'set',
      'elem',
      'expr',
      'match',
      'dnat',
      'addr',
      'map',
      'data',
      'concat',
      'table',
    )
    const { json } = fc.letrec((tie) => ({
      json: fc.oneof(
        { maxDepth: 6 },
        fc.constantFrom<unknown>('10.0.0.1', 80, null, true, '@set'),
        fc.array(tie('json'), { maxLength: 3 }),
        fc.dictionary(key, tie('json'), { maxKeys: 3 }),
      ),
    }))
    fc.assert(
      fc.property(fc.array(json), (objects) => {
        expect(read(...objects, rule(objects)).mode).toBe('nftables')
      }),
    )
    fc.assert(fc.property(fc.string(), (text) => void nftablesRules([text])))
  })
})
