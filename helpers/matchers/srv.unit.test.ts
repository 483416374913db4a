import { describe, expect, test } from 'vitest'
import type { DnsOutcome } from '../probes/dns/outcome.ts'
import { judge } from '../report/verdict.ts'
import type { Snapshot } from '../stage/snapshot.ts'
import {
  answer,
  backendA,
  dashed,
  hashed,
  lost,
  podNamed,
  serve,
  sightings,
  srvRecord,
  zone,
} from './sightings-sample.ts'
import {
  foreignSlice,
  samplePod,
  sampleService,
  sampleSnapshot,
  soundSnapshot,
  withEndpoints,
} from './snapshot-sample.ts'
import { srvCounts, srvEndpoints, srvNames } from './srv.ts'

const name = `_http._tcp.db.${zone}`

/** The verdict where backend A alone gives `outcome`. */
function said(outcome: DnsOutcome | undefined, snapshot: Snapshot = soundSnapshot) {
  const seen = sightings(snapshot, [{ name, type: 'SRV' }], {
    instead: (_vantage, server) => (server === backendA ? outcome : undefined),
  })
  const { verdict, reason } = judge(srvCounts(seen, () => srvEndpoints(snapshot, 'db', 'http')))
  return [verdict, reason]
}

function targets(...labels: readonly string[]): DnsOutcome {
  return answer(labels.map((label) => srvRecord(name, `${label}.db.${zone}`, 8080)))
}

const dual = sampleSnapshot(
  [
    sampleService({ name: 'web', families: ['IPv4', 'IPv6'] }),
    sampleService({ name: 'db', families: ['IPv4', 'IPv6'] }),
  ],
  [
    samplePod({ name: 'web-a', app: 'web', addresses: ['10.244.1.5', 'fd00:10::5'] }),
    samplePod({ name: 'db-0', app: 'db', addresses: ['10.244.1.7', 'fd00:10::7'], hostname: 'db-0', subdomain: 'db' }),
  ],
)

describe('srvEndpoints', () => {
  test('counts one per hostname, whatever its families, and one per address without', () => {
    expect(srvEndpoints(dual, 'db', 'http')).toEqual([
      { hostname: 'db-0', addresses: ['10.244.1.7', 'fd00:10::7'], port: 8080 },
    ])
    expect(srvEndpoints(dual, 'web', 'admin')).toEqual([
      { pod: 'uid-web-a', addresses: ['10.244.1.5'], port: 8081 },
      { pod: 'uid-web-a', addresses: ['fd00:10::5'], port: 8081 },
    ])
  })

  test('joins endpoints that share a hostname, keeps their ports apart, and skips what is not ready', () => {
    const shared = withEndpoints(soundSnapshot, 'db-ipv4', (all) => all.map((one) => ({ ...one, hostname: 'db' })))
    expect(srvEndpoints(shared, 'db', 'http')).toEqual([
      { hostname: 'db', addresses: ['10.244.1.7', '10.244.2.8'], port: 8080 },
    ])
    const [, db] = shared.slices
    if (db === undefined) throw new Error('the sample lost its slice')
    const other = { ...db, ports: [{ name: 'http', port: 9090 }] }
    expect(srvEndpoints({ ...shared, slices: [db, other] }, 'db', 'http').map((one) => one.port)).toEqual([8080, 9090])
    const unready = withEndpoints(soundSnapshot, 'db-ipv4', (all) =>
      all.map((one) => ({ ...one, conditions: { ready: false } })),
    )
    expect(srvEndpoints(unready, 'db', 'http')).toEqual([])
  })

  test('has none for a port that no slice names, nor from a slice without ports', () => {
    const slices = [...soundSnapshot.slices, foreignSlice('db', '192.0.2.1')]
    expect(srvEndpoints(soundSnapshot, 'db', 'metrics')).toEqual([])
    expect(srvEndpoints({ ...soundSnapshot, slices }, 'db', 'http')).toHaveLength(2)
  })
})

describe('srvCounts', () => {
  test('acquits one record per endpoint and port', () => {
    expect(said(undefined)).toEqual(['conformant', ''])
  })

  test.for([
    ['one too few', targets('db-0'), 'NOERROR with 1 records, ports 8080'],
    ['one too many', targets('db-0', 'db-1', 'db-2'), 'NOERROR with 3 records, ports 8080 8080 8080'],
    ['NODATA', answer([]), 'NOERROR with 0 records'],
    ['NXDOMAIN', answer([], { rcode: 'NXDOMAIN' }), 'NXDOMAIN with 0 records'],
    [
      'another port',
      answer([srvRecord(name, `db-0.db.${zone}`, 8080), srvRecord(name, `db-1.db.${zone}`, 80)]),
      'NOERROR with 2 records, ports 80 8080',
    ],
    [
      'one record twice',
      targets('db-0', 'db-1', 'db-1'),
      `NOERROR with 2 records, ports 8080 8080, more than once {db-1.db.${zone}:8080}`,
    ],
  ] as const)('convicts the backend that gives %s', ([, outcome, observed]) => {
    expect(said(outcome)).toEqual([
      'non-conformant',
      `DNS backend: expected ${name} SRV: NOERROR with 2 records, ports 8080 8080, observed ${observed} over TCP; only backend dns-a (10.244.0.2) disagrees, at 3 of 3 vantages`,
    ])
  })

  test('counts records of one target and port once, whatever their weight', () => {
    const heavy = { ...srvRecord(name, `db-1.db.${zone}`, 8080), weight: 1 }
    const light = ['db-0', 'db-1'].map((label) => srvRecord(name, `${label}.db.${zone}`, 8080))
    expect(said(answer([...light, heavy]))).toEqual(['conformant', ''])
  })

  test('wants nothing where there is no endpoint, by NXDOMAIN or NODATA', () => {
    const empty = withEndpoints(soundSnapshot, 'db-ipv4', () => [])
    expect([said(answer([], { rcode: 'NXDOMAIN' }), empty), said(answer([]), empty)]).toEqual([
      ['conformant', ''],
      ['conformant', ''],
    ])
    expect(said(answer([], { rcode: 'SERVFAIL' }), empty)[0]).toBe('non-conformant')
    expect(said(targets('db-0'), empty)[0]).toBe('non-conformant')
  })

  test('is inconclusive over a broken exec', () => {
    expect(said(lost)[0]).toBe('inconclusive')
  })

  test.for([
    ['dashed addresses', dashed, 2],
    ['hashes', hashed, 2],
    ['the name of the pod, once for both families', podNamed, 1],
  ] as const)('acquits a dual-stack Service without hostnames whose labels are %s', ([, label, records]) => {
    const question = { name: `_http._tcp.web.${zone}`, type: 'SRV' } as const
    const served = serve(dual, question, label)
    expect(served.kind === 'answer' && served.answer.answers.length).toBe(records)
    const judged = srvCounts(sightings(dual, [question], { label }), () => srvEndpoints(dual, 'web', 'http'))
    expect(judge(judged)).toEqual({ verdict: 'conformant', reason: '' })
  })
})

describe('srvNames', () => {
  const judged = (outcome?: DnsOutcome) => {
    const seen = sightings(soundSnapshot, [{ name, type: 'SRV' }], {
      instead: (_vantage, server) => (server === backendA ? outcome : undefined),
    })
    return judge(srvNames(seen, `db.${zone}`, srvEndpoints(soundSnapshot, 'db', 'http')))
  }

  test('takes every endpoint once, in any case and order', () => {
    expect(judged().verdict).toBe('conformant')
    expect(judged(targets('DB-1', 'db-0')).verdict).toBe('conformant')
  })

  test.for([
    ['a Pod that has left in the place of one that is there', targets('db-0', 'db-2')],
    ['one that is missing', targets('db-0')],
    ['one too many', targets('db-0', 'db-1', 'db-2')],
    ['a name below another Service', answer([srvRecord(name, `db-0.other.${zone}`, 8080)])],
  ] as const)('convicts %s', ([, outcome]) => {
    const { verdict, hop } = judged(outcome)
    expect([verdict, hop]).toEqual(['non-conformant', 'DNS backend'])
  })

  test('decides nothing where nobody could ask', () => {
    expect(judged(lost).verdict).toBe('inconclusive')
  })
})
