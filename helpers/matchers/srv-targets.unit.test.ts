import { describe, expect, test } from 'vitest'
import type { DnsOutcome } from '../probes/dns/outcome.ts'
import { type Judgement, judge } from '../report/verdict.ts'
import type { Snapshot } from '../stage/snapshot.ts'
import {
  type Asking,
  addressRecord,
  answer,
  backendA,
  dashed,
  hashed,
  lost,
  podNamed,
  sightings,
  silence,
  srvRecord,
  zone,
} from './sightings-sample.ts'
import {
  foreignSlice,
  samplePod,
  samplePods,
  sampleService,
  sampleSnapshot,
  soundSnapshot,
  withEndpoints,
} from './snapshot-sample.ts'
import { srvEndpoints, srvIn } from './srv.ts'
import { srvTargets } from './srv-targets.ts'

/** Asks for the SRV records of a Service, follows every target for both families, and judges. */
function followed(snapshot: Snapshot, service: string, asking: Asking = {}): Judgement {
  const srv = sightings(snapshot, [{ name: `_http._tcp.${service}.${zone}`, type: 'SRV' }], asking)
  const targets = srv.flatMap(({ outcome }) => (outcome.kind === 'answer' ? srvIn(outcome.answer) : []))
  const names = [...new Set(targets.map((one) => one.target))]
  const questions = names.flatMap((name) => (['A', 'AAAA'] as const).map((type) => ({ name, type })))
  const resolved = sightings(snapshot, questions, asking)
  return judge(
    srvTargets(srv, resolved, {
      serviceName: `${service}.${zone}.`,
      endpoints: srvEndpoints(snapshot, service, 'http'),
    }),
  )
}

/** What is said of `db` where backend A gives these outcomes by name and type. */
function said(outcomes: Readonly<Record<string, DnsOutcome>>): Judgement {
  return followed(soundSnapshot, 'db', {
    instead: (_vantage, server, { name, type }) =>
      server === backendA ? outcomes[`${name.slice(0, -zone.length - 1)} ${type}`] : undefined,
  })
}

function srv(...targets: readonly string[]): DnsOutcome {
  return answer(targets.map((target) => srvRecord(`_http._tcp.db.${zone}`, target, 8080)))
}

const sound: Judgement = { verdict: 'conformant', reason: '' }
const expected = `expected _http._tcp.db.${zone} SRV: targets {db-0={10.244.1.7}, db-1={10.244.2.8}} below db.${zone}`
const liar = 'only backend dns-a (10.244.0.2) disagrees, at 3 of 3 vantages'

describe('srvTargets acquits', () => {
  test.for([
    ['dashed addresses', dashed],
    ['hashes, as kube-dns has them', hashed],
    ['names of pods (endpoint_pod_names)', podNamed],
  ] as const)('labels that are %s', ([, label]) => {
    expect([followed(soundSnapshot, 'web', { label }), followed(soundSnapshot, 'db', { label })]).toEqual([
      sound,
      sound,
    ])
  })

  test('both families of a pod, under a hostname, under one label and under two', () => {
    const pods = [
      samplePod({ name: 'web-a', app: 'web', addresses: ['10.244.1.5', 'fd00:10::5'] }),
      samplePod({
        name: 'db-0',
        app: 'db',
        addresses: ['10.244.1.7', 'fd00:10::7'],
        hostname: 'db-0',
        subdomain: 'db',
      }),
    ]
    const families = ['IPv4', 'IPv6'] as const
    const services = ['web', 'db'].map((name) => sampleService({ name, families }))
    const snapshot = sampleSnapshot(services, pods)
    const said = ['web', 'db'].flatMap((name) => [dashed, podNamed].map((label) => followed(snapshot, name, { label })))
    expect(said).toEqual([sound, sound, sound, sound])
  })

  test('IPv6 alone', () => {
    const pods = [samplePod({ name: 'web-a', app: 'web', addresses: ['fd00:10::5'] })]
    expect(followed(sampleSnapshot([sampleService({ name: 'web', families: ['IPv6'] })], pods), 'web')).toEqual(sound)
  })

  test('a hostname that endpoints share, also on different ports', () => {
    const shared = withEndpoints(soundSnapshot, 'db-ipv4', (all) => all.map((one) => ({ ...one, hostname: 'db' })))
    expect(followed(shared, 'db')).toEqual(sound)
    const slices = shared.slices.flatMap((slice) =>
      slice.endpoints.map((endpoint, index) => ({
        ...slice,
        ports: [{ name: 'http', port: 8080 + index }],
        endpoints: [endpoint],
      })),
    )
    expect(followed({ ...shared, slices }, 'db')).toEqual(sound)
  })

  test('a slice of somebody else that is served as it stands', () => {
    const foreign = { ...foreignSlice('web', '192.0.2.1'), ports: [{ name: 'http', port: 8080 }] }
    expect(followed({ ...soundSnapshot, slices: [...soundSnapshot.slices, foreign] }, 'web')).toEqual(sound)
  })

  test('hostnames in capitals in the API', () => {
    const loud = withEndpoints(soundSnapshot, 'db-ipv4', (all) =>
      all.map((one) => ({ ...one, hostname: String(one.hostname).toUpperCase() })),
    )
    const quiet = sightings(soundSnapshot, [{ name: `_http._tcp.db.${zone}`, type: 'SRV' }])
    const resolved = sightings(
      soundSnapshot,
      ['db-0', 'db-1'].map((label) => ({ name: `${label}.db.${zone}`, type: 'A' })),
    )
    const truth = { serviceName: `DB.${zone}`, endpoints: srvEndpoints(loud, 'db', 'http') }
    expect(judge(srvTargets(quiet, resolved, truth))).toEqual(sound)
  })
})

describe('srvTargets convicts', () => {
  test.for([
    [
      'a target that is missing',
      { '_http._tcp.db SRV': srv(`db-0.db.${zone}`) },
      'NOERROR without a target for {db-1}',
    ],
    [
      'NXDOMAIN',
      { '_http._tcp.db SRV': answer([], { rcode: 'NXDOMAIN' }) },
      'NXDOMAIN without a target for {db-0, db-1}',
    ],
    ['a target elsewhere', { '_http._tcp.db SRV': srv(`db-0.web.${zone}`) }, `target db-0.web.${zone}`],
    ['the root as target', { '_http._tcp.db SRV': srv('') }, 'target .'],
    ['a target below a target', { '_http._tcp.db SRV': srv(`a.db-0.db.${zone}`) }, `target a.db-0.db.${zone}`],
    [
      'hostnames that lead to each other',
      {
        'db-0.db A': answer([addressRecord(`db-0.db.${zone}`, '10.244.2.8')]),
        'db-1.db A': answer([addressRecord(`db-1.db.${zone}`, '10.244.1.7')]),
      },
      `NOERROR target db-0.db.${zone} resolves to {10.244.2.8}`,
    ],
    [
      'a target with a stale address beside its own',
      { 'db-0.db A': answer(['10.244.1.7', '10.244.9.9'].map((one) => addressRecord(`db-0.db.${zone}`, one))) },
      `NOERROR target db-0.db.${zone} resolves to {10.244.1.7, 10.244.9.9}`,
    ],
    [
      'a target that does not resolve',
      { 'db-1.db A': answer([], { rcode: 'NXDOMAIN' }) },
      `NOERROR target db-1.db.${zone} resolves to {}`,
    ],
    ['a target that is never answered', { 'db-1.db A': silence }, `target db-1.db.${zone}: no answer within 3 s`],
  ] as const)('the backend that gives %s', ([, outcomes, observed]) => {
    expect(said(outcomes)).toEqual({
      verdict: 'non-conformant',
      hop: 'DNS backend',
      reason: `DNS backend: ${expected}, observed ${observed} over TCP; ${liar}`,
    })
  })

  test('labels that stand for one endpoint twice', () => {
    const [first] = samplePods
    const snapshot = sampleSnapshot([sampleService({ name: 'web' })], first === undefined ? [] : [first])
    const twice = srv(`a.web.${zone}`, `b.web.${zone}`)
    const judgement = followed(snapshot, 'web', {
      instead: (_vantage, _server, { name, type }) => {
        if (type === 'SRV') return twice
        return type === 'A' ? answer([addressRecord(name, '10.244.1.5')]) : answer([])
      },
    })
    expect(judgement.reason).toContain(`observed NOERROR target b.web.${zone} resolves to {10.244.1.5} over TCP`)
  })
})

describe('srvTargets is inconclusive', () => {
  test('where the exec broke on the way to a target', () => {
    expect(said({ 'db-1.db A': lost }).verdict).toBe('inconclusive')
    expect(said({ '_http._tcp.db SRV': lost }).verdict).toBe('inconclusive')
  })

  test('where nobody asked for a target', () => {
    const seen = sightings(soundSnapshot, [{ name: `_http._tcp.db.${zone}`, type: 'SRV' }])
    const truth = { serviceName: `db.${zone}`, endpoints: srvEndpoints(soundSnapshot, 'db', 'http') }
    expect(judge(srvTargets(seen, [], truth))).toEqual({
      verdict: 'inconclusive',
      reason: `target db-0.db.${zone} was not asked for over TCP (9 of 9 observations inconclusive)`,
    })
  })
})
