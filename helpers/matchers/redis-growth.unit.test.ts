import { describe, expect, test } from 'vitest'
import type { StandingLook } from '../redis-sessions.ts'
import type { Snapshot } from '../stage/snapshot.ts'
import { readyIfPublished } from './redis-growth.ts'
import { asMaster, asReplica, lost, stray } from './redis-standing-sample.ts'

/** Two Pods of a set, some of them Ready, below a Service that publishes them before they are, or does not. */
function snapshot(published: boolean, ready: readonly boolean[], replicas = 2): Snapshot {
  const pods = ready.map((one, index) => ({
    metadata: { name: `pool-${index}`, ownerReferences: [{ uid: 'set' }] },
    status: { conditions: [{ type: 'Ready', status: one ? 'True' : 'False' }] },
  }))
  return {
    namespace: 'ns',
    pods,
    services: [
      {
        metadata: { name: 'pool-headless' },
        spec: published ? { publishNotReadyAddresses: true } : { clusterIP: 'None' },
      },
    ],
    slices: [],
    statefulSets: [{ metadata: { name: 'pool', uid: 'set' }, spec: { replicas, serviceName: 'pool-headless' } }],
  } as unknown as Snapshot
}

const looks: readonly StandingLook[] = [asMaster({ connectedReplicas: 0, replicas: [] }, 'pool-0'), asReplica('pool-1')]
const waiting = looks.with(1, asReplica('pool-1', { masterLinkStatus: 'down' }))

describe('readyIfPublished', () => {
  test('acquits Pods that are ready where they are published, and not where they are not', () => {
    expect(stray(readyIfPublished(snapshot(true, [true, true]), 'pool', looks))).toEqual([])
    expect(stray(readyIfPublished(snapshot(false, [false, false]), 'pool', waiting))).toEqual([])
  })

  test('convicts Pods that never get ready though they are published', () => {
    expect(stray(readyIfPublished(snapshot(true, [false, false]), 'pool', waiting))).toEqual([
      'non-conformant pool-0: not Ready, connected_slaves:0',
      'non-conformant pool-1: not Ready, master_link_status:down',
    ])
  })

  test('convicts Pods that are ready though nobody can find them', () => {
    expect(stray(readyIfPublished(snapshot(false, [true, false]), 'pool', waiting))).toEqual([
      'non-conformant pool-0: Ready, connected_slaves:0',
    ])
  })

  test('waits until a Pod has had the time to get ready', () => {
    const young = waiting.with(0, asMaster({ uptimeSeconds: 1, connectedReplicas: 0 }, 'pool-0'))
    expect(stray(readyIfPublished(snapshot(false, [false, false]), 'pool', young))).toEqual([
      'inconclusive pool-0: not Ready, connected_slaves:0, after 1 s',
    ])
  })

  test('is in doubt of Pods that are not there, or do not tell', () => {
    expect(stray(readyIfPublished(snapshot(true, [true]), 'pool', looks))).toEqual(['inconclusive pool: 1'])
    const silent = looks.with(0, { pod: 'pool-0', replication: lost })
    expect(stray(readyIfPublished(snapshot(true, [true, true]), 'pool', silent))).toEqual([
      'inconclusive pool-0: pool-0 did not tell',
    ])
  })
})
