import type { KubernetesApi } from '../target/api.ts'
import { type KubernetesObject, list, type Pod } from '../target/objects.ts'

const resources: Readonly<Record<string, 'deployments' | 'statefulsets' | 'daemonsets'>> = {
  Deployment: 'deployments',
  StatefulSet: 'statefulsets',
  DaemonSet: 'daemonsets',
}

/** What the three kinds of workloads have in common. */
export interface Workload {
  readonly metadata?: { readonly name?: string; readonly generation?: number; readonly creationTimestamp?: string }
  readonly spec?: { readonly replicas?: number }
  readonly status?: Readonly<Record<string, number | undefined>>
}

export function isWorkload(object: KubernetesObject): boolean {
  return resources[object.kind] !== undefined
}

/** Where `readWorkloads` keeps a workload: a shared namespace may hold another kind of the same name. */
export function workloadKey(object: KubernetesObject): string {
  return `${object.kind}/${object.metadata.name}`
}

/** Reads the workloads of a namespace that are of the kinds of these objects. */
export async function readWorkloads(
  api: KubernetesApi,
  namespace: string,
  objects: readonly KubernetesObject[],
  signal?: AbortSignal,
): Promise<ReadonlyMap<string, Workload>> {
  const kinds = [...new Set(objects.filter(isWorkload).map((object) => object.kind))]
  const lists = await Promise.all(
    kinds.map(async (kind) => {
      const found = (await list(api, resources[kind] ?? 'deployments', { namespace, signal })) as unknown as Workload[]
      return found.map((one) => [`${kind}/${one.metadata?.name}`, one] as const)
    }),
  )
  return new Map(lists.flat())
}

/** The pods that an object of the fixture makes: other pods of a shared namespace are none of our business. */
export function podsOf(object: KubernetesObject, pods: readonly Pod[]): Pod[] {
  if (object.kind === 'Pod') return pods.filter((pod) => pod.metadata?.name === object.metadata.name)
  const selector = (object.spec as { selector?: { matchLabels?: Record<string, string> } } | undefined)?.selector
    ?.matchLabels
  if (!isWorkload(object) || selector === undefined) return []
  return pods.filter((pod) => Object.entries(selector).every(([key, value]) => pod.metadata?.labels?.[key] === value))
}
