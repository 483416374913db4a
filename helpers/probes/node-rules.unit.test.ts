import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { readNodeRules } from './node-rules.ts'
import type { NodeRules } from './rules/node-rules.ts'
import type { AgentReply } from './vantage/agent.ts'
import type { Vantage } from './vantage/vantage.ts'

function recorded(name: string): string {
  return readFileSync(join(import.meta.dirname, 'rules', 'recorded', name), 'utf8')
}

const iptables = recorded('iptables-save.txt')

function done(code: number, output = ''): AgentReply {
  return { kind: 'done', code, output: Buffer.from(output) }
}

/** Reads a node whose commands reply like this, by their words; others are not there. */
async function read(mode: NodeRules['mode'], replies: Readonly<Record<string, AgentReply>>) {
  const asked: string[] = []
  const vantage = {
    pod: { node: 'worker' },
    onHost: async (argv: readonly string[]) => {
      asked.push(argv.join(' '))
      return replies[argv.join(' ')] ?? done(127)
    },
  } as unknown as Vantage
  return { sighting: await readNodeRules(vantage, mode), asked }
}

describe('readNodeRules', () => {
  test('reads both families and both back ends of iptables, as far as they are there', async () => {
    const { sighting, asked } = await read('iptables', {
      'iptables-save': done(0, iptables),
      'ip6tables-save': done(1),
    })
    expect(asked).toEqual([
      ...['iptables-save', 'ip6tables-save'],
      ...['iptables-nft-save', 'ip6tables-nft-save'],
      ...['iptables-legacy-save', 'ip6tables-legacy-save'],
    ])
    if (sighting.kind !== 'read') throw new Error(sighting.reason)
    expect([sighting.node, sighting.rules.mode, sighting.rules.unreadLines]).toEqual(['worker', 'iptables', 0])
    expect(new Set(sighting.rules.entries.map((entry) => entry.family))).toEqual(new Set(['ipv4']))
    expect(sighting.rules.entries.length).toBeGreaterThan(10)
  })

  test('reads one back end once that is there under two names, and the one that is not the default', async () => {
    const entriesOf = async (replies: Readonly<Record<string, AgentReply>>): Promise<number> => {
      const { sighting } = await read('iptables', replies)
      return sighting.kind === 'read' ? sighting.rules.entries.length : 0
    }
    const once = await entriesOf({ 'iptables-save': done(0, iptables) })
    const later = done(0, iptables.replace(/ on .*$/m, ' on another day'))
    expect(await entriesOf({ 'iptables-save': done(0, iptables), 'iptables-nft-save': later })).toBe(once)
    expect(await entriesOf({ 'iptables-save': done(0), 'iptables-nft-save': later })).toBe(once)
  })

  test('takes the family from the program that printed it', async () => {
    const { sighting } = await read('iptables', { 'ip6tables-save': done(0, iptables) })
    const families = sighting.kind === 'read' ? sighting.rules.entries.map((entry) => entry.family) : []
    expect(new Set(families)).toEqual(new Set(['ipv6']))
  })

  test('reads one table of nftables where the other family has none', async () => {
    const nft = done(0, recorded('nft.json'))
    const { sighting } = await read('nftables', {
      'nft -j list table ip kube-proxy': nft,
      'nft -j list table ip6 kube-proxy': done(1),
    })
    expect(sighting.kind === 'read' && [sighting.rules.mode, sighting.rules.entries.length > 0]).toEqual([
      'nftables',
      true,
    ])
  })

  test('reads virtual servers from the kernel', async () => {
    const { sighting } = await read('ipvs', { 'cat /proc/net/ip_vs': done(0, recorded('proc-net-ip-vs.txt')) })
    expect(sighting.kind === 'read' && [sighting.rules.mode, sighting.rules.entries.length > 0]).toEqual(['ipvs', true])
  })

  test.for([
    ['the exec broke', { 'ip6tables-save': { kind: 'lost', reason: 'torn' } }, 'ip6tables-save: torn'],
    ['a dump was cut off by its time-out', { 'ip6tables-save': done(124) }, 'ip6tables-save ended with code 124'],
    ['a dump was killed', { 'iptables-legacy-save': done(137) }, 'iptables-legacy-save ended with code 137'],
    ['the node lets nobody in', { 'ip6tables-save': done(125) }, 'ip6tables-save ended with code 125'],
  ] as const)('is lost where %s, whatever else was read', async ([, replies, reason]) => {
    const { sighting } = await read('iptables', { 'iptables-save': done(0, iptables), ...replies })
    expect(sighting).toEqual({ kind: 'lost', node: 'worker', reason })
  })

  test('is unseen where no program is there, and lost where none succeeds', async () => {
    expect((await read('ipvs', {})).sighting).toEqual({
      kind: 'unseen',
      node: 'worker',
      reason: 'the node has none of cat',
    })
    expect((await read('nftables', { 'nft -j list table ip kube-proxy': done(1) })).sighting).toEqual({
      kind: 'lost',
      node: 'worker',
      reason: 'nft -j list table ip kube-proxy ended with code 1',
    })
  })
})
