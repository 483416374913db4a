import { Problem } from '../errors.ts'
import type { KubernetesApi } from '../target/api.ts'
import { type Event, type KubernetesObject, list, type Pod } from '../target/objects.ts'
import { eventually, type Look, WaitExpired } from '../wait.ts'

/** On a Pod of a fixture: `running` where it is never to become Ready. */
export const expectAnnotation = 'rollcall.dev/expect'

/** Waiting reasons that do not go away by themselves (pkg/kubelet/images, pkg/kubelet/container). */
const hopeless = /^(ImagePullBackOff|ErrImageNeverPull|InvalidImageName|CreateContainerConfigError|CrashLoopBackOff)$/

export interface ReadinessOptions {
  /** Milliseconds. */
  readonly deadline: number
  readonly signal?: AbortSignal | undefined
  readonly progress?: (line: string) => void
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
  const look = async (): Promise<Look<undefined>> => {
    const where = { namespace, signal: options.signal }
    const [pods, ...lists] = await Promise.all([
      list(api, 'pods', where),
      ...kindsOf(objects).map((kind) => list(api, kind, where)),
    ])
    const workloads = lists.flat() as unknown as Workload[]
    const impossible = objects.flatMap((object) => podsOf(object, pods)).flatMap(hopelessOf)[0]
    if (impossible !== undefined) throw new Problem(`Fixture ${set} cannot become ready: ${impossible}.`)
    const missing = objects.flatMap((object) => missingOf(object, workloads, pods))
    return missing.length === 0 ? { done: true, value: undefined } : { done: false, saw: missing.join(', ') }
  }
  try {
    await eventually(look, { reason: `fixture ${set} to be ready`, interval: 200, ...options })
  } catch (error) {
    if (!(error instanceof WaitExpired)) throw error
    const events = await warnings(api, namespace)
    throw new Problem(`Fixture ${set} did not become ready: ${error.message}${events}.`, { cause: error })
  }
}

const resources: Readonly<Record<string, 'deployments' | 'statefulsets' | 'daemonsets'>> = {
  Deployment: 'deployments',
  StatefulSet: 'statefulsets',
  DaemonSet: 'daemonsets',
}

/** What the three kinds of workloads have in common. */
interface Workload {
  readonly metadata?: { readonly name?: string; readonly generation?: number }
  readonly spec?: { readonly replicas?: number; readonly selector?: unknown }
  readonly status?: Readonly<Record<string, number | undefined>>
}

function kindsOf(objects: readonly KubernetesObject[]): ('deployments' | 'statefulsets' | 'daemonsets')[] {
  return [...new Set(objects.flatMap((object) => resources[object.kind] ?? []))]
}

/** The pods that an object of the fixture makes: other pods of a shared namespace are none of our business. */
function podsOf(object: KubernetesObject, pods: readonly Pod[]): Pod[] {
  if (object.kind === 'Pod') return pods.filter((pod) => pod.metadata?.name === object.metadata.name)
  const selector = (object.spec as { selector?: { matchLabels?: Record<string, string> } } | undefined)?.selector
    ?.matchLabels
  if (resources[object.kind] === undefined || selector === undefined) return []
  return pods.filter((pod) => Object.entries(selector).every(([key, value]) => pod.metadata?.labels?.[key] === value))
}

function missingOf(object: KubernetesObject, workloads: readonly Workload[], pods: readonly Pod[]): string[] {
  const name = `${object.kind.toLowerCase()}/${object.metadata.name}`
  if (object.kind === 'Pod') return missingPod(object, podsOf(object, pods)[0], name)
  if (resources[object.kind] === undefined) return []
  // Names are unique in a fixture; a workload that is not listed yet has nothing ready.
  const found = workloads.find((one) => one.metadata?.name === object.metadata.name)
  const status = found?.status ?? {}
  const wanted =
    object.kind === 'DaemonSet' ? Math.max(status.desiredNumberScheduled ?? 0, 1) : (found?.spec?.replicas ?? 1)
  const ready = (object.kind === 'DaemonSet' ? status.numberReady : status.readyReplicas) ?? 0
  const current = (status.observedGeneration ?? 0) >= (found?.metadata?.generation ?? 1)
  return current && ready === wanted ? [] : [`${name} ${ready} of ${wanted} ready`]
}

function missingPod(object: KubernetesObject, pod: Pod | undefined, name: string): string[] {
  const annotations = object.metadata.annotations as Record<string, string> | undefined
  if (annotations?.[expectAnnotation] === 'running')
    return pod?.status?.phase === 'Running' && pod.status.podIP !== undefined ? [] : [`${name} not running`]
  return isReady(pod) ? [] : [`${name} not ready`]
}

/** The pod's Ready condition. */
export function isReady(pod: Pod | undefined): boolean {
  return (pod?.status?.conditions ?? []).some((one) => one.type === 'Ready' && one.status === 'True')
}

function hopelessOf(pod: Pod): string[] {
  const name = pod.metadata?.name ?? ''
  if (pod.status?.phase === 'Failed')
    return [`pod ${name} failed (${pod.status.reason ?? pod.status.message ?? 'no reason'})`]
  const statuses = [...(pod.status?.initContainerStatuses ?? []), ...(pod.status?.containerStatuses ?? [])]
  return statuses.flatMap((one) => {
    const waiting = one.state?.waiting
    if (waiting?.reason === undefined || !hopeless.test(waiting.reason)) return []
    return [
      `pod ${name} on ${pod.spec?.nodeName}: container ${one.name} (image ${one.image}): ${waiting.message ?? waiting.reason}`,
    ]
  })
}

async function warnings(api: KubernetesApi, namespace: string): Promise<string> {
  try {
    const events = await list(api, 'events', { namespace, fields: 'type=Warning' })
    const last = events.sort((a, b) => timeOf(b).localeCompare(timeOf(a)))[0]
    return last === undefined ? '' : `; last warning: ${last.involvedObject?.name}: ${last.message}`
  } catch {
    // Events only add colour to a failure that is reported anyway.
    return ''
  }
}

function timeOf(event: Event): string {
  return event.lastTimestamp ?? event.eventTime ?? event.metadata?.creationTimestamp ?? ''
}
