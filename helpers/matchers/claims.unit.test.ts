import { describe, expect, test } from 'vitest'
import type { Snapshot } from '../stage/snapshot.ts'
import type { Claim, Pod } from '../target/objects.ts'
import {
  claimsGone,
  claimsKept,
  claimsNamed,
  knowsRetention,
  type MarkSighting,
  markOf,
  marksHeld,
  notingClaims,
  type Retention,
  retentionHeld,
} from './claims.ts'
import { samplePod, sampleService } from './snapshot-sample.ts'

const template = 'rollcall'
const names = ['rollcall-kept-0', 'rollcall-kept-1']

function claim(name: string, uid = `uid-${name}`, leaving = false): Claim {
  return { metadata: { name, uid, ...(leaving ? { deletionTimestamp: '2026-11-21T08:00:00Z' } : {}) } }
}

function podWith(name: string, claimName?: string): Pod {
  const pod = samplePod({ name, app: 'kept', addresses: ['10.244.1.7'] })
  const volume = claimName === undefined ? { emptyDir: {} } : { persistentVolumeClaim: { claimName } }
  return {
    ...pod,
    metadata: {
      ...pod.metadata,
      ownerReferences: [{ apiVersion: 'apps/v1', kind: 'StatefulSet', name: 'kept', uid: 'set-uid' }],
    },
    spec: { containers: [], volumes: [{ name: template, ...volume }] },
  }
}

const both = names.map((name) => claim(name))

/** Two Pods with their claims, as they were noted; what is told otherwise is what is there now. */
function snapshot(
  now: { claims?: readonly Claim[]; pods?: readonly Pod[]; noted?: boolean; retention?: Partial<Retention> } = {},
): Snapshot {
  const { claims = both, pods = names.map((name) => podWith(name.slice(9), name)), noted = true, retention } = now
  const bare = { namespace: 'ns', pods: [], services: [], slices: [], claims: both }
  const service = sampleService({ name: 'kept' })
  const note = noted ? (notingClaims(bare, names) as { metadata: object }).metadata : {}
  const set = {
    metadata: { name: 'kept', uid: 'set-uid' },
    spec: {
      selector: {},
      template: {},
      volumeClaimTemplates: [{ metadata: { name: template } }],
      ...(retention === undefined ? {} : { persistentVolumeClaimRetentionPolicy: retention }),
    },
  }
  return {
    ...bare,
    pods,
    claims,
    services: [{ ...service, metadata: { ...service.metadata, ...note } }],
    statefulSets: [set],
  }
}

const verdicts = (observations: readonly { verdict: string }[]): string[] => observations.map((one) => one.verdict)

describe('the claim of a Pod', () => {
  test('is named after template, set and ordinal', () => {
    expect(verdicts(claimsNamed(snapshot(), 'kept'))).toEqual(['conformant', 'conformant'])
  })

  test('is not that of another, nor none at all', () => {
    const pods = [podWith('kept-0', 'rollcall-kept-1'), podWith('kept-1')]
    expect(claimsNamed(snapshot({ pods }), 'kept')).toMatchObject([
      {
        verdict: 'non-conformant',
        hop: 'pod',
        expected: 'volume rollcall of claim rollcall-kept-0',
        observed: 'of rollcall-kept-1',
      },
      { verdict: 'non-conformant', observed: 'of no claim' },
    ])
  })
})

describe('a claim that was noted', () => {
  test('is kept while it is the same one', () => {
    expect(verdicts(claimsKept(snapshot(), 'kept', names))).toEqual(['conformant', 'conformant'])
    // Others in the namespace are nobody's concern, and a set that is scaled down has fewer Pods than claims.
    const more = snapshot({ claims: [...both, claim('data-theirs-0')], pods: [] })
    expect(verdicts(claimsKept(more, 'kept', names))).toEqual(['conformant', 'conformant'])
  })

  test('is lost when it is gone, being deleted, or another of its name', () => {
    const gone = snapshot({ claims: [claim('rollcall-kept-0', 'other')] })
    expect(claimsKept(gone, 'kept', names)).toMatchObject([
      { verdict: 'non-conformant', expected: 'claim uid-rollcall-kept-0', observed: 'claim other' },
      { verdict: 'non-conformant', observed: 'no claim' },
    ])
    const leaving = snapshot({ claims: [claim('rollcall-kept-0', undefined, true)] })
    expect(claimsKept(leaving, 'kept', ['rollcall-kept-0'])).toMatchObject([
      { verdict: 'non-conformant', observed: 'claim uid-rollcall-kept-0, which is being deleted' },
    ])
  })

  test('is gone once there is none of its name', () => {
    const [judged] = claimsGone(snapshot({ claims: [] }), 'kept', ['rollcall-kept-1'])
    expect(judged).toMatchObject({ verdict: 'conformant' })
    const left = claimsGone(snapshot(), 'kept', ['rollcall-kept-1'])
    expect(left).toMatchObject([{ verdict: 'non-conformant', observed: 'claim uid-rollcall-kept-1' }])
  })

  test('says nothing where it was never noted', () => {
    const never = snapshot({ noted: false, claims: [] })
    expect(verdicts([...claimsKept(never, 'kept', names), ...claimsGone(never, 'kept', names)])).toEqual(
      Array.from({ length: 4 }, () => 'inconclusive'),
    )
  })

  test('is missed loudly where the look has not asked for claims', () => {
    const { claims: _, ...without } = snapshot()
    expect(() => claimsKept(without, 'kept', names)).toThrow('the look has not asked for claims')
  })
})

describe('the mark in a volume', () => {
  const judged = (outcome: MarkSighting['outcome'], noted = true) =>
    marksHeld(snapshot({ noted }), 'kept', template, [{ pod: 'kept-0', outcome }])[0]

  test('is what the Pod wrote, which is the claim that it had then', () => {
    const text = markOf(snapshot(), 'kept-0', template)
    expect(text).toBe('rollcall-kept-0 uid-rollcall-kept-0')
    expect(judged({ kind: 'text', text })).toMatchObject({ verdict: 'conformant' })
  })

  test('is lost when there is no file, an empty one, or that of another Pod', () => {
    expect(judged({ kind: 'missing' })).toMatchObject({ verdict: 'non-conformant', observed: 'no such file' })
    expect(judged({ kind: 'text', text: '' })).toMatchObject({ observed: 'a file that says nothing' })
    const other = judged({ kind: 'text', text: markOf(snapshot(), 'kept-1', template) })
    expect(other).toMatchObject({ verdict: 'non-conformant', hop: 'pod', backend: 'kept-0' })
  })

  test('is not to be seen where exec broke, or nothing was noted', () => {
    expect(judged({ kind: 'lost', reason: 'the connection broke' })).toMatchObject({
      verdict: 'inconclusive',
      observed: 'the connection broke',
    })
    expect(judged({ kind: 'missing' }, false)).toMatchObject({ verdict: 'inconclusive' })
  })
})

describe('the retention policy', () => {
  const byDefault = { whenDeleted: 'Retain', whenScaled: 'Retain' }
  const pruning = { whenDeleted: 'Retain', whenScaled: 'Delete' }
  const judged = (retention: Partial<Retention> | undefined, wanted: Retention, version = 'v1.36.3') =>
    retentionHeld(snapshot(retention === undefined ? {} : { retention }), 'kept', wanted, version)

  test('is held as it was written, and what was not written retains', () => {
    expect(judged(pruning, pruning)).toMatchObject({ verdict: 'conformant' })
    expect(judged(byDefault, byDefault)).toMatchObject({ verdict: 'conformant' })
    expect(judged({ whenScaled: 'Delete' }, pruning)).toMatchObject({ verdict: 'conformant' })
    expect(judged(undefined, byDefault)).toMatchObject({ verdict: 'conformant' })
  })

  test('is not another one', () => {
    expect(judged({ ...byDefault, whenDeleted: 'Delete' }, byDefault)).toMatchObject({
      verdict: 'non-conformant',
      hop: 'pod',
      expected: 'whenDeleted Retain, whenScaled Retain',
      observed: 'whenDeleted Delete, whenScaled Retain',
    })
  })

  test('may be forgotten by a cluster whose feature gate is off, which there is none for since 1.32', () => {
    expect(judged(undefined, pruning, 'v1.31.4')).toMatchObject({ verdict: 'not-applicable' })
    expect(judged(undefined, pruning, 'v1.32.0')).toMatchObject({ verdict: 'non-conformant' })
  })

  test('is asked for since 1.27', () => {
    expect(['v1.26.9', 'v1.27.0', '1.36.3+k3s1', 'unheard of'].map(knowsRetention)).toEqual([false, true, true, true])
  })
})
