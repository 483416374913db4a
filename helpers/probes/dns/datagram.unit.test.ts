import { describe, expect, test } from 'vitest'
import type { AgentReply } from '../vantage/agent.ts'
import { datagramOutcome } from './datagram.ts'
import { encodeQuery, type Question } from './message.ts'
import { responseTo } from './message-sample.ts'

const question: Question = { name: 'web.ns.svc.cluster.local', type: 'A' }
const address = { type: 'A', name: question.name, ttl: 5, data: '10.244.1.5' } as const

function done(code: number, output: string | Buffer = ''): AgentReply {
  return { kind: 'done', code, output: Buffer.from(output) }
}

describe('datagramOutcome', () => {
  const query = encodeQuery(7, question)
  const outcome = (reply: AgentReply) => datagramOutcome(reply, 7, question)

  test('decodes the datagram, whole or truncated', () => {
    expect(outcome(done(0, responseTo(query, [address])))).toMatchObject({
      kind: 'answer',
      answer: { truncated: false },
    })
    expect(outcome(done(0, responseTo(query, [], { flags: 0x200 })))).toMatchObject({
      kind: 'answer',
      answer: { rcode: 'NOERROR', truncated: true, answers: [] },
    })
  })

  test.for([
    ['the time-out of coreutils', done(124), { kind: 'timeout', after: 5000 }],
    ['the time-out of busybox', done(143), { kind: 'timeout', after: 5000 }],
    ['a refusal', done(1), { kind: 'unreachable', reason: 'the datagram was refused (code 1)' }],
    ['an empty datagram', done(0), { kind: 'unreachable', reason: 'the datagram was refused (code 0)' }],
    [
      'an address without a route',
      done(90, 'bash: connect: Network is unreachable\n'),
      { kind: 'unreachable', reason: 'the datagram was refused (bash: connect: Network is unreachable)' },
    ],
    [
      'a tool that is missing',
      done(127, 'bash: timeout: command not found'),
      { kind: 'lost', reason: 'no datagram could be sent (bash: timeout: command not found)' },
    ],
    ['a probe that was killed', done(137), { kind: 'lost', reason: 'no datagram could be sent (code 137)' }],
    ['a reply that did not come', { kind: 'lost', reason: 'torn' }, { kind: 'lost', reason: 'torn' }],
    ['the query itself', done(0, query), { kind: 'malformed', reason: 'the message is not a response' }],
    ['noise', done(0, 'no'), { kind: 'malformed', reason: 'Header must be 12 bytes' }],
  ] as const)('tells %s', ([, reply, expected]) => {
    expect(outcome(reply)).toEqual(expected)
  })
})
