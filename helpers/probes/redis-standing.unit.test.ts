import { expect, test } from 'vitest'
import { parseStanding } from './redis-server-info.ts'

const info = [
  '# Server',
  'run_id:1f0c',
  'uptime_in_seconds:12',
  '# Stats',
  'sync_full:2',
  'sync_partial_ok:3',
  'sync_partial_err:1',
  '# Replication',
  'role:master',
  'connected_slaves:0',
  'master_replid:aa',
  'master_replid2:bb',
  'master_repl_offset:188',
  'second_repl_offset:150',
].join('\r\n')

test('reads who a server is and what synchronisations it has served, beside its replication', () => {
  expect(parseStanding(info)).toEqual({
    role: 'master',
    connectedReplicas: 0,
    replicas: [],
    replid: 'aa',
    masterOffset: 188,
    runId: '1f0c',
    uptimeSeconds: 12,
    fullSyncs: 2,
    partialSyncs: 3,
    formerReplid: 'bb',
    formerEnd: 150,
  })
})

test('leaves out what the server did not send', () => {
  expect(parseStanding('role:slave')).toEqual({ role: 'slave', replicas: [] })
  expect(parseStanding('sync_full:many')).toEqual({ role: '', replicas: [] })
})
