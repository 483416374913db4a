import { expect, test } from 'vitest'
import { judge } from '../report/verdict.ts'
import type { Snapshot } from '../stage/snapshot.ts'
import { samplePod } from './snapshot-sample.ts'
import { notingPods, otherThanTemplate, podsUntouched } from './untouched.ts'

const owner = { apiVersion: 'apps/v1', kind: 'StatefulSet', name: 'db', uid: 'set-uid' }

function snapshot(change: { uid?: string; restarts?: number; revision?: string; noted?: object } = {}): Snapshot {
  const { uid = 'one', restarts = 0, revision = 'db-a', noted } = change
  const pod = samplePod({ name: 'db-0', app: 'db', addresses: ['10.244.1.7'], uid })
  const set = {
    metadata: { name: 'db', uid: 'set-uid', ...(noted as { metadata?: object } | undefined)?.metadata },
    spec: { selector: {}, template: {}, serviceName: 'db' },
    status: { updateRevision: revision, replicas: 1 },
  }
  const container = { name: 'idle', image: 'i', imageID: '', ready: true, restartCount: restarts }
  const own = {
    ...pod,
    metadata: { ...pod.metadata, ownerReferences: [owner] },
    status: { ...pod.status, containerStatuses: [container] },
  }
  return { namespace: 'ns', pods: [own], services: [], slices: [], statefulSets: [set] }
}

const noted = notingPods(snapshot(), 'db')

test('Pods that are as they were noted are untouched', () => {
  expect(judge(podsUntouched(snapshot({ noted }), 'db')).verdict).toBe('conformant')
})

test('another Pod, a restart and another revision convict', () => {
  for (const change of [{ uid: 'two' }, { restarts: 1 }, { revision: 'db-b' }])
    expect(judge(podsUntouched(snapshot({ noted, ...change }), 'db')).verdict).toBe('non-conformant')
})

test('nothing is judged that was not noted', () => {
  expect(judge(podsUntouched(snapshot(), 'db')).verdict).toBe('inconclusive')
})

test('a set is changed whatever it has, or the controller would have nothing to look at', () => {
  const after = (spec: object): readonly object[] => {
    const seen = snapshot()
    const statefulSets = seen.statefulSets?.map((set) => ({ ...set, spec: { ...set.spec, ...spec } }))
    return otherThanTemplate({ ...seen, statefulSets } as Snapshot, 'db')
  }
  for (const limit of [undefined, 5, 6, 10]) {
    const [first] = after({ revisionHistoryLimit: limit })
    expect(first).not.toEqual({ spec: { revisionHistoryLimit: limit } })
  }
  for (const partition of [undefined, 0, 1, 2]) {
    const updateStrategy = { type: 'RollingUpdate', rollingUpdate: { partition } }
    expect(after({ updateStrategy })[1]).not.toEqual({ spec: { updateStrategy } })
  }
})
