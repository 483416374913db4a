import { describe, expect, test } from 'vitest'
import type { Attempts, Reads } from '../probes/redis-attempts.ts'
import { type RedisOutcome, refusal } from '../probes/redis-outcome.ts'
import type { Observation } from '../report/record.ts'
import {
  judgeIdleWrites,
  judgeReadonlyMulti,
  judgeReadonlyScript,
  judgeReadonlyWait,
  judgeReads,
} from './redis-attempts.ts'

const reply = (value: unknown): RedisOutcome<unknown> => ({ kind: 'reply', value })
const lost: RedisOutcome<never> = { kind: 'lost', text: 'reset' }
const late: RedisOutcome<never> = { kind: 'timeout', ms: 3000 }
const readonly = refusal("READONLY You can't write against a read only replica.")
const noperm = refusal('NOPERM this user has no permissions')
const unknown = refusal("ERR unknown command 'EVAL_RO'")

const sound: Attempts = {
  pod: 'redis-1',
  wait: { command: 'WAIT 0 100', outcome: refusal('ERR WAIT cannot be used with replica instances.') },
  queued: { command: 'SET', outcome: readonly },
  exec: { command: 'EXEC', outcome: refusal('EXECABORT Transaction discarded because of previous errors.') },
  writingScripts: [
    { command: 'EVAL of a script that writes', outcome: refusal('READONLY You can not. script: a0, on line 1') },
    { command: 'EVAL of a script without no-writes', outcome: readonly },
  ],
  readingScript: { command: 'EVAL_RO', outcome: reply(0) },
  idleWrites: ['SORT', 'GETEX'].map((command) => ({ command, outcome: readonly })),
}

function verdicts(observations: readonly Observation[]): string[] {
  return observations.map((one) => one.verdict)
}

describe('what a replica has to refuse', () => {
  test('is conformant where each is refused for its own reason', () => {
    const judged = [judgeReadonlyWait, judgeReadonlyMulti, judgeReadonlyScript, judgeIdleWrites].map((judge) =>
      verdicts(judge([sound])),
    )
    expect(judged).toEqual([
      ['conformant'],
      ['conformant', 'conformant'],
      ['conformant', 'conformant', 'conformant'],
      ['conformant', 'conformant'],
    ])
  })

  test('convicts what is done all the same, and says so', () => {
    const wait = { command: 'WAIT 0 100', outcome: reply(0) }
    expect(judgeReadonlyWait([{ ...sound, wait }])).toMatchObject([
      { verdict: 'non-conformant', hop: 'Redis', vantage: 'redis-1', observed: 'it was done: 0' },
    ])
    const queued = { command: 'SET', outcome: reply('QUEUED') }
    const exec = { command: 'EXEC', outcome: reply(['OK']) }
    expect(verdicts(judgeReadonlyMulti([{ ...sound, queued, exec }]))).toEqual(['non-conformant', 'non-conformant'])
    const writingScripts = sound.writingScripts.map((one) => ({ ...one, outcome: reply('OK') }))
    expect(verdicts(judgeReadonlyScript([{ ...sound, writingScripts }]))).toEqual([
      'non-conformant',
      'non-conformant',
      'conformant',
    ])
    const idleWrites = sound.idleWrites.with(1, { command: 'GETEX', outcome: reply(null) })
    expect(verdicts(judgeIdleWrites([{ ...sound, idleWrites }]))).toEqual(['conformant', 'non-conformant'])
  })

  test('convicts another reason than the right one', () => {
    expect(verdicts(judgeReadonlyWait([{ ...sound, wait: { command: 'WAIT', outcome: noperm } }]))).toEqual([
      'non-conformant',
    ])
    expect(verdicts(judgeReadonlyMulti([{ ...sound, queued: { command: 'SET', outcome: noperm } }]))).toEqual([
      'non-conformant',
      'conformant',
    ])
    // A write that is refused only when the transaction is done was queued before.
    expect(judgeReadonlyMulti([{ ...sound, exec: { command: 'EXEC', outcome: readonly } }])[1]?.verdict).toBe(
      'non-conformant',
    )
    const readingScript = { command: 'EVAL_RO', outcome: noperm }
    expect(judgeReadonlyScript([{ ...sound, readingScript }])[2]?.verdict).toBe('non-conformant')
  })

  test('leaves out the flags of scripts where a server is too old for them', () => {
    const old = { ...sound, readingScript: { command: 'EVAL_RO', outcome: unknown } }
    expect(verdicts(judgeReadonlyScript([old]))).toEqual(['conformant', 'not-applicable', 'not-applicable'])
  })

  test('is inconclusive where an answer does not come', () => {
    for (const outcome of [lost, late]) {
      expect(verdicts(judgeReadonlyWait([{ ...sound, wait: { command: 'WAIT', outcome } }]))).toEqual(['inconclusive'])
      const idleWrites = [{ command: 'SORT', outcome }]
      expect(verdicts(judgeIdleWrites([{ ...sound, idleWrites }]))).toEqual(['inconclusive'])
      const readingScript = { command: 'EVAL_RO', outcome }
      expect(judgeReadonlyScript([{ ...sound, readingScript }])[2]?.verdict).toBe('inconclusive')
    }
  })
})

describe('judgeReads', () => {
  const reads = ['PING', 'GET', 'PUBLISH'].map((command) => ({ command, outcome: reply(null) }))
  const look: Reads = { pod: 'redis-1', reads, heard: { kind: 'reply', value: 'm' }, message: 'm' }

  test('is conformant where all is answered, a missing key with nothing', () => {
    expect(new Set(verdicts(judgeReads([look])))).toEqual(new Set(['conformant']))
  })

  test('convicts a read that is refused, a message that stays out, and one that is another', () => {
    const refused = reads.with(1, { command: 'GET', outcome: refusal('MASTERDOWN Link with MASTER is down') })
    expect(judgeReads([{ ...look, reads: refused }])[1]).toMatchObject({
      verdict: 'non-conformant',
      observed: 'refused: MASTERDOWN Link with MASTER is down',
    })
    expect(judgeReads([{ ...look, heard: late }])[3]?.verdict).toBe('non-conformant')
    expect(judgeReads([{ ...look, heard: noperm }])[3]?.verdict).toBe('non-conformant')
    expect(judgeReads([{ ...look, heard: { kind: 'reply', value: 'n' } }])[3]?.verdict).toBe('non-conformant')
  })

  test('is inconclusive where nothing was published, or a connection is lost', () => {
    const unpublished = reads.with(2, { command: 'PUBLISH', outcome: noperm })
    expect(verdicts(judgeReads([{ ...look, reads: unpublished, heard: late }])).slice(2)).toEqual([
      'non-conformant',
      'inconclusive',
    ])
    expect(judgeReads([{ ...look, heard: lost }])[3]?.verdict).toBe('inconclusive')
    expect(judgeReads([{ ...look, reads: [{ command: 'PING', outcome: lost }] }])[0]?.verdict).toBe('inconclusive')
  })
})
