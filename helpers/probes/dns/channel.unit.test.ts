import { describe, expect, test, vi } from 'vitest'
import { interval } from '../../settle.ts'
import type { FakeApi } from '../../target/fake-api.ts'
import { fakeApi } from '../../target/fake-client.ts'
import { DnsChannel, refusalLasts } from './channel.ts'
import { type FakeConnection, nc } from './fake-nc.ts'
import type { Question } from './message.ts'
import { prefixed, queryIn, responseTo } from './message-sample.ts'
import type { DnsOutcome, DnsServer } from './outcome.ts'

const place = { namespace: 'ns', pod: 'vantage', container: 'tools' }
const server: DnsServer = { role: 'backend', name: 'dns-a', address: '10.244.0.2', port: 53 }
const patience = 5000

function question(label: string): Question {
  return { name: `${label}.ns.svc.cluster.local`, type: 'A' }
}

/** A sound answer that holds 10.0.0.N for the name wN. */
function answerTo(query: Buffer): Buffer {
  const { name } = queryIn(query)
  return responseTo(query, [{ type: 'A', name, ttl: 5, data: `10.0.0.${/\d+/.exec(name)?.[0] ?? 0}` }])
}

function addresses(outcome: DnsOutcome): unknown {
  return outcome.kind === 'answer'
    ? outcome.answer.answers.map((one) => ('address' in one ? one.address : one.type))
    : outcome
}

/** A channel to a server that plays this, and the API server it goes through. */
async function channelTo(
  onQueries: (queries: readonly Buffer[], connection: FakeConnection, opened: number) => void,
): Promise<{ channel: DnsChannel; api: FakeApi; opened: () => number }> {
  const api = await fakeApi()
  let opened = 0
  api.exec = (socket, argv, path) => {
    const own = ++opened
    nc((queries, connection) => onQueries(queries, connection, own))(socket, argv, path)
  }
  return { channel: new DnsChannel(api.client(), place, server), api, opened: () => opened }
}

describe('a DNS channel', () => {
  test('runs one nc for all questions and sorts out answers in any order', async () => {
    const { channel, api, opened } = await channelTo((queries, connection) => {
      if (queries.length === 3) connection.send([...queries].reverse().map(answerTo))
    })
    const outcomes = await Promise.all(['w1', 'w2', 'w3'].map((one) => channel.ask(question(one), patience)))
    expect(outcomes.map(addresses)).toEqual([['10.0.0.1'], ['10.0.0.2'], ['10.0.0.3']])
    expect(opened()).toBe(1)
    expect(api.requests[0]?.query.getAll('command')).toEqual(['nc', '10.244.0.2', '53'])
  })

  test('waits longer for an answer that is on its way, and never takes a slow way for a silent server', async () => {
    const trickle = async (queries: readonly Buffer[], connection: FakeConnection, pieces: number): Promise<void> => {
      const [query] = queries
      if (query === undefined) return
      const bytes = prefixed(answerTo(query))
      const size = Math.ceil(bytes.length / pieces)
      for (let at = 0; at < bytes.length; at += size) {
        connection.write(bytes.subarray(at, at + size))
        await new Promise((resolve) => setTimeout(resolve, 30))
      }
    }
    const slow = await channelTo((queries, connection) => void trickle(queries, connection, 12))
    expect(addresses(await slow.channel.ask(question('w1'), 240))).toEqual(['10.0.0.1'])
    const slower = await channelTo((queries, connection) => void trickle(queries, connection, 60))
    expect(await slower.channel.ask(question('w1'), 240)).toEqual({
      kind: 'lost',
      reason: 'an answer came too slowly from the Pod to us',
    })
    const torn = await channelTo(([query], connection) => {
      if (query !== undefined) connection.write(prefixed(answerTo(query)).subarray(0, 9))
    })
    expect(await torn.channel.ask(question('w1'), 240)).toEqual({ kind: 'timeout', after: 240 })
  })

  test('puts answers together that frames have cut byte by byte', async () => {
    const { channel } = await channelTo((queries, connection) => {
      if (queries.length === 2) connection.send(queries.map(answerTo), 1)
    })
    const outcomes = await Promise.all(['w1', 'w2'].map((one) => channel.ask(question(one), patience)))
    expect(outcomes.map(addresses)).toEqual([['10.0.0.1'], ['10.0.0.2']])
  })

  test('asks once more where the server has closed an idle connection', async () => {
    const { channel, opened } = await channelTo((queries, connection, connectionNumber) => {
      if (connectionNumber === 1 && queries.length === 2) connection.end(0)
      else connection.send(queries.slice(-1).map(answerTo))
    })
    expect(addresses(await channel.ask(question('w1'), patience))).toEqual(['10.0.0.1'])
    expect(addresses(await channel.ask(question('w2'), patience))).toEqual(['10.0.0.2'])
    expect(opened()).toBe(2)
  })

  test('takes a server that hangs up twice for one that does not answer', async () => {
    const { channel, opened } = await channelTo((_queries, connection) => connection.end(0))
    expect(await channel.ask(question('w1'), patience)).toEqual({
      kind: 'unreachable',
      reason: 'the server closed two connections without answering',
    })
    expect(opened()).toBe(2)
  })

  test('tells in the words of nc why a server cannot be reached', async () => {
    const refused = 'nc: 10.244.0.2 (10.244.0.2:53): Connection refused\n'
    const { channel } = await channelTo((_queries, connection) => connection.end(1, refused))
    expect(await channel.ask(question('w1'), patience)).toEqual({ kind: 'unreachable', reason: refused.trim() })
    const mute = await channelTo((_queries, connection) => connection.end(1))
    expect(await mute.channel.ask(question('w1'), patience)).toEqual({
      kind: 'unreachable',
      reason: 'nc ended with code 1',
    })
  })

  test('lets a refused connection speak for the questions that follow at once', async () => {
    const { channel, opened } = await channelTo((_queries, connection) => connection.end(1, 'nc: Connection refused'))
    const first = await channel.ask(question('w1'), patience)
    expect(await channel.ask(question('w2'), patience)).toEqual(first)
    expect(opened()).toBe(1)
  })

  test('has no refusal speak for two looks: the next one dials anew', async () => {
    expect(refusalLasts.first).toBeLessThan(interval)
    vi.useFakeTimers({ toFake: ['performance'] })
    try {
      const { channel, opened } = await channelTo((queries, connection, connectionNumber) =>
        connectionNumber > 1 ? connection.send(queries.map(answerTo)) : connection.end(1, 'nc: Connection refused'),
      )
      expect((await channel.ask(question('w1'), patience)).kind).toBe('unreachable')
      vi.advanceTimersByTime(interval)
      expect([addresses(await channel.ask(question('w1'), patience)), opened()]).toEqual([['10.0.0.1'], 2])
    } finally {
      vi.useRealTimers()
    }
  })

  test('lets a refusal that is repeated speak for longer, and forgets it once the server answers', async () => {
    vi.useFakeTimers({ toFake: ['performance'] })
    try {
      let refuses = true
      const { channel, opened } = await channelTo((queries, connection) =>
        refuses ? connection.end(1, 'nc: Connection refused') : connection.send(queries.map(answerTo)),
      )
      const asked = async (passed: number) => {
        vi.advanceTimersByTime(passed)
        await Promise.all([channel.ask(question('w1'), patience), channel.ask(question('w2'), patience)])
        return opened()
      }
      expect([await asked(0), await asked(199), await asked(1)]).toEqual([1, 1, 2])
      let opens = 2
      for (const lasts of [400, 800, 1600, 3200, 4000, 4000])
        expect([await asked(lasts - 1), await asked(1)]).toEqual([opens, ++opens])
      refuses = false
      expect([await asked(4000), addresses(await channel.ask(question('w1'), patience))]).toEqual([9, ['10.0.0.1']])
    } finally {
      vi.useRealTimers()
    }
  })

  test('blames no server where nc is missing or was killed', async () => {
    for (const code of [127, 137]) {
      const { channel } = await channelTo((_queries, connection) => connection.end(code))
      expect(await channel.ask(question('w1'), patience)).toEqual({
        kind: 'lost',
        reason: `nc ended with code ${code}`,
      })
    }
  })

  test('loses every question that waits on an exec that breaks, and opens another for the next', async () => {
    const { channel } = await channelTo((queries, connection, connectionNumber) => {
      if (connectionNumber > 1) connection.send(queries.map(answerTo))
      else if (queries.length === 2) connection.tear()
    })
    const lost = await Promise.all(['w1', 'w2'].map((one) => channel.ask(question(one), patience)))
    const reason = 'the exec connection closed without a status (code 1006)'
    expect(lost).toEqual([
      { kind: 'lost', reason },
      { kind: 'lost', reason },
    ])
    expect(addresses(await channel.ask(question('w3'), patience))).toEqual(['10.0.0.3'])
  })

  test('is lost where exec is refused, and asks again once it is not', async () => {
    const { channel, api } = await channelTo((queries, connection) => connection.send(queries.map(answerTo)))
    api.refuseExec = { status: 403, body: { kind: 'Status', reason: 'Forbidden', message: 'pods/exec is forbidden' } }
    expect(await channel.ask(question('w1'), patience)).toEqual({
      kind: 'lost',
      reason: 'exec into vantage: pods/exec is forbidden',
    })
    api.refuseExec = undefined
    expect(addresses(await channel.ask(question('w1'), patience))).toEqual(['10.0.0.1'])
  })

  test('times out alone, and leaves the silent connection for a new one', async () => {
    const { channel, opened } = await channelTo((queries, connection, connectionNumber) => {
      if (connectionNumber > 1) connection.send(queries.map(answerTo))
    })
    expect(await channel.ask(question('w1'), 20)).toEqual({ kind: 'timeout', after: 20 })
    expect(addresses(await channel.ask(question('w2'), patience))).toEqual(['10.0.0.2'])
    expect(opened()).toBe(2)
  })

  test('lets others finish on a connection that a time-out has retired', async () => {
    let arrive: (answer: () => void) => void = () => {}
    const arrived = new Promise<() => void>((resolve) => {
      arrive = resolve
    })
    const { channel } = await channelTo((queries, connection) => {
      const last = queries.at(-1)
      if (last !== undefined && queryIn(last).name.startsWith('w2')) arrive(() => connection.send([answerTo(last)]))
    })
    const slow = channel.ask(question('w2'), patience)
    expect(await channel.ask(question('w1'), 50)).toEqual({ kind: 'timeout', after: 50 })
    const answer = await arrived
    answer()
    expect(addresses(await slow)).toEqual(['10.0.0.2'])
  })

  test('calls malformed what bears the id of a question and is no answer to it', async () => {
    const { channel } = await channelTo((queries, connection) => {
      const last = queries.at(-1) ?? Buffer.alloc(0)
      const { name } = queryIn(last)
      if (name.startsWith('short')) connection.send([last.subarray(0, 2)])
      else if (name.startsWith('echo')) connection.send([last])
      else connection.send([Buffer.alloc(0), Buffer.of(1), answerTo(last)])
    })
    expect(await channel.ask(question('short'), patience)).toEqual({
      kind: 'malformed',
      reason: 'Header must be 12 bytes',
    })
    expect(await channel.ask(question('echo'), patience)).toEqual({
      kind: 'malformed',
      reason: 'the message is not a response',
    })
    expect(addresses(await channel.ask(question('w1'), patience))).toEqual(['10.0.0.1'])
  })

  test('asks for no name that DNS cannot hold, and throws nothing', async () => {
    const { channel, opened } = await channelTo(() => {})
    expect(await channel.ask({ name: '', type: 'A' }, patience)).toEqual({
      kind: 'lost',
      reason: '"" is not a DNS name, so nothing was asked',
    })
    expect(opened()).toBe(0)
  })

  test('gives up what waits when it is closed', async () => {
    const { channel } = await channelTo(() => channel.close())
    expect((await channel.ask(question('w1'), patience)).kind).toBe('lost')
  })
})
