import { setTimeout as delay } from 'node:timers/promises'
import { messageOf } from '../errors.ts'
import type { KubernetesApi } from '../target/api.ts'
import type { DnsService } from '../target/dns-service.ts'
import { isForbidden } from '../target/kubernetes-error.ts'
import { list, type Pod, pathOf, read } from '../target/objects.ts'
import { type Seen, seen, unseen } from '../target/seen.ts'
import { eventually } from '../wait.ts'

/** Milliseconds that a restart may take: CoreDNS leaves slowly on purpose (`lameduck`). */
const patience = 90_000
/** Five lookups a second from each vantage; and the last of the old servers may still be asked until it is gone. */
const usual: Pace = { beat: 200, lingers: 5000 }

/** Milliseconds between two calls while servers restart, and for which calls go on after that. */
interface Pace {
  readonly beat: number
  readonly lingers: number
}

interface Workload {
  readonly resource: 'deployments' | 'daemonsets'
  readonly name: string
}

/**
 * Restarts the servers behind the DNS Service as `kubectl rollout restart` does, and calls `meanwhile` every 200 ms until all
 * are new. Returns how often it did, or why nothing was restarted.
 * @throws WaitExpired where the servers do not come back.
 */
export async function whileDnsRestarts(
  api: KubernetesApi,
  service: DnsService,
  meanwhile: () => Promise<void>,
  { beat, lingers }: Pace = usual,
): Promise<Seen<number>> {
  const begun = await begin(api, service)
  if (!begun.seen) return begun
  const workload = begun.value
  let until = Number.POSITIVE_INFINITY
  const restarted = eventually(
    async () => {
      const left = await missingOf(api, service.namespace, workload)
      return left === undefined ? { done: true, value: undefined } : { done: false, saw: left }
    },
    { reason: `the restart of ${workload.name}`, deadline: patience },
  ).finally(() => {
    until = Date.now() + lingers
  })
  // Waited for below; until then nobody else hears that it failed.
  restarted.catch(() => {})
  const calls: Promise<void>[] = []
  while (Date.now() < until) {
    calls.push(meanwhile())
    await delay(beat)
  }
  await Promise.all(calls)
  await restarted
  return seen(calls.length)
}

/** Restarts what runs the servers; the API server's words where we may not. */
async function begin(api: KubernetesApi, { namespace, backends }: DnsService): Promise<Seen<Workload>> {
  const [backend] = backends
  if (backend === undefined) return unseen('no server is behind the DNS Service')
  try {
    const workload = await workloadOf(api, namespace, await read(api, 'pods', namespace, backend.name))
    if (workload === undefined) return unseen(`neither a Deployment nor a DaemonSet runs ${backend.name}`)
    await restart(api, namespace, workload)
    return seen(workload)
  } catch (error) {
    if (isForbidden(error)) return unseen(messageOf(error))
    throw error
  }
}

async function workloadOf(api: KubernetesApi, namespace: string, pod: Pod): Promise<Workload | undefined> {
  const labels = pod.metadata?.labels ?? {}
  for (const resource of ['deployments', 'daemonsets'] as const) {
    const found = (await list(api, resource, { namespace })).find((one) => {
      const wanted = Object.entries(one.spec?.selector.matchLabels ?? {})
      return wanted.length > 0 && wanted.every(([key, value]) => labels[key] === value)
    })
    if (found?.metadata?.name !== undefined) return { resource, name: found.metadata.name }
  }
  return undefined
}

async function restart(api: KubernetesApi, namespace: string, { resource, name }: Workload): Promise<void> {
  const annotations = { 'kubectl.kubernetes.io/restartedAt': new Date().toISOString() }
  await api.send(pathOf(resource, namespace, name), {
    method: 'PATCH',
    contentType: 'application/merge-patch+json',
    body: { spec: { template: { metadata: { annotations } } } },
  })
}

/** What is still to come of a roll-out; undefined once every Pod is new and ready, and no old one is counted any more. */
async function missingOf(
  api: KubernetesApi,
  namespace: string,
  { resource, name }: Workload,
): Promise<string | undefined> {
  if (resource === 'deployments') {
    const { metadata, spec, status } = await read(api, resource, namespace, name)
    const { replicas = 0, updatedReplicas = 0, availableReplicas = 0, observedGeneration = 0 } = status ?? {}
    const wanted = spec?.replicas ?? 1
    const done = [replicas, updatedReplicas, availableReplicas].every((one) => one === wanted)
    return done && observedGeneration >= (metadata?.generation ?? 0)
      ? undefined
      : `${updatedReplicas} of ${wanted} new, ${availableReplicas} available, ${replicas} in all`
  }
  const { metadata, status } = await read(api, resource, namespace, name)
  const { desiredNumberScheduled: wanted = 0, updatedNumberScheduled = 0, numberAvailable = 0 } = status ?? {}
  const done = updatedNumberScheduled === wanted && numberAvailable === wanted
  return done && (status?.observedGeneration ?? 0) >= (metadata?.generation ?? 0)
    ? undefined
    : `${updatedNumberScheduled} of ${wanted} new, ${numberAvailable} available`
}
