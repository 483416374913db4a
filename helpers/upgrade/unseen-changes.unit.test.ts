import { expect, test } from 'vitest'
import { namespace, shown } from './fixture-sample.ts'
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
function emptied(times: Readonly<Record<string, number>>, same: boolean): string[] | undefined {
  const unseen = new UnseenChanges()
  expect(unseen.between(changed(), now, 'cluster.local', false)).toBeUndefined()
  const between = unseen.between(changed(times), now, 'cluster.local', same)
  return between && Object.keys(between.addresses).filter((name) => between.addresses[name]?.length === 0)
}

test('a slice that changed and shows the same was another one meanwhile, for all names of its Service', () => {
  expect(emptied({ 'up-kv': 2 }, true)).toEqual([`up-kv-0.up-kv.${zone}`, `up-kv.${zone}`])
  expect(emptied({ 'up-kv': 1 }, true)).toEqual([`up-kv-0.up-kv.${zone}`, `up-kv.${zone}`])
})

test('of a slice that changed twice only the second change shows', () => {
  expect(emptied({ 'up-kv': 2 }, false)).toEqual([`up-kv-0.up-kv.${zone}`, `up-kv.${zone}`])
  expect(emptied({ 'up-kv': 1 }, false)).toBeUndefined()
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
  expect(unseen.between(changed(), now, 'cluster.local', false)).toBeUndefined()
  expect(unseen.between(beside(1), now, 'cluster.local', true)).toBeUndefined()
  expect(unseen.between(beside(3), now, 'cluster.local', true)).toBeUndefined()
})

test('nothing was otherwise where nothing has changed, nor at an address that does not hang on endpoints', () => {
  expect(emptied({}, true)).toBeUndefined()
  expect(emptied({ 'up-kv-any': 3 }, true)).toBeUndefined()
})
