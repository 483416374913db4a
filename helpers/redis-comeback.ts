import { messageOf } from './errors.ts'
import type { KubernetesApi } from './target/api.ts'
import { isForbidden } from './target/kubernetes-error.ts'
import { isReady, list, type Pod, pathOf, read } from './target/objects.ts'
import { type Seen, seen, unseen } from './target/seen.ts'
import { eventually, whenExpired } from './wait.ts'

/** Milliseconds that a Pod may take until its successor is Ready. */
const patience = 45_000
/**
 * Milliseconds that there may be none before a refusal is believed: a quota counts the old Pod until its controller has looked
 * again, and who creates Pods tries again by itself.
 */
const refusedFor = 10_000

/** Who a Pod is at one time. */
export interface PodIdentity {
  readonly uid: string
  readonly addresses: readonly string[]
}

/** What became of a Pod that was deleted: the one in its place, or why there is none. */
export interface Comeback {
  readonly pod: string
  readonly old: PodIdentity
  readonly now?: PodIdentity
  /** The API server's words where the Pod may not be created again. */
  readonly refusal?: string
  /** What was seen last where the Pod was not Ready in time. */
  readonly late?: string
}

/**
 * Deletes a Pod with its own grace period, and waits until the one that its controller makes in its place is Ready. Unseen
 * where we may not delete it. A refusal counts once there has been none for `lasting` ms.
 */
export async function comeBack(
  api: KubernetesApi,
  namespace: string,
  pod: string,
  lasting = refusedFor,
): Promise<Seen<Comeback>> {
  const old = await read(api, 'pods', namespace, pod)
  let gone: Pod
  try {
    gone = await api.send<Pod>(pathOf('pods', namespace, pod), { method: 'DELETE' })
  } catch (error) {
    if (isForbidden(error)) return unseen(messageOf(error))
    throw error
  }
  const grace = 1000 * (gone.metadata?.deletionGracePeriodSeconds ?? 0)
  // Events have whole seconds.
  const since = Date.parse(gone.metadata?.deletionTimestamp ?? '') - grace - 1000
  const about = { pod, old: identityOf(old) }
  let noneSince: number | undefined
  return eventually<Seen<Comeback>>(
    async () => {
      const now = (await list(api, 'pods', { namespace })).find((one) => one.metadata?.name === pod)
      const isNew = now !== undefined && now.metadata?.uid !== old.metadata?.uid
      if (isNew && isReady(now)) return { done: true, value: seen({ ...about, now: identityOf(now) }) }
      if (now !== undefined) return { done: false, saw: isNew ? 'it is not Ready' : 'the old one is still there' }
      noneSince ??= performance.now()
      if (performance.now() - noneSince < lasting) return { done: false, saw: 'there is none' }
      const refusal = await refusalSince(api, namespace, pod, since)
      return refusal === undefined
        ? { done: false, saw: 'there is none' }
        : { done: true, value: seen({ ...about, refusal }) }
    },
    { reason: `${pod} to be Ready again`, deadline: patience, interval: 100 },
  ).catch(whenExpired(({ message }) => seen({ ...about, late: message })))
}

function identityOf({ metadata, status }: Pod): PodIdentity {
  return { uid: metadata?.uid ?? '', addresses: (status?.podIPs ?? []).map((one) => one.ip ?? '') }
}

/** Why a controller was refused a Pod since then. Events only explain: those that may not be read tell nothing. */
async function refusalSince(
  api: KubernetesApi,
  namespace: string,
  pod: string,
  since: number,
): Promise<string | undefined> {
  const events = await list(api, 'events', { namespace, fields: 'reason=FailedCreate' }).catch(() => [])
  const own = events.find(({ message = '', lastTimestamp, eventTime }) => {
    const at = Date.parse(lastTimestamp ?? eventTime ?? '')
    return message.includes(pod) && /forbidden|denied/i.test(message) && at >= since
  })
  return own?.message
}
