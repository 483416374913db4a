import { expect, test } from 'vitest'
import type { DnsOutcome } from '../dns/outcome.ts'
import { Patience } from './patience.ts'

const timeout: DnsOutcome = { kind: 'timeout', after: 5000 }
const lost: DnsOutcome = { kind: 'lost', reason: 'exec broke' }

function after(...outcomes: readonly DnsOutcome[]): number {
  const patience = new Patience()
  for (const outcome of outcomes) patience.learn(outcome)
  return patience.deadline
}

test('two full deadlines in a row prove silence, one does not', () => {
  expect([after(), after(timeout), after(timeout, timeout)]).toEqual([5000, 5000, 1000])
})

test.for([
  [
    'an answer',
    { kind: 'answer', answer: { rcode: 'NOERROR', truncated: false, answers: [] } } as unknown as DnsOutcome,
  ],
  ['a refusal', { kind: 'unreachable', reason: 'refused' } as const],
  ['nonsense', { kind: 'malformed', reason: 'no message' } as const],
] as const)('%s ends the silence', ([, outcome]) => {
  expect(after(timeout, timeout, timeout, outcome)).toBe(5000)
  expect(after(timeout, outcome, timeout)).toBe(5000)
})

test('a channel that broke neither proves nor ends a silence', () => {
  expect([after(timeout, lost, lost), after(timeout, lost, timeout, lost)]).toEqual([5000, 1000])
})
