import { setTimeout as delay } from 'node:timers/promises'
import { messageOf } from '../../helpers/errors.ts'
import { isReady, list, pathOf } from '../../helpers/target/objects.ts'
import { eventually } from '../../helpers/wait.ts'
import type { Bench } from '../bench.ts'
import type { Rehearsal } from '../rehearsal.ts'
import { dnsPods, dnsSettled } from '../verbs/dns-server.ts'
import { merge } from '../verbs/objects.ts'
import { proxyMode } from '../verbs/proxy-mode.ts'

const system = 'kube-system'
const manifests = '/etc/kubernetes/manifests'
/** Milliseconds for which the API stays away. */
const away = 180_000

/** Changes a Pod template as `kubectl rollout restart` does. */
async function rollOut(bench: Bench, path: string): Promise<void> {
  const annotations = { 'kubectl.kubernetes.io/restartedAt': new Date().toISOString() }
  await merge(bench.api, path, { spec: { template: { metadata: { annotations } } } })
}

async function dnsRolled(bench: Bench): Promise<void> {
  const without = new Set((await dnsPods(bench)).map((pod) => pod.metadata?.uid))
  await rollOut(bench, pathOf('deployments', system, 'coredns'))
  await dnsSettled(bench, { without })
}

/** Waits until the API server says that it is ready, whatever it said before. */
async function apiAnswers(bench: Bench): Promise<void> {
  await eventually(
    async () => {
      const said = await bench.api.send('/readyz', { timeout: 2000, signal: bench.signal }).catch(messageOf)
      return said === 'ok' ? { done: true, value: undefined } : { done: false, saw: String(said) }
    },
    { reason: 'the API server to be ready', deadline: 120_000, interval: 500, signal: bench.signal },
  )
}

async function nodeIsReady(bench: Bench, name: string): Promise<boolean> {
  const nodes = await list(bench.api, 'nodes', { signal: bench.signal }).catch(() => [])
  const node = nodes.find((one) => one.metadata?.name === name)
  return (node?.status?.conditions ?? []).some((one) => one.type === 'Ready' && one.status === 'True')
}

/** Has every Pod of a node evicted but those of DaemonSets, and lets it take Pods again. */
async function drained(bench: Bench, node: string): Promise<void> {
  const kubectl = (target: Bench, ...argv: string[]): Promise<string> =>
    target.onNode(bench.controlPlane, ['kubectl', '--kubeconfig', '/etc/kubernetes/admin.conf', ...argv])
  try {
    await kubectl(bench, 'drain', node, '--ignore-daemonsets', '--delete-emptydir-data', '--force', '--timeout=180s')
  } finally {
    await kubectl(bench.uninterrupted(), 'uncordon', node)
  }
  await eventually(
    async () => {
      const sets = await list(bench.api, 'statefulsets', { signal: bench.signal })
      const waiting = sets.filter(({ spec, status }) => (status?.readyReplicas ?? 0) < (spec?.replicas ?? 1))
      return waiting.length === 0
        ? { done: true, value: undefined }
        : { done: false, saw: `${waiting.map((one) => one.metadata?.name).join(', ')} not ready` }
    },
    { reason: 'every StatefulSet to be ready', deadline: 120_000, interval: 500, signal: bench.signal },
  )
}

/** What a sound cluster has to bear, and is acquitted of. */
export const sound: readonly Rehearsal[] = [
  {
    id: 'U-01',
    does: 'every DNS server is replaced, one after the other',
    course: dnsRolled,
    kills: {},
  },
  {
    id: 'U-02',
    does: 'kube-proxy goes from iptables to nftables',
    breakage: proxyMode('nftables'),
    kills: {},
  },
  {
    id: 'U-03',
    does: 'the processes of the control plane end, and are started again',
    async course(bench) {
      for (const name of ['kube-scheduler', 'kube-controller-manager', 'kube-apiserver', 'etcd'])
        await bench.tryOnNode(bench.controlPlane, ['pkill', '-x', name.slice(0, 15)])
      await apiAnswers(bench)
      await eventually(
        async () => {
          const pods = await list(bench.api, 'pods', { namespace: system, labels: 'tier=control-plane' })
          const unready = pods.filter((pod) => !isReady(pod)).map((pod) => pod.metadata?.name)
          return unready.length === 0
            ? { done: true, value: undefined }
            : { done: false, saw: `${unready.join(', ')} not ready` }
        },
        { reason: 'the control plane to be ready', deadline: 120_000, interval: 500, signal: bench.signal },
      )
    },
    kills: {},
  },
  {
    id: 'U-04',
    does: 'a worker is restarted',
    async course(bench) {
      const worker = bench.worker(1)
      await bench.restartNode(worker)
      await eventually(
        async () =>
          (await nodeIsReady(bench, worker))
            ? { done: true, value: undefined }
            : { done: false, saw: 'the node is not Ready' },
        { reason: `${worker} to be back`, deadline: 180_000, interval: 1000, signal: bench.signal },
      )
    },
    kills: {},
  },
  {
    id: 'U-05',
    does: 'the API server is away for three minutes',
    async course(bench) {
      const [from, to] = [`${manifests}/kube-apiserver.yaml`, '/etc/kubernetes/kube-apiserver.away']
      await bench.onNode(bench.controlPlane, ['mv', from, to])
      try {
        await delay(away, undefined, { signal: bench.signal })
      } finally {
        await bench.uninterrupted().onNode(bench.controlPlane, ['mv', to, from])
      }
      await apiAnswers(bench)
    },
    kills: {},
  },
  {
    id: 'U-06',
    does: "every DNS server is replaced, watched with the rights of a namespace's admin",
    asNamespaceAdmin: true,
    course: dnsRolled,
    kills: {},
  },
  {
    id: 'U-07',
    does: "a worker is drained, watched with the rights of a namespace's admin",
    asNamespaceAdmin: true,
    course: (bench) => drained(bench, bench.worker(1)),
    kills: {},
  },
]
