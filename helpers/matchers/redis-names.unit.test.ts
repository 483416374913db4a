import { describe, expect, test } from 'vitest'
import type { NameVisits, Visit, VisitSighting } from '../probes/redis-visits.ts'
import { hasCounted, judgeReachable, judgeReading, judgeRouting } from './redis-names.ts'

const [service, own] = ['redis.ns.svc.cluster.local', 'redis-0.redis.ns.svc.cluster.local']
const master = { pod: 'redis-0', addresses: ['10.244.1.4'] }
const replica = { pod: 'redis-1', addresses: ['10.244.2.5', 'fd00::5'] }

function answered(host: string, at: string, ...replies: readonly string[]): Visit {
  return { host, outcome: { kind: 'answered', at, replies } }
}

function seen(...names: readonly NameVisits[]): VisitSighting {
  return { kind: 'seen', client: 'client-0', names }
}

describe('judgeRouting', () => {
  const mine: NameVisits = {
    name: own,
    addresses: ['10.244.1.4'],
    visits: [answered(own, '10.244.1.4', 'OK'), answered('10.244.1.4', '10.244.1.4', 'OK')],
  }
  const shared: NameVisits = {
    name: service,
    addresses: ['10.244.1.4', 'fd00:0::5'],
    visits: [
      answered(service, 'fd00::5', 'READONLY You are at a replica.'),
      answered('10.244.1.4', '10.244.1.4', 'OK'),
      answered('fd00:0::5', 'fd00::5', 'READONLY You are at a replica.'),
    ],
  }
  const judge = (sighting: VisitSighting) =>
    judgeRouting(sighting, { service, own }, master, [replica]).map(({ hop, verdict }) => `${hop}: ${verdict}`)

  test('is conformant where the master alone takes writes, wherever the name of the Service leads', () => {
    expect(new Set(judge(seen(mine, shared)))).toEqual(new Set(['Redis: conformant']))
  })

  test('convicts a name of the master that stands for a replica, too', () => {
    const visits = [...mine.visits, answered('10.244.2.5', '10.244.2.5', 'READONLY no')]
    const astray = { ...mine, addresses: ['10.244.1.4', '10.244.2.5'], visits }
    expect(judge(seen(astray, shared))[2]).toBe('node resolver: non-conformant')
  })

  test('convicts an address that was translated to another on the way', () => {
    const visits = [answered('fd00::5', '10.244.1.4', 'OK')]
    expect(judge(seen(mine, { ...shared, visits }))[2]).toBe('data path: non-conformant')
  })

  test('convicts a replica that takes the write, one that refuses it for another reason, and a master that refuses', () => {
    for (const said of ['OK', 'NOPERM this user has no permissions', ''])
      expect(judge(seen(mine, { ...shared, visits: [answered(service, 'fd00::5', said)] }))[2], said).toBe(
        'Redis: non-conformant',
      )
    const refused = { ...mine, visits: [answered(own, '10.244.1.4', 'NOREPLICAS Not enough good replicas to write.')] }
    expect(judge(seen(refused, shared))[0]).toBe('Redis: non-conformant')
  })

  test('convicts a connection that fails, and an address that is nobody’s', () => {
    const failed: Visit = { host: '10.244.1.4', outcome: { kind: 'failed', reason: 'Connection refused' } }
    expect(judge(seen({ ...mine, visits: [failed] }, shared))[0]).toBe('data path: non-conformant')
    const strange = { ...mine, addresses: ['10.9.0.1'], visits: [answered('10.9.0.1', '10.9.0.1', 'OK')] }
    expect(judge(seen(strange, shared))[0]).toBe('node resolver: non-conformant')
  })

  test('is inconclusive where the client is lost, and where a name leads nowhere', () => {
    expect(judge({ kind: 'lost', client: 'client-0', reason: 'exec broke' })).toEqual([
      'data path: inconclusive',
      'data path: inconclusive',
    ])
    expect(judge(seen({ ...mine, addresses: [], visits: [] }, shared))[0]).toBe('node resolver: inconclusive')
  })
})

describe('judgeReachable', () => {
  const instance = { name: own, ...master }
  const run = 'run_id:b594d94f3331b2034e725ab1dae00f1a9cc79a3c'
  const judge = (...visits: readonly Visit[]) =>
    judgeReachable([seen({ name: own, addresses: ['10.244.1.4'], visits })], [instance]).map(
      ({ hop, verdict, observed }) => [`${hop}: ${verdict}`, observed],
    )

  test('is conformant where the Pod of the name answers PING and INFO', () => {
    expect(judge(answered(own, '10.244.1.4', 'PONG', 'redis_version:7.0.15', run))).toEqual([
      ['Redis: conformant', 'the name leads to redis-0: PONG'],
    ])
  })

  test('convicts a server that refuses, one that does not say who it is, and another Pod', () => {
    expect(judge(answered(own, '10.244.1.4', 'NOAUTH Authentication required.'))[0]?.[0]).toBe('Redis: non-conformant')
    expect(judge(answered(own, '10.244.1.4', 'PONG', 'NOPERM no INFO'))[0]?.[0]).toBe('Redis: non-conformant')
    expect(judge({ host: own, outcome: { kind: 'answered', replies: ['NOAUTH no'] } })[0]?.[0]).toBe(
      'Redis: non-conformant',
    )
    expect(judge(answered(own, '10.244.2.5', 'PONG', run))[0]).toEqual([
      'data path: non-conformant',
      'the name leads to 10.244.2.5, none of {redis-0}: PONG',
    ])
  })

  test('convicts a name without an address, and a client that reaches nobody', () => {
    expect(judgeReachable([seen({ name: own, addresses: [], visits: [] })], [instance])).toMatchObject([
      { hop: 'node resolver', verdict: 'non-conformant', observed: `${own} has no address` },
    ])
    expect(judge({ host: own, outcome: { kind: 'failed', reason: 'no answer within 3 s' } })).toEqual([
      ['data path: non-conformant', 'the name: no answer within 3 s'],
    ])
  })

  test('is inconclusive where the client is lost', () => {
    const lost: VisitSighting = { kind: 'lost', client: 'client-0', reason: 'exec broke' }
    expect(judgeReachable([lost], [instance])[0]?.verdict).toBe('inconclusive')
  })
})

describe('judgeReading', () => {
  const name = 'redis-1.redis.ns.svc.cluster.local'
  const counted = (...replies: readonly string[]): VisitSighting =>
    seen({
      name: own,
      addresses: ['10.244.1.4'],
      visits: replies.map((one) => answered(own, '10.244.1.4', one, '1', '2')),
    })
  const judge = (written: VisitSighting, ...visits: readonly Visit[]) =>
    judgeReading(written, seen({ name, addresses: ['10.244.2.5'], visits }), [{ ...replica, name }]).map(
      ({ hop, verdict }) => `${hop}: ${verdict}`,
    )

  test('is conformant where the name leads to the replica, which holds all that was counted, or more', () => {
    for (const said of ['4', '9'])
      expect(judge(counted('3', '4'), answered(name, '10.244.2.5', said))).toEqual(['Redis: conformant'])
  })

  test('convicts a replica that holds less, nothing, or refuses to say', () => {
    for (const said of ['3', '', 'MASTERDOWN Link with MASTER is down'])
      expect(judge(counted('4'), answered(name, '10.244.2.5', said)), said).toEqual(['Redis: non-conformant'])
  })

  test('convicts a name that leads to another Pod, and a connection that fails', () => {
    expect(judge(counted('4'), answered('10.9.9.9', '10.9.9.9', '4'))).toEqual(['node resolver: non-conformant'])
    const failed: Visit = { host: name, outcome: { kind: 'failed', reason: 'Connection refused' } }
    expect(judge(counted('4'), failed)).toEqual(['data path: non-conformant'])
  })

  test('convicts a name that leads nowhere', () => {
    const nowhere = seen({ name, addresses: [], visits: [] })
    expect(judgeReading(counted('4'), nowhere, [{ ...replica, name }])).toMatchObject([
      { hop: 'node resolver', verdict: 'non-conformant' },
    ])
  })

  test('is inconclusive where nothing was written, or nobody could look', () => {
    const lost: VisitSighting = { kind: 'lost', client: 'client-0', reason: 'exec broke' }
    const there = answered(name, '10.244.2.5', '4')
    for (const written of [counted('NOREPLICAS Not enough good replicas to write.'), counted(), lost])
      expect(judge(written, there)).toEqual(['Redis: inconclusive'])
    expect(judgeReading(counted('4'), lost, [{ ...replica, name }])).toMatchObject([{ verdict: 'inconclusive' }])
    expect(judgeReading(counted(), undefined, [{ ...replica, name }])).toMatchObject([{ verdict: 'inconclusive' }])
    expect([counted('3', '4'), counted('no'), lost].map(hasCounted)).toEqual([true, false, false])
  })
})
