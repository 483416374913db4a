import { describe, expect, test } from 'vitest'
import type { Visit, VisitSighting } from '../probes/redis-visits.ts'
import { judgeSentinels, someAddress, watchBriefly } from './redis-sentinel.ts'

const master = 'independent-0.independent.ns.svc.cluster.local.'
const named = { pod: 'sentinel-0', name: 'sentinel-0.sentinel.ns.svc', addresses: ['10.244.1.4'], takesNames: true }
const plain = { pod: 'sentinel-1', name: 'sentinel-1.sentinel.ns.svc', addresses: ['10.244.2.5'], takesNames: false }
const refusal = 'ERR Invalid IP address or hostname specified'

/** What one Sentinel answered a client that dialled its name. */
function answered({ name, addresses }: typeof named, ...replies: readonly string[]): Visit {
  const [at = ''] = addresses
  return { host: name, outcome: { kind: 'answered', at, replies } }
}

function seen(...visits: readonly (readonly [typeof named, Visit])[]): VisitSighting {
  const names = visits.map(([{ name, addresses }, visit]) => ({ name, addresses, visits: [visit] }))
  return { kind: 'seen', client: 'independent-1', names }
}

const takes = [named, answered(named, 'OK', master, '6379', 'OK')] as const
const refuses = [plain, answered(plain, refusal, 'ERR No such master with that name')] as const
const takesAddress = [plain, answered(plain, 'OK', someAddress, '6379', 'OK')] as const

function judge(byName: VisitSighting, byAddress: VisitSighting = seen(takesAddress)): string[] {
  return judgeSentinels({ byName, byAddress }, [named, plain], master).map(({ hop, verdict }) => `${hop}: ${verdict}`)
}

describe('judgeSentinels', () => {
  test('is conformant where names are reported as they were given, and refused where nobody asked for them', () => {
    expect(judge(seen(takes, refuses))).toEqual(['Redis: conformant', 'Redis: conformant', 'Redis: conformant'])
  })

  test('convicts a Sentinel that reports an address, another name or port, or refuses the name', () => {
    for (const replies of [
      ['OK', '10.244.1.9', '6379', 'OK'],
      ['OK', 'independent-1.independent.ns.svc.cluster.local.', '6379', 'OK'],
      ['OK', master, '26379', 'OK'],
      [refusal, 'ERR No such master with that name'],
      [],
    ])
      expect(judge(seen([named, answered(named, ...replies)], refuses))[0], replies.join()).toBe(
        'Redis: non-conformant',
      )
  })

  test('quotes what the Sentinel has reported', () => {
    const visit = answered(named, 'OK', '10.244.1.9', '6379', 'OK')
    const [first] = judgeSentinels(
      { byName: seen([named, visit], refuses), byAddress: seen(takesAddress) },
      [named, plain],
      master,
    )
    expect(first?.observed).toBe('the name leads to sentinel-0: OK 10.244.1.9')
  })

  test('convicts a Sentinel that takes a name by default, and one that takes no address either', () => {
    const tookName = [plain, answered(plain, 'OK', '10.244.1.9', '6379', 'OK')] as const
    expect(judge(seen(takes, tookName))[1]).toBe('Redis: non-conformant')
    const tookNothing = [plain, answered(plain, refusal)] as const
    expect(judge(seen(takes, refuses), seen(tookNothing))[2]).toBe('Redis: non-conformant')
  })

  test('convicts a connection that ends at another Pod', () => {
    const astray: Visit = { host: named.name, outcome: { kind: 'answered', at: '10.244.2.5', replies: ['OK'] } }
    expect(judge(seen([named, astray], refuses))[0]).toBe('data path: non-conformant')
  })

  test('is inconclusive where the client is lost, and where the name of a Sentinel leads nowhere', () => {
    const lost: VisitSighting = { kind: 'lost', client: 'independent-1', reason: 'exec broke' }
    expect(judge(lost, lost)).toEqual(Array(3).fill('data path: inconclusive'))
    const nowhere: VisitSighting = {
      kind: 'seen',
      client: 'independent-1',
      names: [{ name: named.name, addresses: [], visits: [] }],
    }
    expect(judge(nowhere)[0]).toBe('node resolver: inconclusive')
  })
})

describe('watchBriefly', () => {
  test('leaves nothing behind, and gives one Sentinel too few votes for a failover', () => {
    expect(watchBriefly(master)).toEqual([
      `SENTINEL MONITOR KEY ${master} 6379 2`,
      'SENTINEL GET-MASTER-ADDR-BY-NAME KEY',
      'SENTINEL REMOVE KEY',
    ])
  })
})
