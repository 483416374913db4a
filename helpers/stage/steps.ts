import { randomUUID } from 'node:crypto'
import { isStatus } from '../target/kubernetes-error.ts'
import type { Standing } from '../target/pod-mark.ts'
import type { Hands } from './hands.ts'

/** A StatefulSet and the lowest ordinal of its Pods. */
export interface Counted {
  readonly set: string
  readonly first: number
}

/** The history of what only brings a set to where it is to start from. */
const name = 'staffed'

/** As many Pods as wanted, all Ready and to stay; of other uids than those in `gone`. */
export function standing(count: number, gone: readonly (string | undefined)[] = []): (pods: Standing) => boolean {
  return (pods) =>
    pods.size === count && [...pods.values()].every((one) => one.ready && !one.leaving && !gone.includes(one.uid))
}

/** Brings a set from whatever it has to so many Ready Pods, counted from where it is to count from. */
export async function staffed(hands: Hands, { set, first }: Counted, replicas: number): Promise<void> {
  await hands.watched(name, set, async (until) => {
    const spec = { replicas, minReadySeconds: 0, ordinals: { start: first } }
    await hands.merge('statefulsets', set, { spec })
    const names = Array.from({ length: replicas }, (_, index) => `${set}-${first + index}`)
    await until(
      `${names.join(', ') || 'no Pod'}`,
      (pods) => standing(replicas)(pods) && names.every((one) => pods.has(one)),
    )
  })
  if (!hands.hasWatched(name)) throw new Error(`${set} has not come to ${replicas} Ready Pods`)
}

/** Waits until the controller of a set has seen its last change: what it was to do at once it has done by then. */
export async function seenByController(hands: Hands, set: string): Promise<void> {
  await hands.untilSet('the controller to have seen the change', set, ({ metadata, status }) => {
    return status?.observedGeneration === metadata?.generation
  })
}

/** Waits until the controller of a set counts so many of its Pods as Ready: until then it goes by what it has heard before. */
export async function countedReady(hands: Hands, set: string, ready: number): Promise<void> {
  await hands.untilSet(`the controller to count ${ready} Ready Pods`, set, ({ status }) => {
    return (status?.readyReplicas ?? 0) === ready
  })
}

/** Fields of a spec that update the Pods from a place in the order on: all of them without one. */
export function partitioned(partition: number, more: object = {}): object {
  return { updateStrategy: { type: 'RollingUpdate', rollingUpdate: { partition, ...more } } }
}

/** Changes a StatefulSet by the first of these fields that the API server lets it change. */
export async function changedBy(hands: Hands, set: string, fields: readonly object[]): Promise<void> {
  for (const [index, some] of fields.entries()) {
    try {
      return await hands.merge('statefulsets', set, some)
    } catch (error) {
      if (!isStatus(error, 422) || index === fields.length - 1) throw error
    }
  }
}

/** Fields of a spec that make another template of it. */
export function stamped(): object {
  return { template: { metadata: { annotations: { 'rollcall.dev/stamp': `${Date.now()}` } } } }
}

/**
 * Fields of a spec by which Pods are bound to a node that there is not: they neither start nor end. Each time another one: the
 * garbage collector of Pods minds the name of a missing node, and 40 s after it first met it deletes whatever Pods it then finds
 * there, however young (pkg/controller/podgc). Whoever waits less than that sees no deletion but the set's own.
 */
export function nowhere(): object {
  return { template: { spec: { nodeName: `rollcall-nobody-${randomUUID().slice(0, 8)}` } } }
}

/** Replaces every Pod of a set that is not of its newest revision, or all where none is behind, and keeps the history. */
export async function updated(hands: Hands, counted: Counted, replicas: number): Promise<void> {
  const { set, first } = counted
  await staffed(hands, counted, replicas)
  const { status } = await hands.untilSet('the set to have a revision', set, (one) => one.status !== undefined)
  // What the partition has held back is an update already.
  const more = status?.currentRevision === status?.updateRevision ? stamped() : {}
  await hands.watched('update', set, async (until, before) => {
    await hands.merge('statefulsets', set, { spec: { ...partitioned(0), ...more } })
    await until('the last Pod to be replaced', standing(replicas, [before.get(`${set}-${first}`)?.uid]))
  })
}

/** From none to all: the second waits for the first to be available, and is kept apart from those after it. */
export async function scaledUp(
  hands: Hands,
  counted: Counted,
  replicas: number,
  minReadySeconds: number,
): Promise<void> {
  const { set } = counted
  await staffed(hands, counted, 0)
  await hands.watched('available', set, async (until) => {
    await hands.merge('statefulsets', set, { spec: { replicas: 2, minReadySeconds } })
    await until('two Ready Pods', standing(2))
  })
  await hands.watched('up', set, async (until) => {
    await hands.merge('statefulsets', set, { spec: { replicas, minReadySeconds: 0 } })
    await until('all to be Ready', standing(replicas))
  })
}

/** From all to the first alone, which is made to leave before, so that the others have to wait until it is back. */
export async function scaledDown(hands: Hands, counted: Counted, replicas: number): Promise<void> {
  const { set, first } = counted
  await staffed(hands, counted, replicas)
  await hands.watched('down', set, async (until) => {
    await hands.remove('pods', `${set}-${first}`)
    // Its controller counts only Pods that are to stay.
    await hands.untilSet('the controller to have seen that the first Pod leaves', set, ({ status }) => {
      return (status?.updatedReplicas ?? 0) < replicas
    })
    await hands.merge('statefulsets', set, { spec: { replicas: 1 } })
    await until('only the first Pod', standing(1))
  })
}

/** Updates the Pods from the partition on, and has the first, which is before it, made again. */
export async function updatedFrom(hands: Hands, counted: Counted, replicas: number, partition: number): Promise<void> {
  const { set, first } = counted
  await staffed(hands, counted, replicas)
  await hands.watched('partition', set, async (until, before) => {
    const [lowest, highest] = [`${set}-${first}`, `${set}-${first + replicas - 1}`]
    await hands.merge('statefulsets', set, { spec: { ...partitioned(partition), ...stamped() } })
    await until('the last Pod to be replaced', standing(replicas, [before.get(highest)?.uid]))
    await hands.remove('pods', lowest)
    await until('the first Pod to be back', standing(replicas, [before.get(lowest)?.uid]))
  })
}

/** Replaces all Pods, as many at a time as may be missing. */
export async function updatedAtOnce(hands: Hands, counted: Counted, replicas: number, most: number): Promise<void> {
  const { set } = counted
  await staffed(hands, counted, replicas)
  await hands.watched('several', set, async (until, before) => {
    await hands.merge('statefulsets', set, { spec: { ...partitioned(0, { maxUnavailable: most }), ...stamped() } })
    await until(
      'all Pods to be replaced',
      standing(
        replicas,
        [...before.values()].map(({ uid }) => uid),
      ),
    )
  })
}
