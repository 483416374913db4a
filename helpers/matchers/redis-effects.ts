import type { Apartness, Effects, Holding } from '../probes/redis-effects.ts'
import { outcomeText, type RedisOutcome } from '../probes/redis-outcome.ts'
import type { Observation } from '../report/record.ts'
import { atRedis } from './redis.ts'

function unseen(outcome: RedisOutcome<unknown>): boolean {
  return outcome.kind === 'lost' || outcome.kind === 'timeout'
}

/**
 * Decides redis.propagate.types: after writes of every kind each replica holds key for key what the master holds, with the
 * same end, and nothing after all has been deleted at once.
 */
export function judgeEffects({ master, refused, written, flushed }: Effects): Observation[] {
  if (refused !== undefined) {
    const expected = `${refused.command} is taken`
    const verdict = unseen(refused.outcome) ? 'inconclusive' : 'non-conformant'
    return [atRedis(master, verdict, expected, outcomeText(refused.outcome))]
  }
  return [
    ...sameAs(master, written, (own) => `the ${own.length} keys of ${master}, each with its value and its end`),
    ...sameAs(master, flushed, () => 'no key after FLUSHDB'),
  ]
}

function sameAs(master: string, holdings: readonly Holding[], expect: (own: readonly string[]) => string) {
  const own = holdings.find((one) => one.pod === master)?.keys
  if (own?.kind !== 'reply') {
    const verdict = own === undefined || unseen(own) ? 'inconclusive' : 'non-conformant'
    return [atRedis(master, verdict, 'the keys that it holds', own === undefined ? 'not asked' : outcomeText(own))]
  }
  const expected = expect(own.value)
  return holdings
    .filter((one) => one.pod !== master)
    .map(({ pod, keys }) => {
      if (keys.kind !== 'reply')
        return atRedis(pod, unseen(keys) ? 'inconclusive' : 'non-conformant', expected, outcomeText(keys))
      const flaws = difference(own.value, keys.value)
      return atRedis(pod, flaws === '' ? 'conformant' : 'non-conformant', expected, flaws === '' ? 'the same' : flaws)
    })
}

/** Which keys are missing, strange, or other than they are on the master; empty for none. */
function difference(own: readonly string[], seen: readonly string[]): string {
  const keyOf = (line: string): string => line.slice(0, line.indexOf(' '))
  const keys = [...new Set([...own, ...seen].map(keyOf))]
  const flaws = keys.flatMap((key) => {
    const [here, there] = [own, seen].map((lines) => lines.find((line) => keyOf(line) === key))
    if (here === there) return []
    if (there === undefined) return [`${key} is missing`]
    return [here === undefined ? `${key} is there, too` : `${key} differs`]
  })
  return flaws.join(', ')
}

/**
 * Decides redis.standalone.independent: what one instance has taken is there and on no other, since each name stands for a
 * server of its own.
 */
export function judgeApart(looks: readonly Apartness[]): Observation[] {
  return looks.flatMap(({ key, value, writer, write, reads }): Observation[] => {
    if (write.kind !== 'reply') {
      const verdict = unseen(write) ? 'inconclusive' : 'non-conformant'
      return [atRedis(writer, verdict, `takes SET ${key}`, outcomeText(write))]
    }
    // Where the writer does not have it, its absence elsewhere says nothing.
    const present = reads.some((one) => one.pod === writer && one.read.kind === 'reply' && one.read.value === value)
    return reads.map(({ pod, read }) => {
      const expected = pod === writer ? `GET ${key} is "${value}"` : `GET ${key}, set on ${writer}, is nothing`
      if (read.kind !== 'reply')
        return atRedis(pod, unseen(read) ? 'inconclusive' : 'non-conformant', expected, outcomeText(read))
      const observed = read.value === null ? 'nothing' : `"${read.value}"`
      const right = read.value === (pod === writer ? value : null)
      const blind = right && pod !== writer && !present
      return atRedis(pod, blind ? 'inconclusive' : right ? 'conformant' : 'non-conformant', expected, observed)
    })
  })
}
