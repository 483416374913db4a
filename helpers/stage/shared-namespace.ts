import { messageOf, Problem } from '../errors.ts'
import type { KubernetesApi } from '../target/api.ts'
import { KubernetesError } from '../target/kubernetes-error.ts'
import type { KubernetesObject } from '../target/objects.ts'
import { Applier, type KubernetesKind } from './apply.ts'
import { kindsInFixtures } from './fixture.ts'
import { isLeftover, leftoverOf, runLabel } from './labels.ts'
import { type Place, remove } from './removal.ts'

/**
 * Deletes what older runs have left in a namespace that is not ours and nobody uses any more, or with `all` whatever they have
 * made there, or with `run` what that one has; takes the rights of its admin. Returns what it was: `Service web`.
 * @throws Problem that says what could not be deleted, once all else is.
 */
export async function sweepWithin(
  api: KubernetesApi,
  namespace: string,
  { all = false, run }: { all?: boolean; run?: string } = {},
): Promise<string[]> {
  const place = { api, namespace, applier: new Applier(api) }
  const found = await Promise.all(kindsInFixtures().map((kind) => marked(place, kind)))
  const isSwept = (labels: Readonly<Record<string, string>> = {}): boolean =>
    run === undefined ? all || isLeftover(leftoverOf(labels), Date.now() / 1000) : labels[runLabel] === run
  const ours = found.flat().filter(({ metadata }) => isSwept(metadata.labels))
  const leftovers = ours.filter((one) => !goesAlong(one, ours))
  const results = await Promise.allSettled(leftovers.map((object) => remove(place, object)))
  const problems = results.flatMap((one) => (one.status === 'rejected' ? [messageOf(one.reason)] : []))
  if (problems.length > 0)
    throw new Problem(`Not all could be swept from namespace ${namespace}: ${problems.join(' ')}`)
  return leftovers.map(({ kind, metadata }) => `${kind} ${metadata.name}`)
}

/**
 * Whether an object goes with another one: a controller copies the labels of a Service to its EndpointSlices, which have an owner,
 * and to its Endpoints, which have none (and which an admin of a namespace may not delete).
 */
function goesAlong({ kind, metadata }: KubernetesObject, ours: readonly KubernetesObject[]): boolean {
  const owners = (metadata.ownerReferences ?? []) as readonly { readonly controller?: boolean }[]
  if (owners.some((one) => one.controller === true)) return true
  return kind === 'Endpoints' && ours.some((one) => one.kind === 'Service' && one.metadata.name === metadata.name)
}

/** The objects of a kind that a run has marked. What may not be listed was not made by us. */
async function marked({ api, applier, namespace }: Place, kind: KubernetesKind): Promise<KubernetesObject[]> {
  try {
    const path = await applier.collection(kind, namespace)
    const { items } = await api.send<{ items: KubernetesObject[] }>(path, { query: { labelSelector: runLabel } })
    // Items of a list do not tell what they are.
    return items.map((item) => ({ ...item, ...kind }))
  } catch (error) {
    if (error instanceof KubernetesError && [403, 404].includes(error.status)) return []
    throw error
  }
}
