import { describe, expect, test } from 'vitest'
import { refusal } from '../probes/redis-outcome.ts'
import type { Promotion } from '../redis-promotion.ts'
import { stepsBack, takesOver } from './redis-promotion.ts'
import { asMaster, asReplica, reply, stray, whole } from './redis-standing-sample.ts'

const host = 'kv-1.kv-headless.ns.svc'
const fresh = { replid: 'bb', formerReplid: 'aa', formerEnd: 101, connectedReplicas: 0, replicas: [], fullSyncs: 0 }
const alone = asMaster(fresh, 'kv-1')
const sound: Promotion = {
  promoted: 'kv-1',
  former: 'kv-0',
  before: whole,
  alone,
  followed: [asMaster(), asMaster({ ...fresh, partialSyncs: 1 }, 'kv-1'), asReplica('kv-2', { masterHost: host })],
  returned: [asReplica('kv-0', { masterHost: host }), asMaster(fresh, 'kv-1'), asReplica('kv-2', { masterHost: host })],
  write: reply('OK'),
  stray: reply('OK'),
  strayRead: reply(null),
  refused: refusal('READONLY no'),
  read: reply('v'),
  value: 'v',
  after: whole,
}

describe('takesOver', () => {
  test('acquits a replica that takes over where its master was', () => {
    expect(stray(takesOver(sound))).toEqual([])
  })

  test('convicts one that goes on under the old id, or has forgotten it', () => {
    const kept = { ...sound, alone: asMaster({ ...fresh, replid: 'aa' }, 'kv-1') }
    expect(stray(takesOver(kept))).toEqual(['non-conformant kv-1: role:master, master_replid:aa, master_replid2:aa'])
    const forgot = { ...sound, alone: asMaster({ ...fresh, formerReplid: '0000' }, 'kv-1') }
    expect(stray(takesOver(forgot))).toEqual([
      'non-conformant kv-1: role:master, master_replid:bb, master_replid2:0000',
    ])
  })

  test('convicts one that serves the old stream up to somewhere else', () => {
    const beyond = { ...sound, alone: asMaster({ ...fresh, formerEnd: 300 }, 'kv-1') }
    expect(stray(takesOver(beyond))).toEqual(['non-conformant kv-1: second_repl_offset:300, from 100 to 100'])
  })

  test('convicts one that takes no write', () => {
    expect(stray(takesOver({ ...sound, write: refusal('NOREPLICAS not enough') }))).toEqual([
      'non-conformant kv-1: refused: NOREPLICAS not enough',
    ])
  })

  test('convicts a full synchronisation, unless the other replica was ahead', () => {
    const followed = sound.followed.with(1, asMaster({ ...fresh, fullSyncs: 1 }, 'kv-1'))
    expect(stray(takesOver({ ...sound, followed }))).toEqual(['non-conformant kv-1: sync_partial_ok +0, sync_full +1'])
    const before = whole.with(2, asReplica('kv-2', { replicaOffset: 110 }))
    expect(stray(takesOver({ ...sound, followed, before }))).toEqual([
      'inconclusive kv-1: another replica had more of the stream',
    ])
  })

  test('convicts a replica that does not come over', () => {
    const followed = sound.followed.with(2, asReplica('kv-2', { masterLinkStatus: 'down' }))
    expect(stray(takesOver({ ...sound, followed }))).toEqual([
      'non-conformant kv-2: role:slave, master_host:kv-0.kv-headless.ns.svc, master_link_status:down',
    ])
  })
})

describe('stepsBack', () => {
  test('acquits a former master that follows and forgets', () => {
    expect(stray(stepsBack(sound))).toEqual([])
  })

  test('convicts one that takes writes, keeps what nobody had, or lacks what the new one has', () => {
    expect(stray(stepsBack({ ...sound, refused: reply('OK') }))).toEqual(['non-conformant kv-0: it was done: "OK"'])
    expect(stray(stepsBack({ ...sound, strayRead: reply('x') }))).toEqual(['non-conformant kv-0: "x"'])
    expect(stray(stepsBack({ ...sound, read: reply(null) }))).toEqual(['non-conformant kv-0: no value'])
  })

  test('says nothing of writes that were not taken', () => {
    const none = refusal('NOREPLICAS not enough')
    expect(stray(stepsBack({ ...sound, write: none, stray: none, read: reply(null) }))).toEqual([
      'inconclusive kv-0: the former master took no write',
      'inconclusive kv-0: kv-1 took no write',
    ])
  })

  test('convicts a set that is not put back', () => {
    const after = whole.with(1, asReplica('kv-1', { masterLinkStatus: 'down' }))
    expect(stray(stepsBack({ ...sound, after }))).toEqual([
      'non-conformant kv-1: role:slave, master_host:kv-0.kv-headless.ns.svc, master_link_status:down',
    ])
  })
})
