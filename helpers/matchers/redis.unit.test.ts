import { describe, expect, test } from 'vitest'
import { type RedisOutcome, refusal } from '../probes/redis-outcome.ts'
import { parseReplication, type Replication } from '../probes/redis-replication.ts'
import { judgeLinks, judgeOffsets, judgeReadonlyDefault, judgeReplids, judgeRoles } from './redis.ts'

const name = 'redis-0.redis.ns.svc.cluster.local'

function told(...lines: readonly string[]): RedisOutcome<Replication> {
  return { kind: 'reply', value: parseReplication(lines.join('\r\n')) }
}

const up = ['role:slave', `master_host:${name}`, 'master_link_status:up', 'master_sync_in_progress:0']
const master = { pod: 'redis-0', replication: told('role:master', 'connected_slaves:2') }
const replicas = ['redis-1', 'redis-2'].map((pod) => ({ pod, replication: told(...up, 'connected_slaves:0') }))

describe('judgeRoles', () => {
  const verdicts = (...looks: Parameters<typeof judgeRoles>[0]) =>
    judgeRoles(looks, 'redis-0').map(({ vantage, verdict, observed }) => [vantage, verdict, observed])

  test('is conformant with one master and every other pod connected to it', () => {
    expect(judgeRoles([master, ...replicas], 'redis-0')[0]).toEqual({
      vantage: 'redis-0',
      backend: '',
      hop: 'Redis',
      verdict: 'conformant',
      expected: 'role:master, connected_slaves:2',
      observed: 'role:master, connected_slaves:2',
    })
    expect(verdicts(master, ...replicas).map(([, verdict]) => verdict)).toEqual([
      'conformant',
      'conformant',
      'conformant',
    ])
  })

  test('convicts a replica that was told REPLICAOF NO ONE, and the master that lost it', () => {
    const alone = { pod: 'redis-1', replication: told('role:master', 'connected_slaves:0') }
    const left = { pod: 'redis-0', replication: told('role:master', 'connected_slaves:1') }
    expect(verdicts(left, alone, ...replicas.slice(1))).toEqual([
      ['redis-0', 'non-conformant', 'role:master, connected_slaves:1'],
      ['redis-1', 'non-conformant', 'role:master, connected_slaves:0'],
      ['redis-2', 'conformant', 'role:slave'],
    ])
  })

  test('convicts a first pod that follows another', () => {
    expect(verdicts({ ...master, replication: told('role:slave', 'connected_slaves:2') }, ...replicas)[0]).toEqual([
      'redis-0',
      'non-conformant',
      'role:slave, connected_slaves:2',
    ])
  })

  test('is inconclusive where a pod does not tell', () => {
    const outcomes: RedisOutcome<Replication>[] = [
      refusal('NOAUTH no'),
      { kind: 'lost', text: 'reset' },
      { kind: 'timeout', ms: 3000 },
    ]
    expect(outcomes.map((replication) => verdicts({ ...master, replication }, ...replicas)[0]?.slice(1))).toEqual([
      ['inconclusive', 'refused: NOAUTH no'],
      ['inconclusive', 'connection lost: reset'],
      ['inconclusive', 'no answer within 3000 ms'],
    ])
  })
})

describe('judgeLinks', () => {
  const verdict = (...lines: readonly string[]) => {
    const [observation] = judgeLinks([{ pod: 'redis-1', replication: told(...lines) }], name)
    return [observation?.verdict, observation?.observed]
  }

  test('is conformant over a link by name, whatever its case and final dot', () => {
    expect(judgeLinks(replicas, name).map((one) => one.verdict)).toEqual(['conformant', 'conformant'])
    expect(judgeLinks(replicas, `${name.toUpperCase()}.`).map((one) => one.verdict)).toEqual([
      'conformant',
      'conformant',
    ])
  })

  test('takes the name without the zone for the whole one, and no other', () => {
    const followed = (masterName: string) => judgeLinks(replicas, masterName)[0]?.verdict
    expect(
      ['redis-0.redis.ns.svc', 'redis-0.redis.ns', 'redis-0.redis.n', 'redis-1.redis.ns.svc'].map(followed),
    ).toEqual([...['conformant', 'conformant'], ...['non-conformant', 'non-conformant']])
  })

  test('convicts a link that is down, one that synchronises, one by address and one that is not there', () => {
    const [role = '', host = '', link = '', sync = ''] = up
    expect(verdict(role, host, 'master_link_status:down', sync)).toEqual([
      'non-conformant',
      `${host}, master_link_status:down, master_sync_in_progress:0`,
    ])
    expect(verdict(role, host, link, 'master_sync_in_progress:1')[0]).toBe('non-conformant')
    expect(verdict(role, 'master_host:10.244.1.5', link, sync)).toEqual([
      'non-conformant',
      'master_host:10.244.1.5, master_link_status:up, master_sync_in_progress:0',
    ])
    expect(verdict('role:master')).toEqual(['non-conformant', 'role:master, no master_host'])
  })

  test('convicts a replica that does not say how its link is', () => {
    expect(verdict('role:slave', `master_host:${name}`)).toEqual([
      'non-conformant',
      `master_host:${name}, master_link_status:not told, master_sync_in_progress:not told`,
    ])
  })

  test('is inconclusive where a pod is out of sight', () => {
    const replication: RedisOutcome<Replication> = { kind: 'lost', text: 'reset' }
    expect(judgeLinks([{ pod: 'redis-1', replication }], name)[0]?.verdict).toBe('inconclusive')
  })
})

describe('judgeReplids', () => {
  const look = (pod: string, replid?: string) => ({
    pod,
    replication: told('role:slave', ...(replid === undefined ? [] : [`master_replid:${replid}`])),
  })
  const verdicts = (...looks: Parameters<typeof judgeReplids>[0]) =>
    judgeReplids(looks, 'redis-0').map(({ verdict, observed }) => [verdict, observed])

  test('is conformant where all know the same history', () => {
    expect(verdicts(look('redis-0', 'a1'), look('redis-1', 'a1'))).toEqual([
      ['conformant', 'master_replid:a1'],
      ['conformant', 'master_replid:a1'],
    ])
  })

  test('convicts who knows another, or none', () => {
    expect(verdicts(look('redis-0', 'a1'), look('redis-1', 'b2'), look('redis-2'))).toEqual([
      ['conformant', 'master_replid:a1'],
      ['non-conformant', 'master_replid:b2'],
      ['non-conformant', 'master_replid:not told'],
    ])
  })

  test('is inconclusive where the master cannot be asked', () => {
    const replication: RedisOutcome<Replication> = { kind: 'lost', text: 'reset' }
    expect(verdicts({ pod: 'redis-0', replication }, look('redis-1', 'a1')).map(([verdict]) => verdict)).toEqual([
      'inconclusive',
      'inconclusive',
    ])
  })
})

describe('judgeReadonlyDefault', () => {
  const verdict = (...lines: readonly string[]) => {
    const [observation] = judgeReadonlyDefault([{ pod: 'redis-1', replication: told('role:slave', ...lines) }])
    return [observation?.verdict, observation?.observed]
  }

  test('is conformant by the old word and by the new one', () => {
    expect(verdict('slave_read_only:1')).toEqual(['conformant', 'slave_read_only:1'])
    expect(verdict('replica_read_only:1')[0]).toBe('conformant')
  })

  test('convicts a replica that takes writes, and a Pod that is none', () => {
    expect(verdict('slave_read_only:0')).toEqual(['non-conformant', 'slave_read_only:0'])
    expect(verdict()).toEqual(['non-conformant', 'role:slave, no slave_read_only'])
  })
})

describe('judgeOffsets', () => {
  const master = { pod: 'redis-0', replication: told('role:master', 'master_repl_offset:100') }
  const verdict = (...lines: readonly string[]) => {
    const [observation] = judgeOffsets({ master, replicas: [{ pod: 'redis-1', replication: told(...lines) }] })
    return [observation?.verdict, observation?.observed]
  }

  test('is conformant as far as the master, or further, since that goes on', () => {
    expect(verdict('role:slave', 'slave_repl_offset:100')).toEqual(['conformant', 'slave_repl_offset:100'])
    expect(verdict('role:slave', 'slave_repl_offset:114')[0]).toBe('conformant')
  })

  test('convicts a replica that stays behind, and a Pod that follows nobody', () => {
    expect(verdict('role:slave', 'slave_repl_offset:99')).toEqual(['non-conformant', 'slave_repl_offset:99'])
    expect(verdict('role:master')).toEqual(['non-conformant', 'role:master, no slave_repl_offset'])
  })

  test('is inconclusive where one of them cannot be asked', () => {
    const replication: RedisOutcome<Replication> = { kind: 'timeout', ms: 3000 }
    const silent = { pod: 'redis-0', replication }
    expect(judgeOffsets({ master: silent, replicas: [] })).toMatchObject([{ verdict: 'inconclusive' }])
    expect(judgeOffsets({ master, replicas: [silent] })[0]?.verdict).toBe('inconclusive')
  })
})
