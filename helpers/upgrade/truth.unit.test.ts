import { describe, expect, test } from 'vitest'
import { namespace, pod, service, shown, slice, zone } from './fixture-sample.ts'
import { canaryLabel } from './own.ts'
import { fixtureEvents, sameTruth, truthOf } from './truth.ts'

const truth = (...some: ReturnType<typeof shown>[]) => truthOf(some.length > 0 ? some : [shown()], 'cluster.local', 7)

describe('the truth', () => {
  test('is the ready endpoints of headless Services, of names below them, and the addresses of others', () => {
    expect(truth().addresses).toEqual({
      [`up-web.${zone}`]: ['10.96.0.5'],
      [`up-web-headless.${zone}`]: ['10.244.1.1', '10.244.2.1'],
      [`up-kv.${zone}`]: ['10.244.1.9'],
      [`up-kv-0.up-kv.${zone}`]: ['10.244.1.9'],
      [`up-kv-any.${zone}`]: ['10.96.0.6'],
    })
  })

  test('joins the slices of a Service, of both families, and takes nothing said of readiness for ready', () => {
    const one = { ...shown(), services: [service('up-hand', undefined)] }
    const slices = [
      slice('up-hand', [
        { addresses: ['192.0.2.31'], hostname: 'first', conditions: { ready: true } },
        { addresses: ['192.0.2.32'], hostname: 'second' },
        { addresses: ['192.0.2.33'], hostname: 'third', conditions: { ready: false } },
      ]),
      slice('up-hand', [{ addresses: ['2001:db8::1'], hostname: 'first' }], 'IPv6', '6'),
      slice('up-hand', [{ addresses: ['elsewhere.test'] }], 'FQDN', 'f'),
      slice('up-other', [{ addresses: ['192.0.2.99'] }]),
    ]
    expect(truth({ ...one, slices }).addresses).toEqual({
      [`up-hand.${zone}`]: ['192.0.2.31', '192.0.2.32', '2001:db8::1'],
      [`first.up-hand.${zone}`]: ['192.0.2.31', '2001:db8::1'],
      [`second.up-hand.${zone}`]: ['192.0.2.32'],
    })
  })

  test('tells a name that has no address now, where it is asked for', () => {
    const name = `up-db-1.up-db.${zone}`
    expect(truthOf([shown()], 'cluster.local', 7, [name]).addresses).toHaveProperty([name], [])
  })

  test('tells of each Pod where it is and how it is', () => {
    const pods = [pod('up-kv-0', 'rollcall-up-kv', '', { ready: false, restarts: 3, leaving: true, node: '' })]
    expect(truth({ ...shown(), pods }).pods).toEqual([
      { name: 'up-kv-0', uid: 'uid-up-kv-0', node: '', address: '', ready: false, restarts: 3, terminating: true },
    ])
  })

  test('tells who takes a Pod away', () => {
    const disrupted = (status: string): unknown[] =>
      truth({
        ...shown(),
        pods: [
          {
            ...pod('up-kv-0', 'rollcall-up-kv', ''),
            status: { conditions: [{ type: 'DisruptionTarget', status, reason: 'EvictionByEvictionAPI' }] },
          },
        ],
      }).pods.map((one) => one.disruption)
    expect([disrupted('True'), disrupted('False')]).toEqual([['EvictionByEvictionAPI'], [undefined]])
  })

  test('leaves out canaries, and what of a namespace is not ours', () => {
    const labels = { [canaryLabel]: 'up-canary-1' }
    const one = shown()
    const more = {
      ...one,
      pods: [
        ...one.pods,
        pod('up-canary-1', 'rollcall-up-canary-1', '10.244.1.77', { labels }),
        pod('theirs', 'shop', '10.244.1.78'),
      ],
      services: [
        ...one.services,
        { ...service('up-canary-1', 'x'), metadata: { name: 'up-canary-1', labels } },
        service('shop', 'shop'),
      ],
    }
    expect(sameTruth(truth(more), truth(one))).toBe(true)
  })

  test('is the same whenever it is told, and in whichever order the API lists', () => {
    const one = shown()
    const reversed = {
      ...one,
      pods: one.pods.toReversed(),
      services: one.services.toReversed(),
      slices: one.slices.toReversed(),
    }
    expect(sameTruth(truth(one), { ...truth(reversed), at: 99 })).toBe(true)
    expect(sameTruth(truth(one), truth({ ...one, pods: [] }))).toBe(false)
  })

  test('is that of all namespaces', () => {
    const other = {
      ...shown(),
      namespace: 'other',
      services: [service('up-db', 'x', '10.96.9.9')],
      pods: [],
      slices: [],
    }
    expect(Object.keys(truth(shown(), other).addresses)).toContain('up-db.other.svc.cluster.local')
    expect(namespace).not.toBe('other')
  })
})

describe('events of the fixture', () => {
  const changed = (...pods: ReturnType<typeof pod>[]) => truth({ ...shown(), pods })
  const kv = (more: Parameters<typeof pod>[3] = {}, address = '10.244.1.9') =>
    pod('up-kv-0', 'rollcall-up-kv', address, more)

  test.each<[string, ReturnType<typeof pod>[], ReturnType<typeof pod>[], string[]]>([
    ['nothing', [kv()], [kv()], []],
    ['gone', [kv()], [], ['Pod gone']],
    ['come', [], [kv()], ['Pod on node-a']],
    ['replaced', [kv()], [kv({ uid: 'other', node: 'node-b' })], ['Pod replaced, node-a → node-b']],
    ['replaced, not placed yet', [kv()], [kv({ uid: 'other', node: '' })], ['Pod replaced, node-a → no node']],
    ['restarted', [kv()], [kv({ restarts: 1, ready: false })], ['Pod restarted, 0 → 1 times', 'Pod not Ready']],
    ['ready', [kv({ ready: false })], [kv()], ['Pod Ready']],
    ['leaving', [kv()], [kv({ leaving: true })], ['Pod terminating']],
    ['moved', [kv()], [kv({}, '10.244.1.10')], ['Pod at 10.244.1.9 → 10.244.1.10']],
  ])('tell what has happened to a Pod: %s', (_, before, after, texts) => {
    const events = fixtureEvents(changed(...before), { ...changed(...after), at: 8 })
    expect(events).toEqual(texts.map((text) => ({ kind: 'event', at: 8, of: 'fixture', subject: 'up-kv-0', text })))
  })
})
