import { isReady, list, type Pod, pathOf } from '../../helpers/target/objects.ts'
import { eventually } from '../../helpers/wait.ts'
import type { Bench } from '../bench.ts'
import { removeAt } from './objects.ts'

const system = 'kube-system'
export const dnsService = { namespace: system, labels: 'k8s-app=kube-dns' } as const

/** The Pods behind the DNS Service that are not being deleted. */
export async function dnsPods(bench: Bench): Promise<Pod[]> {
  const pods = await list(bench.api, 'pods', dnsService)
  return pods.filter((pod) => pod.metadata?.deletionTimestamp === undefined)
}

/**
 * Replaces every DNS Pod at once and waits until the new ones are ready and answer at every node. With `unready`, it is
 * enough that they run: a server that has been broken may never become ready.
 */
export async function restartDns(bench: Bench, { unready = false } = {}): Promise<void> {
  const old = new Set((await dnsPods(bench)).map((pod) => pod.metadata?.uid))
  const names = (await dnsPods(bench)).map((pod) => pod.metadata?.name ?? '')
  for (const name of names) await deleteAtOnce(bench, name)
  await dnsSettled(bench, { unready, without: old })
}

/** Waits until all DNS Pods that the Deployment wants are there, are ready, and answer at every node. */
export async function dnsSettled(
  bench: Bench,
  {
    unready = false,
    without = new Set<string | undefined>(),
  }: { unready?: boolean; without?: ReadonlySet<string | undefined> } = {},
): Promise<void> {
  await eventually(
    async () => {
      const wanted = await replicasWanted(bench)
      const pods = (await dnsPods(bench)).filter((pod) => !without.has(pod.metadata?.uid))
      const up = pods.filter((pod) => (unready ? pod.status?.phase === 'Running' : isReady(pod)))
      const saw = `${up.length} of ${wanted} DNS Pods ${unready ? 'running' : 'ready'}`
      if (up.length < wanted || pods.length > wanted) return { done: false, saw }
      if (unready) return { done: true, value: undefined }
      return reached(bench, pods)
    },
    { reason: 'the DNS Pods', deadline: 45_000, interval: 200, signal: bench.signal },
  )
}

/** Whether every node's resolver path leads to a server that answers, and the Service's slice holds these Pods alone. */
async function reached(
  bench: Bench,
  pods: readonly Pod[],
): Promise<{ done: true; value: undefined } | { done: false; saw: string }> {
  const slices = await list(bench.api, 'endpointslices', {
    namespace: system,
    labels: 'kubernetes.io/service-name=kube-dns',
  })
  const listed = new Set(
    slices.flatMap((slice) =>
      (slice.endpoints ?? []).filter((one) => one.conditions?.ready !== false).map((one) => one.targetRef?.uid),
    ),
  )
  const uids = pods.map((pod) => pod.metadata?.uid)
  if (slices.length > 0 && (listed.size !== uids.length || uids.some((uid) => !listed.has(uid))))
    return { done: false, saw: 'the DNS Service does not list exactly these Pods' }
  const said = await Promise.all(
    bench.vantages.map(({ namespace, pod, container }) =>
      // The root's own answer is nobody's record: any RCODE shows that a server was reached.
      bench.inPod(namespace, pod, container, ['dig', '+time=1', '+tries=1', 'version.bind', 'CH', 'TXT']),
    ),
  )
  const deaf = bench.vantages.filter((_, index) => !said[index]?.includes('status:')).map((one) => one.node)
  return deaf.length === 0 ? { done: true, value: undefined } : { done: false, saw: `no answer at ${deaf.join(', ')}` }
}

async function replicasWanted(bench: Bench): Promise<number> {
  const deployment = await bench.api.send<{ spec?: { replicas?: number } }>(pathOf('deployments', system, 'coredns'))
  return deployment.spec?.replicas ?? 1
}

async function deleteAtOnce(bench: Bench, name: string): Promise<void> {
  await removeAt(bench.api, `${pathOf('pods', system, name)}?gracePeriodSeconds=0`)
}
