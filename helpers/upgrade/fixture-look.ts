import type { VantagePod } from '../probes/vantage/vantage.ts'
import { vantagePod } from '../stage/vantages.ts'
import type { KubernetesApi } from '../target/api.ts'
import { isReady, list, type Pod } from '../target/objects.ts'
import type { Shown } from './truth.ts'

/** Reads what names and Pods of the fixture hang on; `timeout` in ms for each request. */
export async function lookAtFixture(
  api: KubernetesApi,
  namespaces: readonly string[],
  where: { readonly timeout: number; readonly signal: AbortSignal },
): Promise<Shown[]> {
  return Promise.all(
    namespaces.map(async (namespace): Promise<Shown> => {
      const own = { ...where, namespace }
      const [pods, services, slices] = await Promise.all([
        list(api, 'pods', own),
        list(api, 'services', own),
        list(api, 'endpointslices', own),
      ])
      return { namespace, pods, services, slices }
    }),
  )
}

/** A sampler's Pod, whether it is ready or not. */
export interface SamplerPod extends VantagePod {
  readonly uid: string
  readonly ready: boolean
}

/** The samplers that are there, one per node, in the order of the nodes' names. */
export function samplersIn(shown: readonly Shown[]): SamplerPod[] {
  const isSampler = ({ metadata, spec }: Pod): boolean =>
    metadata?.labels?.app === 'rollcall-sampler' && spec?.nodeName !== undefined
  return shown
    .flatMap(({ pods }) => pods.filter(isSampler))
    .filter((pod) => pod.metadata?.deletionTimestamp === undefined)
    .map((pod) => ({ ...vantagePod(pod), uid: pod.metadata?.uid ?? '', ready: isReady(pod) }))
    .sort((a, b) => a.node.localeCompare(b.node))
}
