import type { Attempt, Attempts, Reads } from '../probes/redis-attempts.ts'
import { outcomeText, type RedisOutcome } from '../probes/redis-outcome.ts'
import type { Observation } from '../report/record.ts'
import { atRedis } from './redis.ts'

function unseen(outcome: RedisOutcome<unknown>): boolean {
  return outcome.kind === 'lost' || outcome.kind === 'timeout'
}

/** A command that has to be refused with one code and no other: a server may have many reasons. */
function refusedWith(code: string, pod: string, { command, outcome }: Attempt): Observation {
  const expected = `${command} is refused with the code ${code}`
  if (unseen(outcome)) return atRedis(pod, 'inconclusive', expected, outcomeText(outcome))
  const right = outcome.kind === 'refused' && outcome.code === code
  const observed = outcome.kind === 'refused' ? outcomeText(outcome) : `it was done: ${outcomeText(outcome)}`
  return atRedis(pod, right ? 'conformant' : 'non-conformant', expected, observed)
}

/** A command that has to be done, whatever the answer. */
function done(pod: string, { command, outcome }: Attempt): Observation {
  const verdict = unseen(outcome) ? 'inconclusive' : outcome.kind === 'reply' ? 'conformant' : 'non-conformant'
  const observed = outcome.kind === 'reply' ? 'it is answered' : outcomeText(outcome)
  return atRedis(pod, verdict, `${command} is answered`, observed)
}

/** Decides redis.readonly.wait: a replica has no replicas' word to wait for, and says so with an error. */
export function judgeReadonlyWait(attempts: readonly Attempts[]): Observation[] {
  return attempts.map(({ pod, wait }) => refusedWith('ERR', pod, wait))
}

/** Decides redis.readonly.multi: a write is refused when it is queued already, and the transaction with it. */
export function judgeReadonlyMulti(attempts: readonly Attempts[]): Observation[] {
  return attempts.flatMap(({ pod, queued, exec }) => [
    refusedWith('READONLY', pod, { ...queued, command: 'SET after MULTI' }),
    refusedWith('EXECABORT', pod, exec),
  ])
}

/**
 * Decides redis.readonly.script: a script is refused where it writes, one that might write before it begins, and one that
 * may only read is run.
 */
export function judgeReadonlyScript(attempts: readonly Attempts[]): Observation[] {
  return attempts.flatMap(({ pod, writingScripts: [writing, flagged], readingScript }) => {
    const isOld = readingScript.outcome.kind === 'refused' && /unknown command/i.test(readingScript.outcome.text)
    const old = (command: string): Observation =>
      atRedis(pod, 'not-applicable', command, 'Redis before 7.0 knows no flags of scripts')
    return [
      ...(writing === undefined ? [] : [refusedWith('READONLY', pod, writing)]),
      ...(flagged === undefined ? [] : [isOld ? old(flagged.command) : refusedWith('READONLY', pod, flagged)]),
      isOld ? old(readingScript.command) : done(pod, readingScript),
    ]
  })
}

/** Decides redis.readonly.sort-getex: what counts as a write is refused, though it would have changed nothing. */
export function judgeIdleWrites(attempts: readonly Attempts[]): Observation[] {
  return attempts.flatMap(({ pod, idleWrites }) => idleWrites.map((one) => refusedWith('READONLY', pod, one)))
}

/** Decides redis.readonly.reads: a replica answers what only reads, and passes messages on to those who listen there. */
export function judgeReads(looks: readonly Reads[]): Observation[] {
  return looks.flatMap(({ pod, reads, heard, message }) => {
    const expected = `a subscriber hears "${message}"`
    const published = reads.find((one) => one.command === 'PUBLISH')?.outcome
    const right = heard.kind === 'reply' && heard.value === message
    // A message that nobody could publish was never to be heard.
    const isBlind = heard.kind === 'lost' || (heard.kind === 'timeout' && published?.kind !== 'reply')
    return [
      ...reads.map((one) => done(pod, one)),
      atRedis(
        pod,
        right ? 'conformant' : isBlind ? 'inconclusive' : 'non-conformant',
        expected,
        heard.kind === 'reply' ? `it hears "${heard.value}"` : outcomeText(heard),
      ),
    ]
  })
}
