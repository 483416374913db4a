import { expect, test } from 'vitest'
import { namespace, shown } from './fixture-sample.ts'
import type { TruthEntry } from './journal.ts'
import { canaryLabel } from './own.ts'
import { type Shown, truthOf } from './truth.ts'
import { UnseenChanges } from './unseen-changes.ts'

const zone = `${namespace}.svc.cluster.local`
const now = truthOf([shown()], 'cluster.local', 1000)

/** The fixture, whose slices of these Services have changed so often. */
function changed(times: Readonly<Record<string, number>> = {}): Shown[] {
  const seen = shown()
  const slices = seen.slices.map((one) => {
    const service = one.metadata?.labels?.['kubernetes.io/service-name'] ?? ''
    return { ...one, metadata: { ...one.metadata, uid: `uid-${service}`, generation: 1 + (times[service] ?? 0) } }
  })
  return [{ ...seen, slices }]
}

/** Names that have no endpoint between a look at the fixture and one at which slices have changed so often. */
function emptied(times: Readonly<Record<string, number>>, known = now): string[] | undefined {
  const unseen = new UnseenChanges()
  expect(unseen.between(changed(), undefined, known, 'cluster.local')).toEqual([])
  const [between] = unseen.between(changed(times), known, now, 'cluster.local')
  return between && Object.keys(between.addresses).filter((name) => between.addresses[name]?.length === 0)
}

/** The truth of a look at which the names of `up-kv` had other addresses than now. */
const elsewhere: TruthEntry = {
  ...now,
  addresses: { ...now.addresses, [`up-kv.${zone}`]: ['10.244.1.8', '10.244.1.9'], [`up-kv-0.up-kv.${zone}`]: [] },
}

test('a slice that changed and shows the same was another one meanwhile, for all names of its Service', () => {
  expect(emptied({ 'up-kv': 2 })).toEqual([`up-kv-0.up-kv.${zone}`, `up-kv.${zone}`])
  expect(emptied({ 'up-kv': 1 })).toEqual([`up-kv-0.up-kv.${zone}`, `up-kv.${zone}`])
})

test('of a slice that changed twice only the second change shows', () => {
  expect(emptied({ 'up-kv': 2 }, elsewhere)).toEqual([`up-kv-0.up-kv.${zone}`, `up-kv.${zone}`])
  expect(emptied({ 'up-kv': 1 }, elsewhere)).toBeUndefined()
})

test('what came and what went between two looks may have been there at once, for no other Service', () => {
  const unseen = new UnseenChanges()
  unseen.between(changed(), undefined, elsewhere, 'cluster.local')
  const [, either] = unseen.between(changed({ 'up-kv': 2 }), elsewhere, now, 'cluster.local')
  expect(either?.addresses).toEqual({
    ...now.addresses,
    [`up-kv.${zone}`]: ['10.244.1.8', '10.244.1.9'],
    [`up-kv-0.up-kv.${zone}`]: ['10.244.1.9'],
  })
})

test('a slice that is new at its first generation has not changed since; at a later one it has', () => {
  const others = changed().map((one) => ({ ...one, slices: one.slices.slice(0, -1) }))
  const from = (times: Readonly<Record<string, number>>): number => {
    const unseen = new UnseenChanges()
    unseen.between(others, undefined, elsewhere, 'cluster.local')
    return unseen.between(changed(times), elsewhere, now, 'cluster.local').length
  }
  expect([from({}), from({ 'up-kv': 1 })]).toEqual([0, 2])
})

test('nothing was otherwise where a Service has changed that is none of the fixture', () => {
  const unseen = new UnseenChanges()
  const [fixture] = changed()
  if (fixture === undefined) throw new Error('the sample has no set')
  const beside = (generation: number): Shown[] => {
    const services = ['up-canary-1', 'shop'].map((name) => ({
      metadata: { name, labels: name === 'shop' ? {} : { [canaryLabel]: name } },
      spec: { clusterIP: 'None' },
    }))
    const slices = services.map(({ metadata: { name } }) => ({
      metadata: { uid: `uid-${name}`, generation, labels: { 'kubernetes.io/service-name': name } },
    }))
    return [
      { ...fixture, services: [...fixture.services, ...services], slices: [...fixture.slices, ...slices] } as Shown,
    ]
  }
  expect(unseen.between(changed(), undefined, now, 'cluster.local')).toEqual([])
  expect(unseen.between(beside(1), now, now, 'cluster.local')).toEqual([])
  expect(unseen.between(beside(3), now, now, 'cluster.local')).toEqual([])
})

test('nothing was otherwise where nothing has changed, nor at an address that does not hang on endpoints', () => {
  expect(emptied({})).toBeUndefined()
  expect(emptied({ 'up-kv-any': 3 })).toBeUndefined()
})
