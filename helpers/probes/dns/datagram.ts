import { messageOf } from '../../errors.ts'
import { ownFault, timedOut } from '../exit-codes.ts'
import type { AgentReply } from '../vantage/agent.ts'
import { fullDeadline } from '../vantage/patience.ts'
import { decodeAnswer, type Question } from './message.ts'
import type { DnsOutcome } from './outcome.ts'

/** Milliseconds in which both answers to a pair of questions come: a lost one costs a stub resolver five seconds. */
export const pairDeadline = 1000

interface Asked {
  readonly id: number
  readonly question: Question
}

/** The questions for A and AAAA that a stub resolver asks at once. */
export function pairOf(id: number, name: string): Asked[] {
  return (['A', 'AAAA'] as const).map((type, index) => ({ id: id + index, question: { name, type } }))
}

/** Reads the agent's reply to `pair`: what came of the question for A, and of that for AAAA, in whichever order they came. */
export function pairOutcomes(reply: AgentReply, id: number, name: string): DnsOutcome[] {
  const asked = pairOf(id, name)
  const failed = reply.kind === 'done' && ![0, ...timedOut].includes(reply.code)
  if (reply.kind === 'lost' || failed) return asked.map((one) => datagramOutcome(reply, one.id, one.question))
  const lines = reply.output.toString('latin1').split('\n')
  const datagrams = lines.filter((line) => line !== '').map((line) => Buffer.from(line, 'base64'))
  return asked.map((one) => {
    const own = datagrams.find((datagram) => datagram.length >= 2 && datagram.readUInt16BE(0) === one.id)
    if (own === undefined) return { kind: 'timeout', after: pairDeadline }
    return datagramOutcome({ kind: 'done', code: 0, output: own }, one.id, one.question)
  })
}

/** Reads the agent's reply to `udp`, for which it had `deadline` ms: the datagram, or why there is none. */
export function datagramOutcome(
  reply: AgentReply,
  id: number,
  question: Question,
  deadline: number = fullDeadline,
): DnsOutcome {
  if (reply.kind === 'lost') return { kind: 'lost', reason: reply.reason }
  if (timedOut.includes(reply.code)) return { kind: 'timeout', after: deadline }
  const complaint = reply.output.toString('utf8').trim() || `code ${reply.code}`
  if (reply.code >= ownFault) return { kind: 'lost', reason: `no datagram could be sent (${complaint})` }
  if (reply.code !== 0 || reply.output.length === 0)
    return { kind: 'unreachable', reason: `the datagram was refused (${complaint})` }
  try {
    return { kind: 'answer', answer: decodeAnswer(reply.output, id, question) }
  } catch (error) {
    return { kind: 'malformed', reason: messageOf(error) }
  }
}
