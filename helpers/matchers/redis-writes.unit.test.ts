import { describe, expect, test } from 'vitest'
import { type RedisOutcome, refusal } from '../probes/redis-outcome.ts'
import {
  judgePropagation,
  judgeReadonlyError,
  judgeReadonlyNoEffect,
  judgeWaitAll,
  type Propagation,
} from './redis-writes.ts'

const reply = <T>(value: T): RedisOutcome<T> => ({ kind: 'reply', value })
const lost: RedisOutcome<never> = { kind: 'lost', text: 'read ECONNRESET' }
const late: RedisOutcome<never> = { kind: 'timeout', ms: 3000 }
const readonly = refusal("READONLY You can't write against a read only replica.")

describe('judgePropagation', () => {
  const judge = (more: Partial<Propagation> = {}) =>
    judgePropagation({
      pod: 'redis-0',
      key: 'k',
      value: 'v',
      write: reply('OK'),
      acknowledged: reply(2),
      replicas: ['redis-1', 'redis-2'].map((pod) => ({ pod, read: reply('v') })),
      ...more,
    }).map(({ vantage, verdict, observed }) => [vantage, verdict, observed])

  test('is conformant where every replica has the value', () => {
    expect(judge()).toEqual([
      ['redis-0', 'conformant', 'WAIT 2'],
      ['redis-1', 'conformant', '"v"'],
      ['redis-2', 'conformant', '"v"'],
    ])
  })

  test('convicts a replica without the value, with another, and one that cannot read', () => {
    const reads = [reply(null), reply('old'), refusal('MASTERDOWN Link with MASTER is down')]
    const replicas = reads.map((read, at) => ({ pod: `redis-${at + 1}`, read }))
    expect(judge({ replicas, acknowledged: reply(3) }).slice(1)).toEqual([
      ['redis-1', 'non-conformant', 'no value'],
      ['redis-2', 'non-conformant', '"old"'],
      ['redis-3', 'non-conformant', 'refused: MASTERDOWN Link with MASTER is down'],
    ])
  })

  test('convicts a master that counts too few replicas, and one that refuses the write', () => {
    expect(judge({ acknowledged: reply(1) })[0]).toEqual(['redis-0', 'non-conformant', 'WAIT 1'])
    expect(judge({ write: refusal('NOREPLICAS Not enough good replicas to write.') })).toEqual([
      ['redis-0', 'non-conformant', 'SET refused: NOREPLICAS Not enough good replicas to write.'],
    ])
  })

  test('is inconclusive where an answer does not come', () => {
    expect(judge({ write: late })).toEqual([['redis-0', 'inconclusive', 'SET no answer within 3000 ms']])
    expect(judge({ acknowledged: lost })[0]?.[1]).toBe('inconclusive')
    expect(judge({ replicas: [{ pod: 'redis-1', read: lost }] })[1]?.[1]).toBe('inconclusive')
  })
})

describe('judgeWaitAll', () => {
  const judge = (acknowledged: RedisOutcome<number>, write: RedisOutcome<string> = reply('OK')) => {
    const replicas = ['redis-1', 'redis-2'].map((pod) => ({ pod, read: reply('v') }))
    const [observation] = judgeWaitAll({ pod: 'redis-0', key: 'k', value: 'v', write, acknowledged, replicas })
    return [observation?.verdict, observation?.observed]
  }

  test('is conformant where every replica is counted', () => {
    expect(judge(reply(2))).toEqual(['conformant', '2'])
  })

  test('convicts a master that counts too few, or one that nobody knows, or refuses', () => {
    expect(judge(reply(1))).toEqual(['non-conformant', '1'])
    expect(judge(reply(3))).toEqual(['non-conformant', '3'])
    expect(judge(refusal('NOPERM no'))[0]).toBe('non-conformant')
  })

  test('is inconclusive where nothing was written, or no answer came', () => {
    expect(judge(reply(0), refusal('NOREPLICAS no'))).toEqual(['inconclusive', 'SET refused: NOREPLICAS no'])
    expect(judge(late)[0]).toBe('inconclusive')
    expect(judge(lost)[0]).toBe('inconclusive')
  })
})

describe('judgeReadonlyError', () => {
  const judge = (write: RedisOutcome<string>) => {
    const [observation] = judgeReadonlyError([{ pod: 'redis-1', write }])
    return [observation?.verdict, observation?.observed]
  }

  test('is conformant with the code READONLY', () => {
    expect(judge(readonly)[0]).toBe('conformant')
    expect(judge(refusal('READONLY another sentence'))[0]).toBe('conformant')
  })

  test('convicts a write that succeeds, as after REPLICAOF NO ONE, and names any other code', () => {
    expect(judge(reply('OK'))).toEqual(['non-conformant', 'the write succeeded: OK'])
    expect(judge(refusal('NOPERM this user has no permissions'))).toEqual([
      'non-conformant',
      'refused with the code NOPERM: NOPERM this user has no permissions',
    ])
    expect(judge(refusal('NOREPLICAS Not enough good replicas to write.'))[0]).toBe('non-conformant')
    expect(judge(refusal('READONLYISH'))[0]).toBe('non-conformant')
  })

  test('is inconclusive where the connection is lost or silent', () => {
    expect(judge(lost)).toEqual(['inconclusive', 'connection lost: read ECONNRESET'])
    expect(judge(late)).toEqual(['inconclusive', 'no answer within 3000 ms'])
  })
})

describe('judgeReadonlyNoEffect', () => {
  const judge = (write: RedisOutcome<string>, read: RedisOutcome<string | null>, before: string | null = null) =>
    judgeReadonlyNoEffect([
      {
        pod: 'redis-1',
        key: 'k',
        before,
        write,
        reads: [
          { pod: 'redis-1', read },
          { pod: 'redis-0', read: reply(before) },
        ],
      },
    ])

  test('is conformant where the key is still absent, or has its old value', () => {
    expect(judge(readonly, reply(null)).map(({ vantage, verdict }) => [vantage, verdict])).toEqual([
      ['redis-1', 'conformant'],
      ['redis-0', 'conformant'],
    ])
    expect(judge(readonly, reply('old'), 'old')[0]).toMatchObject({
      verdict: 'conformant',
      expected: 'GET k is "old" after redis-1 refused to write it',
    })
  })

  test('convicts a refused write that took effect', () => {
    expect(judge(readonly, reply('new'))[0]).toMatchObject({ verdict: 'non-conformant', observed: '"new"' })
    expect(judge(readonly, reply(null), 'old')[0]).toMatchObject({ verdict: 'non-conformant', observed: 'no value' })
  })

  test('is inconclusive where no refusal was seen, or the key cannot be read', () => {
    expect(judge(reply('OK'), reply('new')).map(({ verdict, observed }) => [verdict, observed])).toEqual([
      ['inconclusive', 'no refusal of the write was seen on redis-1: OK'],
      ['inconclusive', 'no refusal of the write was seen on redis-1: OK'],
    ])
    for (const read of [lost, late, refusal('MASTERDOWN Link')])
      expect(judge(readonly, read)[0]?.verdict).toBe('inconclusive')
  })
})
