import { describe, expect, test } from 'vitest'
import { refusal } from '../probes/redis-outcome.ts'
import type { Churn } from '../redis-churn.ts'
import type { StatefulSet } from '../target/objects.ts'
import { dataAreAs, declaredData, masterReturns, replicaRejoins } from './redis-churn.ts'
import { asMaster, asReplica, lost, masterName, reply, stray, whole } from './redis-standing-sample.ts'

const none = (pod: string) => ({ pod, missing: reply({}) })
const missing: Churn['missing'] = ['kv-0', 'kv-1', 'kv-2'].map(none)
const identity = (uid: string, address: string) => ({ uid, addresses: [address] })
const renewed = [
  asMaster({ replid: 'cc', runId: 'run-2' }),
  asReplica('kv-1', { replid: 'cc' }),
  asReplica('kv-2', { replid: 'cc' }),
]
const master: NonNullable<Churn['master']> = {
  pod: 'kv-0',
  old: identity('a', '10.0.0.7'),
  now: identity('b', '10.0.0.8'),
  whole: true,
  before: whole,
  after: renewed,
  missing,
  value: 'v',
  orphaned: ['kv-1', 'kv-2'].map((pod) => ({ pod, down: true, read: reply('v'), write: refusal('READONLY no') })),
  reads: ['kv-0', 'kv-1', 'kv-2'].map((pod) => ({ pod, read: reply(null) })),
}
const sound: Churn = {
  replica: {
    pod: 'kv-2',
    old: identity('c', '10.0.0.3'),
    now: identity('d', '10.0.0.2'),
    whole: true,
    before: whole,
    after: whole,
    missing,
  },
  master,
  written: { eras: [], refused: 0, unknown: 1, milliseconds: 6000, longestGap: 2000 },
  missing,
  end: renewed,
}
const { now: _, ...stopped } = sound.replica
const { master: __, ...halted } = sound

const withReplica = (fields: Partial<Churn['replica']>): string[] =>
  stray(replicaRejoins({ ...sound, replica: { ...sound.replica, ...fields } }, masterName))
const withMaster = (fields: Partial<typeof master>): Churn => ({ ...sound, master: { ...master, ...fields } })

describe('declaredData', () => {
  test('reads what the fixture says, and no more', () => {
    const set = (value?: string): StatefulSet =>
      ({
        metadata: { name: 'kv', annotations: value === undefined ? {} : { 'rollcall.dev/data': value } },
      }) as StatefulSet
    expect([declaredData(set('lost')), declaredData(set('kept'))]).toEqual(['lost', 'kept'])
    expect(() => declaredData(set())).toThrow('rollcall.dev/data of StatefulSet kv is undefined, neither lost nor kept')
  })
})

describe('replicaRejoins', () => {
  test('acquits a replica that is back with all data, also where it has its old address', () => {
    expect(withReplica({})).toEqual([])
    expect(withReplica({ old: identity('c', '10.0.0.2') })).toEqual([])
  })

  test('convicts where the Pod may not be made again, and is in doubt where it is late', () => {
    const judged = (fields: object): string[] =>
      stray(replicaRejoins({ ...sound, replica: { ...stopped, ...fields } }, masterName))
    expect(judged({ refusal: 'exceeded quota: mutant' })).toEqual(['non-conformant kv-2: exceeded quota: mutant'])
    expect(judged({ late: 'waited 45 s' })).toEqual(['inconclusive kv-2: waited 45 s'])
  })

  test('convicts a replica that follows nobody, or an address', () => {
    const single = asMaster({ connectedReplicas: 0, replicas: [] }, 'kv-2')
    expect(withReplica({ after: whole.with(2, single) })).toEqual(['non-conformant kv-2: role:master, no master_host'])
    const pinned = asReplica('kv-2', { masterHost: '10.0.0.7' })
    expect(withReplica({ after: whole.with(2, pinned) })[0]).toMatch(/^non-conformant kv-2: master_host:10\.0\.0\.7,/)
  })

  test('convicts a master that still has the old one in its list', () => {
    expect(withReplica({ old: identity('c', '10.0.0.1') })).toEqual([
      'non-conformant kv-0: 10.0.0.1 online, 10.0.0.2 online',
    ])
    const after = whole.with(0, asMaster({ replicas: [] }))
    expect(withReplica({ after })).toEqual(['non-conformant kv-0: none'])
  })

  test('convicts a replica that lacks what its master has', () => {
    const lacks = missing.with(2, { pod: 'kv-2', missing: reply({ 'run-1': 3 }) })
    expect(withReplica({ missing: lacks })).toEqual(['non-conformant kv-2: 3 are missing'])
    expect(withReplica({ missing: missing.with(2, { pod: 'kv-2', missing: lost }) })).toEqual([
      'inconclusive kv-2: connection lost: the connection is closed',
    ])
    expect(withReplica({ missing: missing.with(0, { pod: 'kv-0', missing: lost }) })).toEqual([
      'inconclusive kv-2: kv-0 did not tell',
    ])
  })
})

describe('masterReturns', () => {
  const judged = (fields: Partial<typeof master>): string[] => stray(masterReturns(withMaster(fields), masterName))

  test('acquits replicas that wait for their master and find it, also at its old address', () => {
    expect(judged({})).toEqual([])
    expect(judged({ now: identity('b', '10.0.0.7') })).toEqual([])
  })

  test('convicts a replica that does not find it', () => {
    const pinned = asReplica('kv-1', { masterHost: '10.0.0.7', masterLinkStatus: 'down' })
    expect(judged({ after: renewed.with(1, pinned) })).toEqual([
      'non-conformant kv-1: master_host:10.0.0.7, master_link_status:down, master_sync_in_progress:0',
      'non-conformant kv-1: role:slave, master_replid:aa',
    ])
  })

  test('convicts one that is not read, or takes writes, while its link is down', () => {
    const orphaned = [
      { pod: 'kv-1', down: true, read: refusal('MASTERDOWN no'), write: refusal('READONLY no') },
      { pod: 'kv-2', down: true, read: reply('v'), write: reply('OK') },
    ]
    expect(judged({ orphaned })).toEqual([
      'non-conformant kv-1: refused: MASTERDOWN no',
      'non-conformant kv-2: it was done: "OK"',
    ])
  })

  test('convicts a master that comes back as a replica', () => {
    const after = renewed.with(0, asReplica('kv-0', { replid: 'cc' }))
    expect(judged({ after })).toEqual(['non-conformant kv-0: role:slave, master_replid:cc'])
  })

  test('is in doubt where nobody saw the link go, or the master was never deleted', () => {
    const orphaned = master.orphaned.with(0, { ...(master.orphaned[0] ?? { pod: '' }), down: false } as never)
    expect(judged({ orphaned })).toEqual(['inconclusive kv-1: it was not seen to be'])
    expect(stray(masterReturns(halted, masterName))).toEqual([
      'inconclusive kv-2: kv-2 was deleted first, and the set was not whole again',
    ])
  })
})

describe('dataAreAs', () => {
  const held = withMaster({ reads: master.reads.map(({ pod }) => ({ pod, read: reply('v') })) })

  test('acquits a set that has lost what it does not store, and one that has kept what it stores', () => {
    expect(stray(dataAreAs('lost', sound))).toEqual([])
    expect(stray(dataAreAs('kept', held))).toEqual([])
  })

  test('convicts what is lost where it is stored, and what is there where nothing is', () => {
    expect(stray(dataAreAs('kept', sound))).toHaveLength(3)
    expect(stray(dataAreAs('lost', held))).toEqual(['kv-0', 'kv-1', 'kv-2'].map((pod) => `non-conformant ${pod}: "v"`))
  })

  test('is in doubt of a replica that does not follow, and of a master that was not deleted or is not back', () => {
    const stale = withMaster({ after: renewed.with(1, asReplica('kv-1', { masterLinkStatus: 'down' })) })
    expect(stray(dataAreAs('lost', stale))).toEqual(['inconclusive kv-1: kv-1 does not follow kv-0'])
    expect(stray(dataAreAs('lost', halted))).toHaveLength(1)
    const { now: ___, ...absent } = master
    expect(stray(dataAreAs('lost', { ...sound, master: absent }))).toEqual([
      'inconclusive kv-0: kv-0 did not come back',
    ])
  })
})
