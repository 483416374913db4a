import { describe, expect, test } from 'vitest'
import type { Apartness, Effects } from '../probes/redis-effects.ts'
import { type RedisOutcome, refusal } from '../probes/redis-outcome.ts'
import { judgeApart, judgeEffects } from './redis-effects.ts'

const lost: RedisOutcome<never> = { kind: 'lost', text: 'reset' }
const reply = <T>(value: T): RedisOutcome<T> => ({ kind: 'reply', value })

describe('judgeEffects', () => {
  const own = ['ending 9f 1700', 'kept 3a -1']
  const holding = (pod: string, keys: readonly string[]) => ({ pod, keys: reply(keys) })
  const sound: Effects = {
    master: 'redis-0',
    written: ['redis-0', 'redis-1'].map((pod) => holding(pod, own)),
    flushed: ['redis-0', 'redis-1'].map((pod) => holding(pod, [])),
  }
  const written = (keys: RedisOutcome<readonly string[]>): Effects => ({
    ...sound,
    written: sound.written.with(1, { pod: 'redis-1', keys }),
  })
  const judge = (effects: Effects) => judgeEffects(effects).map(({ vantage, verdict }) => [vantage, verdict])

  test('is conformant where the replica holds what the master holds, and nothing at the end', () => {
    expect(judge(sound)).toEqual([
      ['redis-1', 'conformant'],
      ['redis-1', 'conformant'],
    ])
  })

  test('convicts another value, another end, a key that is missing and one that was deleted', () => {
    expect(judgeEffects(written(reply(['ending 9f 1701', 'deleted 3a -1'])))[0]).toMatchObject({
      verdict: 'non-conformant',
      expected: 'the 2 keys of redis-0, each with its value and its end',
      observed: 'ending differs, kept is missing, deleted is there, too',
    })
  })

  test('convicts a replica on which FLUSHDB left something', () => {
    const flushed = sound.flushed.with(1, holding('redis-1', own))
    expect(judge({ ...sound, flushed })[1]).toEqual(['redis-1', 'non-conformant'])
  })

  test('convicts a master that refuses a write, and a replica that refuses to be read', () => {
    const refused = { command: 'EVAL', outcome: refusal('NOPERM no') }
    expect(judge({ master: 'redis-0', refused, written: [], flushed: [] })).toEqual([['redis-0', 'non-conformant']])
    expect(judge(written(refusal('MASTERDOWN Link')))[0]).toEqual(['redis-1', 'non-conformant'])
  })

  test('is inconclusive where somebody is out of sight', () => {
    const refused = { command: 'SET', outcome: lost }
    expect(judge({ master: 'redis-0', refused, written: [], flushed: [] })).toEqual([['redis-0', 'inconclusive']])
    expect(judge(written(lost))[0]).toEqual(['redis-1', 'inconclusive'])
    expect(judge({ ...sound, written: [] })[0]).toEqual(['redis-0', 'inconclusive'])
  })
})

describe('judgeApart', () => {
  const judge = (more: Partial<Apartness>, there: RedisOutcome<string | null> = reply(null), here = reply('v')) =>
    judgeApart([
      {
        key: 'k',
        value: 'v',
        writer: 'a-0',
        write: reply('OK'),
        reads: [
          { pod: 'a-0', read: here },
          { pod: 'a-1', read: there },
        ],
        ...more,
      },
    ]).map(({ vantage, verdict }) => [vantage, verdict])

  test('is conformant where the key is on its own instance alone', () => {
    expect(judge({})).toEqual([
      ['a-0', 'conformant'],
      ['a-1', 'conformant'],
    ])
  })

  test('convicts an instance that has the key of another, and one that takes no write', () => {
    expect(judge({}, reply('v'))[1]).toEqual(['a-1', 'non-conformant'])
    expect(judge({ write: refusal('READONLY no') })).toEqual([['a-0', 'non-conformant']])
  })

  test('takes nothing for independence where the writer has not kept its own key', () => {
    expect(judge({}, reply(null), reply('other'))).toEqual([
      ['a-0', 'non-conformant'],
      ['a-1', 'inconclusive'],
    ])
  })

  test('is inconclusive where a connection is lost', () => {
    expect(judge({ write: lost })).toEqual([['a-0', 'inconclusive']])
    expect(judge({}, lost)[1]).toEqual(['a-1', 'inconclusive'])
  })
})
