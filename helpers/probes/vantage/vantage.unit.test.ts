import { describe, expect, test, vi } from 'vitest'
import type { ExecScript } from '../../target/fake-api.ts'
import { fakeApi } from '../../target/fake-client.ts'
import { agent } from '../../target/fake-exec.ts'
import { nc } from '../dns/fake-nc.ts'
import type { Question } from '../dns/message.ts'
import { responseTo } from '../dns/message-sample.ts'
import type { DnsServer } from '../dns/outcome.ts'
import { Vantage } from './vantage.ts'

const pod = { namespace: 'ns', pod: 'vantage', container: 'tools', node: 'worker', addresses: ['10.244.1.2'] }
const server: DnsServer = { role: 'backend', name: 'dns-a', address: '10.244.0.2', port: 53 }
const question: Question = { name: 'web.ns.svc.cluster.local', type: 'A' }
const address = { type: 'A', name: question.name, ttl: 5, data: '10.244.1.5' } as const

/** A vantage whose nc and agent play these parts. */
async function vantageWith(parts: { nc?: ExecScript; agent?: ExecScript }): Promise<Vantage> {
  const api = await fakeApi()
  api.exec = (socket, argv, path) => (argv[0] === 'nc' ? parts.nc : parts.agent)?.(socket, argv, path)
  return new Vantage(api.client(), pod)
}

const soundAgent = agent((verb, [, , query = '']) =>
  verb === 'udp'
    ? { code: 0, output: responseTo(Buffer.from(query, 'base64'), [address]).toString('latin1') }
    : { code: 0, output: '' },
)

describe('a vantage', () => {
  test('asks over TCP through nc, and says where and of whom', async () => {
    const vantage = await vantageWith({ nc: nc(([query], from) => query && from.send([responseTo(query, [address])])) })
    const sighting = await vantage.query(server, question, 'tcp')
    expect(sighting).toMatchObject({ vantage: 'worker', server, transport: 'tcp', question })
    expect(sighting.outcome).toMatchObject({ kind: 'answer', answer: { answers: [{ address: '10.244.1.5' }] } })
    expect(sighting.took).toBeGreaterThan(0)
  })

  test('asks over UDP through the agent', async () => {
    const asked: string[][] = []
    const vantage = await vantageWith({
      agent: agent((verb, words) => {
        asked.push([verb, ...words])
        return { code: 1, output: '' }
      }),
    })
    const { outcome } = await vantage.query(server, question, 'udp')
    expect(outcome).toEqual({ kind: 'unreachable', reason: 'the datagram was refused (code 1)' })
    expect(asked).toEqual([['udp', '10.244.0.2', '53', expect.stringMatching(/^[\w+/]+=*$/), '5']])
  })

  test.for([
    ['that answers its echo', soundAgent, { kind: 'timeout', after: 5000 }],
    ['that is silent too', undefined, { kind: 'lost', reason: 'no answer from the server, nor from vantage itself' }],
  ] as const)('blames silence on the server only from a pod %s', async ([, script, outcome]) => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
    try {
      let arrived = 0
      const vantage = await vantageWith({
        nc: nc(() => {
          arrived++
        }),
        ...(script === undefined ? { agent: (socket) => socket.on('message', () => arrived++) } : { agent: script }),
      })
      const sighting = vantage.query(server, question, 'tcp')
      await vi.waitFor(() => expect(arrived).toBe(1), { interval: 1 })
      vi.advanceTimersByTime(5000)
      if (script === undefined) {
        await vi.waitFor(() => expect(arrived).toBe(2), { interval: 1 })
        vi.advanceTimersByTime(6000)
      }
      expect((await sighting).outcome).toEqual(outcome)
    } finally {
      vi.useRealTimers()
    }
  })

  test('gives a server that has proven silent less time, and asks its own Pod once for all that end together', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
    try {
      let arrived = 0
      let echoes = 0
      const vantage = await vantageWith({
        nc: nc(() => {
          arrived++
        }),
        agent: agent((verb) => {
          if (verb === 'echo') echoes++
          return { code: 0, output: '' }
        }),
      })
      const round = async (questions: number, deadline: number) => {
        const before = arrived
        const sightings = Array.from({ length: questions }, () => vantage.query(server, question, 'tcp'))
        await vi.waitFor(() => expect(arrived).toBe(before + questions), { interval: 1 })
        vi.advanceTimersByTime(deadline)
        return (await Promise.all(sightings)).map(({ outcome }) => outcome)
      }
      const silence = (after: number) => ({ kind: 'timeout', after })
      expect(await round(3, 5000)).toEqual([silence(5000), silence(5000), silence(5000)])
      expect(await round(2, 1000)).toEqual([silence(1000), silence(1000)])
      expect(echoes).toBe(2)
    } finally {
      vi.useRealTimers()
    }
  })

  test('asks over neither transport for what is no name', async () => {
    const vantage = await vantageWith({})
    const outcomes = (['tcp', 'udp'] as const).map(
      async (transport) => (await vantage.query(server, { name: 'a..b', type: 'A' }, transport)).outcome,
    )
    const outcome = { kind: 'lost', reason: '"a..b" is not a DNS name, so nothing was asked' }
    expect(await Promise.all(outcomes)).toEqual([outcome, outcome])
  })

  test('hands its other requests to the agent word by word', async () => {
    const asked: string[][] = []
    const vantage = await vantageWith({
      agent: agent((verb, words) => {
        asked.push([verb, ...words])
        return { code: 0, output: '' }
      }),
    })
    await vantage.http('http://10.244.1.5:8080/', 3)
    await vantage.connect('10.244.1.5', 8080, 2)
    await vantage.names('web.ns', 4)
    await vantage.file('/etc/resolv.conf')
    await vantage.missingTools(['nc', 'curl'])
    await vantage.onHost(['cat', '/proc/net/ip_vs'], 5)
    expect(await vantage.isSound()).toBe(true)
    expect(asked).toEqual([
      ['http', 'http://10.244.1.5:8080/', '3'],
      ['connect', '10.244.1.5', '8080', '2'],
      ['names', 'web.ns', '4'],
      ['file', '/etc/resolv.conf'],
      ['tools', 'nc', 'curl'],
      ['host', 'cat', '/proc/net/ip_vs'],
      ['echo'],
    ])
  })
})
