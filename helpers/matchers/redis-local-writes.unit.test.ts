import { describe, expect, test } from 'vitest'
import { refusal } from '../probes/redis-outcome.ts'
import type { LocalWrite } from '../redis-local-writes.ts'
import { writesStayLocal } from './redis-local-writes.ts'
import { asMaster, asReplica, lost, reply, stray } from './redis-standing-sample.ts'

const sound: LocalWrite = {
  pod: 'kv-2',
  standing: asReplica('kv-2'),
  value: 'v-1',
  write: reply('OK'),
  reads: [
    { pod: 'kv-0', read: reply(null) },
    { pod: 'kv-1', read: reply(null) },
    { pod: 'kv-2', read: reply('v-1') },
  ],
  refused: refusal('READONLY no'),
}
const reading = (pod: string, read: LocalWrite['reads'][number]['read']): LocalWrite => ({
  ...sound,
  reads: sound.reads.map((one) => (one.pod === pod ? { pod, read } : one)),
})

describe('writesStayLocal', () => {
  test('acquits a replica that keeps to itself what it was allowed to take', () => {
    expect(stray(writesStayLocal(sound))).toEqual([])
  })

  test('convicts a set in which the write is somewhere else, too', () => {
    expect(stray(writesStayLocal(reading('kv-0', reply('v-1'))))).toEqual(['non-conformant kv-0: "v-1"'])
    expect(stray(writesStayLocal(reading('kv-1', reply('v-1'))))).toEqual(['non-conformant kv-1: "v-1"'])
  })

  test('convicts a replica that takes no write when it may, and says nothing of those that do not have it', () => {
    const noperm = refusal('NOPERM no')
    expect(stray(writesStayLocal({ ...reading('kv-2', reply(null)), write: noperm, refused: noperm }))).toEqual([
      'non-conformant kv-2: refused: NOPERM no',
      'inconclusive kv-0: kv-2 does not show it either',
      'inconclusive kv-1: kv-2 does not show it either',
      'non-conformant kv-2: no value',
      'non-conformant kv-2: refused: NOPERM no',
    ])
  })

  test('convicts a Pod that is no replica, and one that goes on taking writes', () => {
    const standing = asMaster({}, 'kv-2')
    expect(stray(writesStayLocal({ ...sound, standing, refused: reply('OK') }))).toEqual([
      'non-conformant kv-2: role:master',
      'non-conformant kv-2: it was done: "OK"',
    ])
  })

  test('says nothing of a Pod that is lost from sight', () => {
    expect(stray(writesStayLocal(reading('kv-0', lost)))).toEqual([
      'inconclusive kv-0: connection lost: the connection is closed',
    ])
    expect(stray(writesStayLocal({ ...sound, standing: { pod: 'kv-2', replication: lost } }))).toEqual([
      'inconclusive kv-2: kv-2 did not tell',
    ])
  })
})
