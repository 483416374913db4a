import type { Observation } from '../report/record.ts'
import type { Snapshot } from '../stage/snapshot.ts'
import type { StatefulSet } from '../target/objects.ts'
import { podsOfSet } from './identity.ts'

/** On a StatefulSet: its Pods and its revision when somebody last looked. Kept there, so that one look tells all. */
const noted = 'rollcall.dev/pods'

function setNamed(snapshot: Snapshot, name: string): StatefulSet {
  const set = snapshot.statefulSets?.find((one) => one.metadata?.name === name)
  if (set === undefined) throw new Error(`namespace ${snapshot.namespace} has no StatefulSet ${name}`)
  return set
}

/** Each Pod with its uid and how often its containers were started again. */
function podsText(snapshot: Snapshot, set: string): string {
  const texts = podsOfSet(snapshot, set).map(({ metadata, status }) => {
    const restarts = (status?.containerStatuses ?? []).reduce((sum, one) => sum + one.restartCount, 0)
    return `${metadata?.name} ${metadata?.uid} restarted ${restarts} times`
  })
  return texts.sort().join(', ')
}

function revisionText(snapshot: Snapshot, set: string): string {
  return `revision ${setNamed(snapshot, set).status?.updateRevision}`
}

/** The fields that note on a StatefulSet the Pods and the revision that it has now. */
export function notingPods(snapshot: Snapshot, set: string): object {
  const value = JSON.stringify([revisionText(snapshot, set), podsText(snapshot, set)])
  return { metadata: { annotations: { [noted]: value } } }
}

/**
 * Fields that change a StatefulSet, and not its template: another limit of its history than it has, or, for API servers that let
 * nobody change that (kubernetes#130263), another partition.
 */
export function otherThanTemplate(snapshot: Snapshot, set: string): readonly object[] {
  const { revisionHistoryLimit, updateStrategy } = setNamed(snapshot, set).spec ?? {}
  const partition = updateStrategy?.rollingUpdate?.partition === 1 ? 0 : 1
  return [
    { spec: { revisionHistoryLimit: revisionHistoryLimit === 5 ? 6 : 5 } },
    { spec: { updateStrategy: { type: 'RollingUpdate', rollingUpdate: { partition } } } },
  ]
}

/** Since they were noted, no Pod of the set has been replaced or started again, and it has no other revision. */
export function podsUntouched(snapshot: Snapshot, set: string): Observation[] {
  const text = setNamed(snapshot, set).metadata?.annotations?.[noted] ?? '[]'
  const before = JSON.parse(text) as string[]
  const about = { vantage: 'API', backend: `StatefulSet ${set}`, hop: 'pod' as const }
  if (before.length === 0)
    return [{ ...about, verdict: 'inconclusive', expected: 'Pods that were there before', observed: 'none was noted' }]
  return [revisionText(snapshot, set), podsText(snapshot, set)].map((observed, index): Observation => {
    const expected = before[index] ?? ''
    return { ...about, verdict: expected === observed ? 'conformant' : 'non-conformant', expected, observed }
  })
}
