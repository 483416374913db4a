import { describe, expect, test } from 'vitest'
import type { Churn } from '../redis-churn.ts'
import { asMaster, asReplica, lost, reply, stray } from './redis-standing-sample.ts'
import { writesAccountedFor } from './write-ledger.ts'

const pods = ['kv-0', 'kv-1', 'kv-2']
const end = [
  asMaster({ replid: 'cc', runId: 'run-2' }),
  asReplica('kv-1', { replid: 'cc' }),
  asReplica('kv-2', { replid: 'cc' }),
]
const eras = [
  { runId: 'run-1', taken: 80, acknowledged: 76 },
  { runId: 'run-2', taken: 25, acknowledged: 24 },
]
const lacking = (counts: Record<string, number>): Churn['missing'] =>
  pods.map((pod) => ({ pod, missing: reply(counts), such: 'rollcall:ledger:9' }))
const churn = (missing: Churn['missing'], fields: Partial<Churn> = {}): Churn =>
  ({
    written: { eras, refused: 0, unknown: 1, milliseconds: 6340, longestGap: 2460 },
    missing,
    end,
    ...fields,
  }) as Churn

describe('writesAccountedFor', () => {
  test('acquits a set that stores nothing of what a server had that has ended, and says how much that is', () => {
    const judged = writesAccountedFor('lost', churn(lacking({ 'run-1': 76 })))
    expect(stray(judged)).toEqual([])
    expect(judged[0]?.observed).toBe(
      '24 present, 76 lost with the server that took them, which stored nothing, besides 1 of unknown fate and 0 refused, 2.5 s of 6.3 s at the longest without a writable master',
    )
  })

  test('acquits a set that has everything, whatever it says of itself', () => {
    expect(stray(writesAccountedFor('kept', churn(lacking({}))))).toEqual([])
    expect(stray(writesAccountedFor('lost', churn(lacking({}))))).toEqual([])
  })

  test('convicts a loss where the data are stored', () => {
    const judged = stray(writesAccountedFor('kept', churn(lacking({ 'run-1': 2 }))))
    expect(judged[0]).toMatch(/^non-conformant kv-0: 98 present, 2 lost for no reason, such as rollcall:ledger:9, /)
    expect(judged).toHaveLength(3)
  })

  test('convicts a loss of what the present master has taken', () => {
    const judged = stray(writesAccountedFor('lost', churn(lacking({ 'run-1': 76, 'run-2': 1 }))))
    expect(judged[0]).toMatch(/^non-conformant kv-0: 23 present, 76 lost with .*, 1 lost for no reason, such as /)
  })

  test('convicts the one replica that lacks a write', () => {
    const missing = lacking({}).with(2, { pod: 'kv-2', missing: reply({ 'run-2': 1 }), such: 'k' })
    expect(stray(writesAccountedFor('lost', churn(missing)))).toEqual([
      expect.stringMatching(/^non-conformant kv-2: 99 present, 1 lost for no reason, such as k, /),
    ])
  })

  test('is in doubt where somebody did not tell, or follows no more, or nothing was acknowledged', () => {
    const missing = lacking({}).with(1, { pod: 'kv-1', missing: lost })
    const ended = end.with(2, asReplica('kv-2', { masterLinkStatus: 'down' }))
    expect(stray(writesAccountedFor('lost', churn(missing, { end: ended })))).toEqual([
      'inconclusive kv-1: connection lost: the connection is closed',
      'inconclusive kv-2: kv-2 does not follow kv-0',
    ])
    const silent = end.with(0, { pod: 'kv-0', replication: lost })
    expect(stray(writesAccountedFor('lost', churn(missing, { end: silent })))).toEqual([
      'inconclusive kv-0: kv-0 did not tell who it is',
    ])
    const unwritten = churn(lacking({}), {
      written: { eras: eras.slice(0, 1), refused: 9, unknown: 0, milliseconds: 1000, longestGap: 1000 },
    })
    expect(stray(writesAccountedFor('lost', unwritten))).toEqual([
      'inconclusive kv-0: kv-0 acknowledged no write of ours; 1.0 s of 1.0 s at the longest without a writable master',
    ])
  })
})
