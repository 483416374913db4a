import { describe, expect, test } from 'vitest'
import { judge } from '../report/verdict.ts'
import { readyFollowsPods, servingFollowsPods, terminatingFollowsPods } from './conditions.ts'
import {
  foreignSlice,
  samplePod,
  sampleService,
  sampleSnapshot,
  soundSnapshot,
  withEndpoints,
} from './snapshot-sample.ts'

describe('readyFollowsPods', () => {
  const said = (ready: boolean | undefined, change: { ready?: boolean; terminating?: boolean } = {}) => {
    const pods = [samplePod({ name: 'web-a', app: 'web', addresses: ['10.244.1.5'], ...change })]
    const snapshot = sampleSnapshot([sampleService({ name: 'web' })], pods)
    const conditions = ready === undefined ? {} : { ready }
    return readyFollowsPods(
      withEndpoints(snapshot, 'web-ipv4', (all) => all.map((one) => ({ ...one, conditions }))),
      'web',
    ).map((one) => [one.verdict, one.expected, one.observed])
  }

  test('takes an absent condition for ready', () => {
    expect(said(undefined)).toEqual([['conformant', 'web-a ready: true', 'web-a ready: true']])
    expect(said(undefined, { ready: false })[0]?.[0]).toBe('non-conformant')
  })

  test('convicts readiness that the pod contradicts', () => {
    expect(said(false)).toEqual([['non-conformant', 'web-a ready: true', 'web-a ready: false']])
    expect(said(true, { ready: false })).toEqual([['non-conformant', 'web-a ready: false', 'web-a ready: true']])
    expect(said(true, { terminating: true })[0]?.[0]).toBe('non-conformant')
  })

  test('is inconclusive where no endpoint of a pod is in sight', () => {
    expect(judge(readyFollowsPods({ ...soundSnapshot, slices: [] }, 'web'))).toEqual({
      verdict: 'inconclusive',
      reason: 'no endpoint of a pod of web is in sight',
    })
  })
})

type Judge = typeof servingFollowsPods

function seen(
  judgeOne: Judge,
  conditions: Record<string, boolean> | undefined,
  pod: { ready?: boolean; terminating?: boolean } = {},
) {
  const pods = [samplePod({ name: 'web-a', app: 'web', addresses: ['10.244.1.5'], ...pod })]
  const snapshot = sampleSnapshot([sampleService({ name: 'web', publishNotReadyAddresses: true })], pods)
  const changed = withEndpoints(snapshot, 'web-ipv4', (all) =>
    all.map(({ conditions: _, ...one }) => (conditions === undefined ? one : { ...one, conditions })),
  )
  return judgeOne(changed, 'web').map((one) => [one.verdict, one.expected, one.observed])[0]
}

describe('servingFollowsPods', () => {
  test('wants the readiness of the pod, also while it is terminating or published regardless', () => {
    const expected = ['conformant', 'web-a serving: true', 'web-a serving: true']
    expect(seen(servingFollowsPods, { ready: true, serving: true })).toEqual(expected)
    expect(seen(servingFollowsPods, { ready: false, serving: true }, { terminating: true })).toEqual(expected)
    expect(seen(servingFollowsPods, { ready: true, serving: false }, { ready: false })?.[0]).toBe('conformant')
  })

  test('convicts what the pod contradicts', () => {
    expect(seen(servingFollowsPods, { ready: true, serving: false })).toEqual([
      'non-conformant',
      'web-a serving: true',
      'web-a serving: false',
    ])
    expect(seen(servingFollowsPods, { ready: true, serving: true }, { ready: false })?.[0]).toBe('non-conformant')
  })

  test('takes an absent condition from ready, and that for true where it is absent, too', () => {
    expect(seen(servingFollowsPods, { ready: false }, { ready: false })?.[0]).toBe('conformant')
    expect(seen(servingFollowsPods, undefined)?.[0]).toBe('conformant')
    expect(seen(servingFollowsPods, { ready: true }, { ready: false })?.[0]).toBe('non-conformant')
  })
})

describe('terminatingFollowsPods', () => {
  test('wants it exactly of a pod that is being deleted', () => {
    expect(seen(terminatingFollowsPods, { terminating: true }, { terminating: true })?.[0]).toBe('conformant')
    expect(seen(terminatingFollowsPods, { terminating: false }, { terminating: true })?.[0]).toBe('non-conformant')
    expect(seen(terminatingFollowsPods, { terminating: true })).toEqual([
      'non-conformant',
      'web-a terminating: false',
      'web-a terminating: true',
    ])
    expect(seen(terminatingFollowsPods, {})?.[0]).toBe('conformant')
  })
})

test('an address of nobody is no matter of conditions, and a Service without endpoints is not seen', () => {
  const slices = [...soundSnapshot.slices, foreignSlice('web', '192.0.2.1')]
  for (const judgeOne of [servingFollowsPods, terminatingFollowsPods]) {
    expect(judgeOne({ ...soundSnapshot, slices }, 'web')).toHaveLength(2)
    expect(judge(judgeOne({ ...soundSnapshot, slices: [] }, 'web')).verdict).toBe('inconclusive')
  }
})
