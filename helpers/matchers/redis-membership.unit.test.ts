import { describe, expect, test } from 'vitest'
import type { Sighting } from '../probes/dns/outcome.ts'
import { type RedisOutcome, refusal } from '../probes/redis-outcome.ts'
import { parseReplication } from '../probes/redis-replication.ts'
import type { Membership } from '../probes/redis-standing.ts'
import { judgeAnnounced, judgePeers } from './redis-membership.ts'

const lost: RedisOutcome<never> = { kind: 'lost', text: 'reset' }
const reply = <T>(value: T): RedisOutcome<T> => ({ kind: 'reply', value })
const name = 'redis-2.redis-headless.ns.svc.cluster.local'
const replicas = [
  { pod: 'redis-1', addresses: ['10.244.1.5', 'fd00::5'] },
  { pod: 'redis-2', addresses: ['10.244.2.6', 'fd00::6'] },
]

function membership(listed: readonly string[], more: Partial<Membership> = {}): Membership {
  const lines = listed.map((address, index) => `slave${index}:ip=${address},port=6379,state=online,offset=1,lag=0`)
  return {
    master: 'redis-0',
    info: reply(parseReplication(['role:master', ...lines].join('\r\n'))),
    role: reply(listed),
    announced: [
      { pod: 'redis-1', name: reply('') },
      { pod: 'redis-2', name: reply(name) },
    ],
    ...more,
  }
}

describe('judgePeers', () => {
  const judge = (seen: Membership) => judgePeers(seen, replicas).map(({ verdict, observed }) => [verdict, observed])

  test('is conformant with the address of the Pod, of either family, and with the name that is announced', () => {
    expect(judge(membership(['10.244.1.5', name]))).toEqual([
      ['conformant', '10.244.1.5'],
      ['conformant', name],
    ])
    expect(judge(membership([`${name.toUpperCase()}.`, 'fd00:0:0::5'])).map(([verdict]) => verdict)).toEqual([
      'conformant',
      'conformant',
    ])
  })

  test('convicts an address that was translated on the way, and names it', () => {
    expect(judge(membership(['10.244.1.1', name]))).toEqual([
      ['non-conformant', 'in its place {10.244.1.1}'],
      ['conformant', name],
    ])
    expect(judge(membership(['10.244.1.5', '10.244.2.6']))[1]).toEqual(['non-conformant', 'in its place {10.244.2.6}'])
  })

  test('is inconclusive where nobody is listed in its place, and where a server does not tell', () => {
    expect(judge(membership([name]))[0]).toEqual(['inconclusive', 'it is not listed'])
    expect(judge(membership([], { info: lost }))[0]?.[0]).toBe('inconclusive')
    expect(judge(membership(['10.244.1.5'], { announced: [{ pod: 'redis-1', name: lost }] }))).toEqual([
      ['inconclusive', 'connection lost: reset'],
      ['inconclusive', 'not asked'],
    ])
  })
})

describe('judgeAnnounced', () => {
  const sighting = (address: string): Sighting => ({
    vantage: 'worker',
    server: { role: 'resolver', name: 'resolver', address: '10.96.0.10', port: 53 },
    transport: 'tcp',
    question: { name, type: 'A' },
    took: 1,
    outcome: {
      kind: 'answer',
      answer: {
        rcode: 'NOERROR',
        authoritative: true,
        truncated: false,
        answers: [{ name, type: 'A', ttl: 5, address }],
        additionals: [],
        bytes: 90,
      },
    },
  })
  const judge = (seen: Membership, address = '10.244.2.6') =>
    judgeAnnounced(seen, { pod: 'redis-2', addresses: ['10.244.2.6', 'fd00::6'] }, name, [sighting(address)]).map(
      ({ hop, verdict }) => `${hop}: ${verdict}`,
    )
  const allRight = ['Redis: conformant', 'Redis: conformant', 'Redis: conformant', 'node resolver: conformant']

  test('is conformant where INFO and ROLE list the name, and the name leads to the Pod', () => {
    expect(judge(membership(['10.244.1.5', name]))).toEqual(allRight)
    expect(judge(membership(['10.244.1.5', `${name}.`]))).toEqual(allRight)
  })

  test('convicts a list that has the address in place of the name, and a name that leads elsewhere', () => {
    expect(judge(membership(['10.244.1.5', '10.244.2.6']))).toEqual([
      'Redis: conformant',
      'Redis: non-conformant',
      'Redis: non-conformant',
      'node resolver: conformant',
    ])
    expect(judge(membership(['10.244.1.5', name]), '10.244.1.5')[3]).toBe('node resolver: non-conformant')
  })

  test('convicts a replica that announces another name', () => {
    const announced = [{ pod: 'redis-2', name: reply('redis-1.redis-headless.ns.svc.cluster.local') }]
    expect(judge(membership(['10.244.1.5', name], { announced }))[0]).toBe('Redis: non-conformant')
  })

  test('is inconclusive where a server does not tell', () => {
    const announced = [{ pod: 'redis-2', name: refusal('NOPERM no') }]
    expect(judge(membership([], { info: lost, role: lost, announced })).slice(0, 3)).toEqual([
      'Redis: inconclusive',
      'Redis: inconclusive',
      'Redis: inconclusive',
    ])
  })
})
