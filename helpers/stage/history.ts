import { messageOf } from '../errors.ts'
import type { KubernetesApi } from '../target/api.ts'
import { KubernetesError } from '../target/kubernetes-error.ts'
import { list, type Pod, pathOf } from '../target/objects.ts'
import { follow, markOf, type PodMark, type Standing, textOf } from '../target/pod-mark.ts'
import { watch } from '../target/watch.ts'

/** What happened to the Pods of one set while something was done, without a gap. Plain JSON. */
export interface History {
  readonly before: readonly PodMark[]
  readonly events: readonly PodMark[]
  /** Why the end of it is missing. */
  readonly trouble?: string
  /** What the API server has said to the controller that was to create a Pod: a quota or a policy is no fault of it. */
  readonly refused?: string
  /** Why there is none: we may not watch. */
  readonly refusal?: string
}

/** Waits until the Pods are as wanted, and tells those that are there then. */
export type Until = (
  reason: string,
  shows: (standing: Standing, events: readonly PodMark[]) => boolean,
) => Promise<Standing>

export interface HistoryOptions {
  readonly namespace: string
  /** The StatefulSet whose Pods are concerned, by their names. */
  readonly set: string
  /** Milliseconds that each wait may take. */
  readonly patience: number
  readonly signal: AbortSignal
}

/** A wait of a deed has come to its deadline. */
class Unseen extends Error {}

/** What is done while somebody watches; it is told which Pods were there before. */
export type Deed = (until: Until, before: Standing) => Promise<void>

/** Does something, and keeps what happens to the Pods of a set from before it until it is done. */
export async function keepHistory(
  api: KubernetesApi,
  { namespace, set, patience, signal }: HistoryOptions,
  deed: Deed,
): Promise<History> {
  const began = performance.now()
  const over = new AbortController()
  const either = AbortSignal.any([signal, over.signal])
  const { metadata, items } = await api.send<{ metadata: { resourceVersion: string }; items: Pod[] }>(
    pathOf('pods', namespace),
    { signal },
  )
  const isOwn = new RegExp(`^${set}-\\d+$`)
  const marked = (type: PodMark['type'], pod: Pod): PodMark => markOf(type, pod, Math.round(performance.now() - began))
  const before = items.filter((pod) => isOwn.test(pod.metadata?.name ?? '')).map((pod) => marked('ADDED', pod))
  const standing = new Map(before.map((one) => [one.name, one]))
  const events: PodMark[] = []
  let look = (): void => {}
  const watching = watch(api, 'pods', {
    namespace,
    since: metadata.resourceVersion,
    signal: either,
    told: ({ type, object }) => {
      if (!isOwn.test(object.metadata?.name ?? '')) return
      const mark = marked(type, object)
      events.push(mark)
      follow(standing, mark)
      look()
    },
  })
  const until: Until = (reason, shows) =>
    new Promise((resolve, reject) => {
      const late = setTimeout(() => {
        const saw = [...standing.values()].map(textOf).join(', ') || 'no Pod'
        reject(new Unseen(`waited ${patience / 1000} s for ${reason}; last seen: ${saw}`))
      }, patience)
      const abort = (): void => reject(signal.reason as Error)
      signal.addEventListener('abort', abort, { once: true })
      look = () => {
        if (!shows(standing, events)) return
        clearTimeout(late)
        signal.removeEventListener('abort', abort)
        look = () => {}
        resolve(new Map(standing))
      }
      look()
    })
  const lost = watching.then(() => new Promise<never>(() => {}))
  try {
    await Promise.race([deed(until, new Map(standing)), lost])
    return { before, events }
  } catch (error) {
    if (error instanceof KubernetesError && error.status === 403 && error.message.includes('watch'))
      return { before, events, refusal: messageOf(error) }
    if (!(error instanceof Unseen) && (error as Error).name !== 'WatchLost') throw error
    const refused = await lastRefusal(api, namespace, set, metadata.resourceVersion)
    return { before, events, trouble: messageOf(error), ...(refused === undefined ? {} : { refused }) }
  } finally {
    over.abort()
  }
}

/** Why the controller could not create a Pod of a set since a version; undefined where it could, or we may not know. */
async function lastRefusal(
  api: KubernetesApi,
  namespace: string,
  set: string,
  since: string,
): Promise<string | undefined> {
  const fields = `involvedObject.name=${set},reason=FailedCreate`
  const events = await list(api, 'events', { namespace, fields }).catch(() => [])
  const recent = events.filter(({ metadata }) => Number(metadata.resourceVersion) > Number(since))
  return recent.at(-1)?.message
}
