import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { asWritten, holds, inverseOf, type Patch } from './objects.ts'

/** RFC 7396, as the API server does it. */
function merged(target: unknown, patch: unknown): unknown {
  if (typeof patch !== 'object' || patch === null || Array.isArray(patch)) return patch
  const base = typeof target === 'object' && target !== null && !Array.isArray(target) ? target : {}
  const result: Record<string, unknown> = { ...base }
  for (const [key, value] of Object.entries(patch)) {
    if (value === null) delete result[key]
    else result[key] = merged(result[key], value)
  }
  return result
}

const leaf = fc.oneof(fc.integer(), fc.string(), fc.boolean(), fc.array(fc.integer(), { maxLength: 3 }))
const key = fc.constantFrom('a', 'b', 'c', 'd')
const { object } = fc.letrec<{ object: Record<string, unknown> }>((tie) => ({
  object: fc.dictionary(key, fc.oneof({ maxDepth: 3 }, leaf, tie('object')), { maxKeys: 3 }),
}))

describe('inverseOf', () => {
  test('takes back every merge patch', () => {
    fc.assert(
      fc.property(object, object, (before, change) => {
        const inverse = inverseOf(change as Patch, before)
        expect(merged(merged(before, change), inverse)).toEqual(before)
      }),
      { numRuns: 500 },
    )
  })

  test('removes what the patch has added', () => {
    expect(inverseOf({ spec: { replicas: 3, paused: true } }, { spec: { replicas: 2 } })).toEqual({
      spec: { replicas: 2, paused: null },
    })
    expect(inverseOf({ metadata: { labels: { app: null } } }, { metadata: { labels: { app: 'db' } } })).toEqual({
      metadata: { labels: { app: 'db' } },
    })
  })
})

describe('holds', () => {
  test('sees a patch in what it has made', () => {
    fc.assert(fc.property(object, object, (before, change) => holds(merged(before, change), change as Patch)))
  })

  test('does not see one that was not made', () => {
    expect(holds({ spec: { replicas: 2 } }, { spec: { replicas: 3 } })).toBe(false)
    expect(holds({ spec: { paused: true } }, { spec: { paused: null } })).toBe(false)
    expect(holds({ endpoints: null }, { endpoints: null })).toBe(true)
    expect(holds(undefined, { spec: { replicas: 3 } })).toBe(false)
  })
})

describe('asWritten', () => {
  test('leaves out what the API server has added', () => {
    const live = {
      apiVersion: 'v1',
      kind: 'Service',
      metadata: { name: 'web', namespace: 'ns', uid: 'u', resourceVersion: '7', labels: { app: 'web' } },
      spec: { clusterIP: 'None' },
      status: { loadBalancer: {} },
    }
    expect(asWritten(live)).toEqual({
      apiVersion: 'v1',
      kind: 'Service',
      metadata: { name: 'web', namespace: 'ns', labels: { app: 'web' } },
      spec: { clusterIP: 'None' },
    })
  })
})
