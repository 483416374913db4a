import { Problem } from '../errors.ts'
import type { KubernetesApi } from '../target/api.ts'
import { list, type Resource } from '../target/objects.ts'
import { look } from '../target/seen.ts'
import type { Before } from './before.ts'

const recorded: readonly (readonly [Resource, 'services' | 'pods' | 'statefulSets'])[] = [
  ['services', 'services'],
  ['statefulsets', 'statefulSets'],
  ['pods', 'pods'],
]

/**
 * Makes sure that a cluster is the one that was looked at before: something of the fixture has to be there by its uid.
 * @throws Problem where nothing is.
 */
export async function sameCluster(
  api: KubernetesApi,
  { sets, snapshots, taken }: Before,
  signal?: AbortSignal,
): Promise<void> {
  for (const { set, namespace } of sets)
    for (const [resource, field] of recorded) {
      const uids = new Set((snapshots[set]?.[field] ?? []).map((one) => one.metadata?.uid))
      const now = await look(resource, () => list(api, resource, { namespace, signal }))
      const there: readonly { metadata?: { uid?: string } }[] = now.seen ? now.value : []
      if (there.some((one) => uids.has(one.metadata?.uid ?? ''))) return
    }
  const where = [...new Set(sets.map((one) => one.namespace))].join(' and ')
  throw new Problem(
    `Nothing of what was recorded on ${taken} is in ${where}: it is another cluster, or the fixture was deleted; name the cluster with --context, or begin with rollcall before.`,
  )
}
