import { Problem } from '../errors.ts'
import type { KubernetesApi } from '../target/api.ts'
import { isReady, type KubernetesObject, list, type Pod } from '../target/objects.ts'
import { eventually, type Look, whenExpired } from '../wait.ts'
import { overlookingErrors } from './passing.ts'
import { lastWarning, Refusals } from './refusals.ts'
import { type DnsOutage, Stalls } from './stalls.ts'
import { UnreadyNodes } from './unready-nodes.ts'
import { isWorkload, podsOf, readWorkloads, type Workload, workloadKey } from './workloads.ts'

/**
 * On a Pod of a fixture that is never to become Ready: `running`, `ended` where its containers are to have ended, or
 * `pending` where it is enough that it is there.
 */
export const expectAnnotation = 'rollcall.dev/expect'

/** Waiting reasons that do not go away by themselves (pkg/kubelet/images, pkg/kubelet/container). */
const hopeless = /^(ImagePullBackOff|ErrImageNeverPull|InvalidImageName|CreateContainerConfigError|CrashLoopBackOff)$/

export interface ReadinessOptions {
  /** Milliseconds. */
  readonly deadline: number
  readonly signal?: AbortSignal | undefined
  readonly progress?: (line: string) => void
  /** Milliseconds that an init container may wait for a peer once every Pod of the set has its address; `nameComes` unless told. */
  readonly waitsFor?: number
  /** Knows why no name resolves, so that a wait for one ends early. */
  readonly outage?: DnsOutage
  /** Milliseconds that a node may have no place or no image for a Pod before it is gone without; 10,000 unless told. */
  readonly hinderedFor?: number
  /** Milliseconds that a workload may have no Pod at all while their creation is refused; 10,000 unless told. */
  readonly refusedFor?: number
}

/**
 * Waits until every workload of a staged set is as its manifest wants it.
 * @throws Problem naming the pod and the reason: at once when it cannot become Ready any more, else at the deadline.
 */
export async function awaitReady(
  api: KubernetesApi,
  set: string,
  namespace: string,
  objects: readonly KubernetesObject[],
  options: ReadinessOptions,
): Promise<void> {
  const refusals = new Refusals(api, namespace, options.refusedFor ?? 10_000)
  const unready = new UnreadyNodes(api, { signal: options.signal, patience: options.hinderedFor })
  const stalls = new Stalls(api, options.waitsFor, options.outage)
  const look = overlookingErrors(async (): Promise<Look<readonly string[]>> => {
    const [pods, workloads] = await Promise.all([
      list(api, 'pods', { namespace, signal: options.signal }),
      readWorkloads(api, namespace, objects, options.signal),
    ])
    const [impossible] = [
      ...objects.flatMap((object) =>
        ['ended', 'pending'].includes(expectedOf(object) ?? '') ? [] : hopelessAmong(object, podsOf(object, pods)),
      ),
      ...(await refusals.among(objects, pods, workloads)),
      // A Pod that never has an address would hide that all others have one.
      ...(await stalls.among(
        objects.flatMap((object) => (expectedOf(object) === 'pending' ? [] : podsOf(object, pods))),
      )),
    ]
    if (impossible !== undefined) throw new Problem(`Fixture ${set} cannot become ready: ${impossible}.`)
    const missing: string[] = []
    const without: string[] = []
    for (const object of objects) {
      const lost = object.kind === 'DaemonSet' ? await unready.under(podsOf(object, pods)) : []
      missing.push(...missingOf(object, workloads, pods, lost.length))
      without.push(...lost)
    }
    if (missing.length > 0) return { done: false, saw: missing.join(', ') }
    return { done: true, value: [...new Set(without)] }
  })
  const without = await eventually(look, { reason: `fixture ${set} to be ready`, interval: 200, ...options }).catch(
    whenExpired(async ({ message }) => {
      const names = objects.map((object) => object.metadata.name)
      throw new Problem(`Fixture ${set} did not become ready: ${message}${await lastWarning(api, namespace, names)}.`)
    }),
  )
  if (without.length > 0)
    options.progress?.(`fixture ${set} goes without ${without.join(', ')}, where none of its Pods can be ready`)
}

/** @param lost how many nodes cannot have a Pod that is ready; at least one has to. */
function missingOf(
  object: KubernetesObject,
  workloads: ReadonlyMap<string, Workload>,
  pods: readonly Pod[],
  lost: number,
): string[] {
  const name = `${object.kind.toLowerCase()}/${object.metadata.name}`
  if (object.kind === 'Pod') return missingPod(object, podsOf(object, pods)[0], name)
  if (!isWorkload(object)) return []
  // A workload that is not listed yet has nothing ready.
  const found = workloads.get(workloadKey(object))
  const status = found?.status ?? {}
  const isDaemonSet = object.kind === 'DaemonSet'
  const wanted = isDaemonSet ? Math.max((status.desiredNumberScheduled ?? 0) - lost, 1) : (found?.spec?.replicas ?? 1)
  const ready = (isDaemonSet ? status.numberReady : status.readyReplicas) ?? 0
  const current = (status.observedGeneration ?? 0) >= (found?.metadata?.generation ?? 1)
  if (isDaemonSet && current && status.desiredNumberScheduled === 0)
    return [`${name} not on any node: those of this cluster are virtual, not Linux or tainted by somebody else`]
  const enough = isDaemonSet ? ready >= wanted : ready === wanted
  return current && enough ? [] : [`${name} ${ready} of ${wanted} ready`]
}

function missingPod(object: KubernetesObject, pod: Pod | undefined, name: string): string[] {
  const phase = pod?.status?.phase ?? ''
  const expected = expectedOf(object)
  if (expected === 'running')
    return phase === 'Running' && pod?.status?.podIP !== undefined ? [] : [`${name} not running`]
  if (expected === 'ended') return ['Succeeded', 'Failed'].includes(phase) ? [] : [`${name} not ended`]
  if (expected === 'pending') return pod === undefined ? [`${name} not there`] : []
  return isReady(pod) ? [] : [`${name} not ready`]
}

function expectedOf(object: KubernetesObject): string | undefined {
  return (object.metadata.annotations as Record<string, string> | undefined)?.[expectAnnotation]
}

/**
 * What will not become Ready by itself. A DaemonSet makes Pods that failed anew, and an image that one node has can be had: what it
 * lacks on another may come.
 */
function hopelessAmong(object: KubernetesObject, pods: readonly Pod[]): string[] {
  if (object.kind !== 'DaemonSet') return pods.flatMap(hopelessOf)
  return pods.some(isReady) ? [] : pods.filter((pod) => pod.status?.phase !== 'Failed').flatMap(hopelessOf)
}

function hopelessOf(pod: Pod): string[] {
  const name = pod.metadata?.name ?? ''
  if (pod.status?.phase === 'Failed')
    return [`pod ${name} failed (${pod.status.reason ?? pod.status.message ?? 'no reason'})`]
  const statuses = [...(pod.status?.initContainerStatuses ?? []), ...(pod.status?.containerStatuses ?? [])]
  return statuses.flatMap((one) => {
    const waiting = one.state?.waiting
    if (waiting?.reason === undefined || !hopeless.test(waiting.reason)) return []
    const remedy =
      waiting.reason === 'ImagePullBackOff' ? '; name a registry that nodes can pull it from with --images-from' : ''
    const why = `${waiting.message ?? waiting.reason}${remedy}`
    return [`pod ${name} on ${pod.spec?.nodeName}: container ${one.name} (image ${one.image}): ${why}`]
  })
}
