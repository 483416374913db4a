import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { parseReplication } from './redis-replication.ts'

const master = [
  '# Replication',
  'role:master',
  'connected_slaves:2',
  'slave0:ip=10.244.1.5,port=6379,state=online,offset=188,lag=1',
  'slave1:ip=fd00:10:244::7,port=6379,state=wait_bgsave,offset=0,lag=0,type=replica',
  'master_failover_state:no-failover',
  'master_replid:5312b852166bd6214559b39551a6d7443335df2d',
  'master_repl_offset:188',
].join('\r\n')

const replica = [
  'role:slave',
  'master_host:redis-0.redis.ns.svc.cluster.local',
  'master_port:6379',
  'master_link_status:up',
  'master_sync_in_progress:0',
  'slave_repl_offset:188',
  'slave_read_only:1',
  'connected_slaves:0',
  'master_replid:5312b852166bd6214559b39551a6d7443335df2d',
  'master_repl_offset:188',
].join('\r\n')

const read = {
  role: 'slave',
  replicas: [],
  connectedReplicas: 0,
  masterHost: 'redis-0.redis.ns.svc.cluster.local',
  masterPort: 6379,
  masterLinkStatus: 'up',
  masterSyncInProgress: false,
  replicaReadOnly: true,
  replid: '5312b852166bd6214559b39551a6d7443335df2d',
  masterOffset: 188,
  replicaOffset: 188,
}

describe('parseReplication', () => {
  test('reads a master and the replicas that it lists', () => {
    expect(parseReplication(master)).toEqual({
      role: 'master',
      connectedReplicas: 2,
      replicas: [
        { address: '10.244.1.5', port: 6379, state: 'online', offset: 188 },
        { address: 'fd00:10:244::7', port: 6379, state: 'wait_bgsave', offset: 0 },
      ],
      replid: '5312b852166bd6214559b39551a6d7443335df2d',
      masterOffset: 188,
    })
  })

  test('reads a replica, by the old words and by the new ones', () => {
    expect(parseReplication(replica)).toEqual(read)
    expect(parseReplication(replica.replaceAll('slave', 'replica'))).toEqual(read)
  })

  test('leaves out what the server did not send', () => {
    expect(parseReplication('')).toEqual({ role: '', replicas: [] })
  })

  test('throws nothing, whatever the text', () => {
    fc.assert(fc.property(fc.string(), (text) => parseReplication(text).replicas.length >= 0))
  })
})
