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
    const pods = await list(api, 'pods', { namespace, signal: options.signal })
    const missing: string[] = []
    for (const object of objects) missing.push(...missingOf(object, await workload(api, object, namespace), pods))
    const impossible = pods.flatMap(hopelessOf)[0]
    if (impossible !== undefined) throw new Problem(`Fixture ${set} cannot become ready: ${impossible}.`)
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

const workloads: Readonly<Record<string, 'deployments' | 'statefulsets' | 'daemonsets'>> = {
  Deployment: 'deployments',
  StatefulSet: 'statefulsets',
  DaemonSet: 'daemonsets',
}

interface WorkloadStatus {
  readonly ready: number
  readonly wanted: number
  readonly current: boolean
}

async function workload(
  api: KubernetesApi,
  object: KubernetesObject,
  namespace: string,
): Promise<WorkloadStatus | undefined> {
  const resource = workloads[object.kind]
  if (resource === undefined) return undefined
  const name = object.metadata.name
  const found = (await list(api, resource, { namespace, fields: `metadata.name=${name}` }))[0]
  if (found === undefined) return { ready: 0, wanted: 1, current: false }
  const status = found.status as Record<string, number | undefined> | undefined
  const current = (status?.observedGeneration ?? 0) >= (found.metadata?.generation ?? 1)
  if (object.kind === 'DaemonSet') {
    const wanted = status?.desiredNumberScheduled ?? 0
    return { ready: status?.numberReady ?? 0, wanted: Math.max(wanted, 1), current }
  }
  const wanted = (found.spec as { replicas?: number } | undefined)?.replicas ?? 1
  return { ready: status?.readyReplicas ?? 0, wanted, current }
}

function missingOf(object: KubernetesObject, status: WorkloadStatus | undefined, pods: readonly Pod[]): string[] {
  const name = `${object.kind.toLowerCase()}/${object.metadata.name}`
  if (status !== undefined)
    return status.current && status.ready === status.wanted ? [] : [`${name} ${status.ready} of ${status.wanted} ready`]
  if (object.kind !== 'Pod') return []
  const pod = pods.find((one) => one.metadata?.name === object.metadata.name)
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
  if (pod.status?.phase === 'Failed') return [`pod ${name} failed (${pod.status.reason ?? pod.status.message ?? 'no reason'})`]
  const statuses = [...(pod.status?.initContainerStatuses ?? []), ...(pod.status?.containerStatuses ?? [])]
  return statuses.flatMap((one) => {
    const waiting = one.state?.waiting
    if (waiting?.reason === undefined || !hopeless.test(waiting.reason)) return []
    return [`pod ${name} on ${pod.spec?.nodeName}: container ${one.name} (image ${one.image}): ${waiting.message ?? waiting.reason}`]
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
