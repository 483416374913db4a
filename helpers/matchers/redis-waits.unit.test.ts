import { describe, expect, test } from 'vitest'
import { refusal } from '../probes/redis-outcome.ts'
import type { Minimum, Pause } from '../redis-waits.ts'
import { lost, reply, stray } from './redis-standing-sample.ts'
import { countsThoseLeft, wantsReplicas } from './redis-waits.ts'

const pause: Pause = {
  pod: 'kv-2',
  replicas: 2,
  counted: { before: reply(2), during: reply(1), after: reply(2) },
  told: 1000,
  took: 1004,
  paused: reply(true),
}
const counting = (fields: Partial<Pause['counted']>): string[] =>
  stray(countsThoseLeft('kv-0', { ...pause, counted: { ...pause.counted, ...fields } }))

describe('countsThoseLeft', () => {
  test('acquits a master that counts one less after the time it was given', () => {
    expect(stray(countsThoseLeft('kv-0', pause))).toEqual([])
    expect(stray(countsThoseLeft('kv-0', { ...pause, took: 2900 }))).toEqual([])
  })

  test('convicts one that counts all, or none, or answers with an error', () => {
    expect(counting({ during: reply(2) })).toEqual(['non-conformant kv-0: 2 after 1004 ms'])
    expect(counting({ during: reply(0) })).toEqual(['non-conformant kv-0: 0 after 1004 ms'])
    expect(counting({ during: refusal('ERR no') })).toEqual(['non-conformant kv-0: refused: ERR no'])
  })

  test('convicts one that gives up before its time', () => {
    expect(stray(countsThoseLeft('kv-0', { ...pause, took: 3 }))).toEqual(['non-conformant kv-0: 1 after 3 ms'])
  })

  test('convicts one that never counts all', () => {
    expect(counting({ before: reply(1), after: reply(1) })).toEqual([
      'non-conformant kv-0: 1',
      'non-conformant kv-0: 1',
    ])
  })

  test('says nothing of a replica that did not stand still, or not long enough', () => {
    expect(stray(countsThoseLeft('kv-0', { ...pause, paused: refusal('ERR DEBUG is not allowed') }))).toEqual([
      'inconclusive kv-2: refused: ERR DEBUG is not allowed',
    ])
    expect(stray(countsThoseLeft('kv-0', { ...pause, paused: reply(false) }))).toEqual([
      'inconclusive kv-2: it did not for as long as WAIT took',
    ])
    expect(counting({ during: lost })).toEqual(['inconclusive kv-0: connection lost: the connection is closed'])
  })
})

const readonly = refusal('READONLY no')
const minimum: Minimum = {
  wanted: 3,
  before: { pod: 'kv-0', write: reply('OK') },
  during: { pod: 'kv-0', write: refusal('NOREPLICAS not enough') },
  onReplicas: [
    { pod: 'kv-1', write: readonly },
    { pod: 'kv-2', write: readonly },
  ],
  after: { pod: 'kv-0', write: reply('OK') },
  value: 'v',
  reads: [
    { pod: 'kv-1', read: reply('v') },
    { pod: 'kv-2', read: reply('v') },
  ],
}

describe('wantsReplicas', () => {
  test('acquits a master that refuses writes with NOREPLICAS, and replicas that refuse them as ever', () => {
    expect(stray(wantsReplicas(minimum))).toEqual([])
  })

  test('convicts a master that takes a write, or refuses it for another reason', () => {
    const during = (write: Minimum['during']['write']) =>
      stray(wantsReplicas({ ...minimum, during: { pod: 'kv-0', write } }))
    expect(during(reply('OK'))).toEqual(['non-conformant kv-0: it was done: "OK"'])
    expect(during(readonly)).toEqual(['non-conformant kv-0: refused: READONLY no'])
    expect(during(lost)).toEqual(['inconclusive kv-0: connection lost: the connection is closed'])
  })

  test('convicts a master that takes none where it has all that it wants', () => {
    const write = { pod: 'kv-0', write: refusal('NOREPLICAS not enough') }
    expect(stray(wantsReplicas({ ...minimum, before: write, after: write }))).toHaveLength(2)
  })

  test('convicts a replica that minds, or has stopped to follow', () => {
    const onReplicas = minimum.onReplicas.with(0, { pod: 'kv-1', write: refusal('NOREPLICAS not enough') })
    const reads = minimum.reads.with(1, { pod: 'kv-2', read: reply('before') })
    expect(stray(wantsReplicas({ ...minimum, onReplicas, reads }))).toEqual([
      'non-conformant kv-1: refused: NOREPLICAS not enough',
      'non-conformant kv-2: "before"',
    ])
  })
})
