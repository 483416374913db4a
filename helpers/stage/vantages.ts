import { Problem } from '../errors.ts'
import type { VantagePod } from '../probes/vantage/vantage.ts'
import type { KubernetesApi } from '../target/api.ts'
import { isReady, list, type Pod } from '../target/objects.ts'

/** The Pods of a vantage DaemonSet that are ready, one per node, in the order of the nodes' names. */
export async function readVantages(
  api: KubernetesApi,
  namespace: string,
  name: 'vantage' | 'node-vantage' | 'sampler',
  signal?: AbortSignal,
): Promise<VantagePod[]> {
  const pods = await list(api, 'pods', { namespace, labels: `app=rollcall-${name}`, signal })
  const ready = pods.filter((pod) => isReady(pod) && pod.metadata?.deletionTimestamp === undefined)
  if (ready.length === 0)
    throw new Problem(`No ${name} Pod is ready in ${namespace}, so nothing can be seen; see its events.`)
  return ready.map(vantagePod).sort((a, b) => a.node.localeCompare(b.node))
}

/** A Pod of a vantage DaemonSet as the probes want it. */
export function vantagePod(pod: Pod): VantagePod {
  const { dnsPolicy, dnsConfig } = pod.spec ?? {}
  const started = pod.status?.startTime
  return {
    namespace: pod.metadata?.namespace ?? '',
    pod: pod.metadata?.name ?? '',
    container: 'multitool',
    node: pod.spec?.nodeName ?? '',
    addresses: (pod.status?.podIPs ?? []).map((one) => one.ip),
    ...(started === undefined ? {} : { started: `${started}` }),
    dns: { ...(dnsPolicy === undefined ? {} : { dnsPolicy }), ...(dnsConfig === undefined ? {} : { dnsConfig }) },
  }
}
