import { Problem } from './errors.ts'
import type { Hands } from './stage/hands.ts'
import type { Snapshot } from './stage/snapshot.ts'
import { isReady, type KubernetesObject, type Pod } from './target/objects.ts'
import { whenExpired } from './wait.ts'

/** Milliseconds that volumes may take to be made, or to follow their Pods to another node: clouds attach disks in minutes. */
const patience = 120_000
/** Milliseconds that Pods may take to be there or not, and their claims. */
const briefly = 30_000
const besides = ['statefulSets', 'claims'] as const
const looking = { besides, deadline: briefly } as const

/** Which Pods of a set there are to be. */
export interface Members {
  readonly ordinals: readonly number[]
  /** Whether they are to be Ready, too. */
  readonly ready?: boolean
  /** The uid of one that is not to be among them any more. */
  readonly gone?: string | undefined
}

/**
 * Applies StatefulSets as they are written, with two Pods each, once nothing is left of what they had before: neither Pods nor
 * claims. Returns what the API shows when the Pods are there, Ready where that is wanted, and a claim of each.
 */
export async function bornAnew(
  hands: Hands,
  sets: readonly KubernetesObject[],
  { ready = false }: Pick<Members, 'ready'> = {},
): Promise<Snapshot> {
  for (const { metadata } of sets) await hands.remove('statefulsets', metadata.name)
  const before = await hands.until('claims to be listed', () => true, looking)
  for (const claim of of(sets, before.claims)) await hands.remove('persistentvolumeclaims', claim.metadata?.name ?? '')
  const left = ({ pods, claims, statefulSets }: Snapshot): number =>
    of(sets, pods).length + of(sets, claims).length + of(sets, statefulSets).length
  const gone = (snapshot: Snapshot): boolean => left(snapshot) === 0
  await hands.until('what the sets had before to be gone', gone, { besides, deadline: patience })
  for (const set of sets) await hands.apply({ ...set, spec: { ...(set.spec as object), replicas: 2 } })
  for (const { metadata } of sets) await membersAre(hands, metadata.name, { ordinals: [0, 1], ready })
  return hands.until('a claim of each Pod', ({ claims }) => of(sets, claims).length >= 2 * sets.length, looking)
}

/**
 * Waits until just these Pods of a set are there, and none of them is leaving.
 * @throws Problem with the last warning of the namespace about them, which makes the requirement inconclusive.
 */
export async function membersAre(hands: Hands, set: string, wanted: Members): Promise<Snapshot> {
  const { ordinals, ready = false, gone } = wanted
  const names = ordinals.map((ordinal) => `${set}-${ordinal}`)
  const isIt = (pod: Pod | undefined): boolean =>
    pod !== undefined &&
    pod.metadata?.uid !== gone &&
    pod.metadata?.deletionTimestamp === undefined &&
    (isReady(pod) || !ready)
  const shows = ({ pods }: Snapshot): boolean => {
    const there = pods.filter(({ metadata }) => (metadata?.ownerReferences ?? []).some((one) => one.name === set))
    const named = names.map((name) => there.find((pod) => pod.metadata?.name === name))
    return there.length === names.length && named.every(isIt)
  }
  const which = names.length === 0 ? `no Pod of ${set}` : `${ready ? 'Ready ' : ''}${names.join(' and ')} alone`
  return hands.until(which, shows, { besides, deadline: ready ? patience : briefly }).catch(
    whenExpired(async ({ message }) => {
      const about = [...names, ...names.map((name) => `rollcall-${name}`), set]
      throw new Problem(`${message}${await hands.warningOf(about)}`)
    }),
  )
}

/** Of these objects, those that carry the label of one of the sets. */
function of<T extends { metadata?: { labels?: Record<string, string> } }>(
  sets: readonly KubernetesObject[],
  objects: readonly T[] | undefined,
): T[] {
  const labels = sets.map(({ metadata }) => metadata.labels?.app)
  return (objects ?? []).filter(({ metadata }) => labels.includes(metadata?.labels?.app))
}
