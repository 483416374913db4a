import { describe, expect, test } from 'vitest'
import { refusal } from '../probes/redis-outcome.ts'
import type { BrokenLinks, Staleness } from '../redis-links.ts'
import { refusesStaleReads, resumesPartially } from './redis-links.ts'
import { asMaster, asReplica, lost, reply, stray, whole } from './redis-standing-sample.ts'

const sound: BrokenLinks = {
  before: whole,
  broken: reply([2, 'OK']),
  after: [asMaster({ partialSyncs: 2 }), asReplica('kv-1'), asReplica('kv-2')],
  bytes: 64,
  held: [
    { pod: 'kv-1', read: reply(64) },
    { pod: 'kv-2', read: reply(64) },
  ],
}

describe('resumesPartially', () => {
  test('acquits replicas that go on from the backlog, also where a stranger does so, too', () => {
    expect(stray(resumesPartially(sound))).toEqual([])
    expect(stray(resumesPartially({ ...sound, after: sound.after.with(0, asMaster({ partialSyncs: 3 })) }))).toEqual([])
  })

  test('convicts a master that serves a full synchronisation', () => {
    const after = sound.after.with(0, asMaster({ partialSyncs: 1, fullSyncs: 3 }))
    expect(stray(resumesPartially({ ...sound, after }))).toEqual([
      'non-conformant kv-0: sync_partial_ok +1, sync_full +1',
    ])
  })

  test('convicts a replica that is not back, or lacks what was written meanwhile', () => {
    const after = sound.after.with(1, asReplica('kv-1', { masterLinkStatus: 'down' }))
    const held = sound.held.with(0, { pod: 'kv-1', read: reply(0) })
    expect(stray(resumesPartially({ ...sound, after, held }))).toEqual([
      'non-conformant kv-1: 0',
      'non-conformant kv-1: role:slave, master_link_status:down, master_replid:aa',
    ])
  })

  test('convicts a replica that follows another stream', () => {
    const after = sound.after.with(2, asReplica('kv-2', { replid: 'bb' }))
    expect(stray(resumesPartially({ ...sound, after }))).toEqual([
      'non-conformant kv-2: role:slave, master_link_status:up, master_replid:bb',
    ])
  })

  test('says nothing of links that could not be broken, or of Pods that did not tell', () => {
    expect(stray(resumesPartially({ ...sound, broken: refusal('NOPERM no') }))).toEqual([
      'inconclusive kv-0: refused: NOPERM no',
    ])
    const after = sound.after.with(0, { pod: 'kv-0', replication: lost })
    expect(stray(resumesPartially({ ...sound, after }))).toEqual(['inconclusive kv-0: kv-0 did not tell'])
  })
})

const stale: Staleness = {
  pod: 'kv-2',
  value: 'v',
  without: asReplica('kv-2', { masterLinkStatus: 'down' }),
  with: asReplica('kv-2'),
  reads: { before: reply('v'), during: refusal('MASTERDOWN Link with MASTER is down'), after: reply('v') },
}

describe('refusesStaleReads', () => {
  test('acquits a replica that is not read while its link is down', () => {
    expect(stray(refusesStaleReads(stale))).toEqual([])
  })

  test('convicts one that is read all the same, or refuses for another reason', () => {
    const during = (read: Staleness['reads']['during']): Staleness => ({
      ...stale,
      reads: { ...stale.reads, during: read },
    })
    expect(stray(refusesStaleReads(during(reply('v'))))).toEqual(['non-conformant kv-2: it was done: "v"'])
    expect(stray(refusesStaleReads(during(refusal('LOADING wait'))))).toEqual([
      'non-conformant kv-2: refused: LOADING wait',
    ])
  })

  test('convicts one that is a master, and is in doubt of one that did not lose its link', () => {
    const without = (look: Staleness['without']) => stray(refusesStaleReads({ ...stale, without: look }))
    expect(without(asMaster({}, 'kv-2'))).toEqual(['non-conformant kv-2: role:master, master_link_status:none'])
    expect(without(asReplica('kv-2'))).toEqual(['inconclusive kv-2: role:slave, master_link_status:up'])
    expect(without({ pod: 'kv-2', replication: lost })).toEqual(['inconclusive kv-2: kv-2 did not tell'])
  })

  test('convicts one that is not read again', () => {
    const reads = { ...stale.reads, after: reply(null) }
    expect(stray(refusesStaleReads({ ...stale, reads }))).toEqual(['non-conformant kv-2: no value'])
  })
})
