import { parse, stringify } from 'yaml'
import { isReady, list, pathOf } from '../../helpers/target/objects.ts'
import { eventually } from '../../helpers/wait.ts'
import type { Bench } from '../bench.ts'
import { together, waits } from '../mechanism.ts'
import type { Mechanism } from '../mutant.ts'
import { patch, removeAt } from './objects.ts'

const system = 'kube-system'
const labels = 'k8s-app=kube-proxy'

/** Has kube-proxy work in another mode on every node, as its ConfigMap tells it when it starts. */
export function proxyMode(mode: 'iptables' | 'nftables'): Mechanism {
  return together(
    waits('kube-proxy starts again', { undone: restartProxies }),
    patch(
      `kube-proxy with mode ${mode}`,
      () => pathOf('configmaps', system, 'kube-proxy'),
      (config) => {
        const { data } = config as unknown as { data: Record<string, string> }
        return { data: { 'config.conf': stringify({ ...parse(data['config.conf'] ?? ''), mode }) } }
      },
    ),
    waits('kube-proxy starts again', { applied: restartProxies }),
  )
}

/** Replaces kube-proxy node by node, as its DaemonSet is rolled out, and waits until each is ready. */
async function restartProxies(bench: Bench): Promise<void> {
  for (const pod of await list(bench.api, 'pods', { namespace: system, labels })) {
    await removeAt(bench.api, pathOf('pods', system, pod.metadata?.name ?? ''))
    await eventually(
      async () => {
        const now = await list(bench.api, 'pods', { namespace: system, labels })
        const next = now.find(
          ({ metadata, spec }) => spec?.nodeName === pod.spec?.nodeName && metadata?.uid !== pod.metadata?.uid,
        )
        return isReady(next) && !now.some((one) => one.metadata?.uid === pod.metadata?.uid)
          ? { done: true, value: undefined }
          : { done: false, saw: next?.status?.phase ?? 'no Pod' }
      },
      { reason: `kube-proxy on ${pod.spec?.nodeName}`, deadline: 60_000, signal: bench.signal },
    )
  }
}
