import { outcomeText, type RedisOutcome } from '../probes/redis-outcome.ts'
import type { Observation } from '../report/record.ts'
import { atRedis } from './redis.ts'

/** How a value is written in a report: what was stored in quotes, and nothing in words. */
export function valueText(value: unknown): string {
  if (value === null) return 'no value'
  return typeof value === 'string' ? `"${value}"` : JSON.stringify(value)
}

/**
 * Judges a reply. A refusal is the server's word against what is expected; a lost connection and a silent server say nothing.
 */
export function said<T>(
  pod: string,
  outcome: RedisOutcome<T>,
  expected: string,
  isRight: (value: T) => boolean,
  words: (value: T) => string = valueText,
): Observation {
  if (outcome.kind === 'lost' || outcome.kind === 'timeout')
    return atRedis(pod, 'inconclusive', expected, outcomeText(outcome))
  if (outcome.kind === 'refused') return atRedis(pod, 'non-conformant', expected, outcomeText(outcome))
  return atRedis(pod, isRight(outcome.value) ? 'conformant' : 'non-conformant', expected, words(outcome.value))
}

/** Judges a refusal by its code, whose words differ between releases. */
export function refusedWith(pod: string, outcome: RedisOutcome<unknown>, code: string, what: string): Observation {
  const expected = `${what} is refused with the code ${code}`
  if (outcome.kind === 'lost' || outcome.kind === 'timeout')
    return atRedis(pod, 'inconclusive', expected, outcomeText(outcome))
  const right = outcome.kind === 'refused' && outcome.code === code
  const observed = outcome.kind === 'reply' ? `it was done: ${valueText(outcome.value)}` : outcomeText(outcome)
  return atRedis(pod, right ? 'conformant' : 'non-conformant', expected, observed)
}
