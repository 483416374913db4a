import { describe, expect, test } from 'vitest'
import type { Snapshot } from '../stage/snapshot.ts'
import { seen, unseen } from '../target/seen.ts'
import { judgeBootstrap, type PodLog } from './redis-bootstrap.ts'

const name = 'redis-0.redis-headless.ns.svc'

function snapshot(started = '2026-11-21T10:00:00Z'): Snapshot {
  const terminated = { exitCode: 0, finishedAt: '2026-11-21T10:00:05Z' }
  const pods = [
    {
      metadata: { name: 'redis-0' },
      status: { startTime: started, podIPs: [{ ip: '10.244.1.4' }, { ip: 'fd00::4' }] },
    },
    { metadata: { name: 'redis-1' }, status: { initContainerStatuses: [{ state: { terminated } }] } },
  ]
  return { namespace: 'ns', pods, services: [], slices: [] } as unknown as Snapshot
}

function judge(log: PodLog['log'], at = snapshot(), others = true): (string | undefined)[] {
  const [observation] = judgeBootstrap(at, [{ pod: 'redis-1', log, others }], 'redis-0', name)
  return [observation?.hop, observation?.verdict, observation?.observed]
}

describe('judgeBootstrap', () => {
  test('is conformant where the name was found at an address of the master, after waiting or at once', () => {
    expect(judge(seen(`${name} does not resolve yet\n10.244.1.4      ${name}.cluster.local\n`))).toEqual([
      'pod',
      'conformant',
      'it found it at 10.244.1.4',
    ])
    expect(judge(seen(`fd00:0::4 ${name.toUpperCase()}\n`))[1]).toBe('conformant')
  })

  test('convicts an init container that waited for nothing, or ended while it still waited', () => {
    expect(judge(seen(''))).toEqual(['pod', 'non-conformant', 'it printed nothing'])
    expect(judge(seen(`${name} does not resolve yet\n`))).toEqual([
      'pod',
      'non-conformant',
      `${name} does not resolve yet`,
    ])
  })

  test('convicts a name that was somebody else’s, on the way to it', () => {
    expect(judge(seen(`10.9.0.1 ${name}.cluster.local\n`))).toEqual([
      'node resolver',
      'non-conformant',
      'it found it at 10.9.0.1',
    ])
  })

  test('is inconclusive where no container of the Pod has printed anything that could be read', () => {
    expect(judge(seen(''), snapshot(), false)[1]).toBe('inconclusive')
  })

  test('is not applicable where nobody may read the log, it is gone, or the master has moved since', () => {
    expect(judge(unseen('no right to read the log')).slice(1)).toEqual(['not-applicable', 'no right to read the log'])
    expect(judge(seen('unable to retrieve container logs for containerd://0a'))[1]).toBe('not-applicable')
    const moved = snapshot('2026-11-21T11:00:00Z')
    expect(judge(seen(`10.9.0.1 ${name}\n`), moved)[1]).toBe('not-applicable')
  })
})
