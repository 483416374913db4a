import type { Observation, Verdict } from '../../report/record.ts'
import type { Snapshot } from '../../stage/snapshot.ts'
import type { RevisionBefore } from '../../upgrade/before.ts'
import type { Watched } from '../../upgrade/watched.ts'
import { podsOfSet } from '../identity.ts'
import { nameOf } from '../placed.ts'
import { type Fate, fateOf } from './fates.ts'

const verdicts: Readonly<Record<Fate['fate'], Verdict>> = {
  same: 'conformant',
  'changed legitimately': 'conformant',
  regressed: 'non-conformant',
  unknown: 'inconclusive',
  unseen: 'not-applicable',
}

/** What became of every Pod of a StatefulSet. */
export function fatesOfSet(before: Snapshot, now: Snapshot, set: string, watched: Watched | undefined): Fate[] {
  return podsOfSet(before, set).map((pod) => fateOf(pod, now, watched))
}

/**
 * Decides up.no-restart: without a change of what the set is to be there is no new revision of it, and a Pod is replaced or started
 * again only for what happened to its node.
 */
export function unrestarted(
  before: Snapshot,
  now: Snapshot,
  set: string,
  { revisions, watched }: { revisions: readonly RevisionBefore[]; watched: Watched | undefined },
): Observation[] {
  const revised = revisionKept(before, now, set, revisions)
  return [
    revised,
    ...fatesOfSet(before, now, set, watched).map(({ pod, was, is, fate, why }): Observation => {
      // Who made a new revision has replaced the Pods, whatever happened to their nodes meanwhile.
      const verdict = revised.verdict === 'non-conformant' && fate !== 'same' ? 'non-conformant' : verdicts[fate]
      const observed = fate === 'same' ? is : `${is}; ${fate}: ${why}`
      return { vantage: 'API', backend: pod, hop: 'pod', verdict, expected: was, observed }
    }),
  ]
}

function revisionKept(before: Snapshot, now: Snapshot, set: string, revisions: readonly RevisionBefore[]): Observation {
  const of = ({ statefulSets }: Snapshot) => statefulSets?.find((one) => nameOf(one) === set)
  const [was, is] = [of(before), of(now)]
  const known = revisions.filter((one) => one.set === set).toSorted((a, b) => b.revision - a.revision)
  const expected = `revision ${was?.status?.updateRevision ?? known[0]?.name ?? 'not told'}`
  const observed = is === undefined ? 'no such StatefulSet' : `revision ${is.status?.updateRevision ?? 'not told'}`
  const about = { vantage: 'API', backend: `StatefulSet ${set}`, hop: 'pod', expected, observed } as const
  if (expected === observed) return { ...about, verdict: 'conformant' }
  // The fixture is ours alone: whoever changes it on the way makes it roll without being asked to.
  const [from, to] = [was?.metadata?.generation, is?.metadata?.generation]
  const changed = is === undefined || from === to ? '' : `, and somebody has changed it (generation ${from} to ${to})`
  return { ...about, verdict: 'non-conformant', observed: `${observed}${changed}` }
}
