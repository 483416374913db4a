import { messageOf } from '../errors.ts'
import type { KubernetesApi } from '../target/api.ts'
import type { DnsService } from '../target/dns-service.ts'
import { ApiUnreachable, KubernetesError } from '../target/kubernetes-error.ts'
import { type EndpointSlice, isReady, list, type Node, type Pod } from '../target/objects.ts'
import { nodesOfCluster } from './rights.ts'

/** A node as far as an upgrade changes it. */
export interface NodeLook {
  readonly name: string
  readonly ready: boolean
  readonly schedulable: boolean
  readonly kubelet: string
  readonly runtime: string
  /** Differs each time it boots. */
  readonly boot: string
}

/** A Pod of the cluster itself, or a server behind the DNS Service. */
export interface ComponentLook {
  readonly name: string
  readonly uid: string
  readonly node: string
  readonly ready: boolean
  readonly restarts: number
  /** The last part of each image, with its tag. */
  readonly images: string
}

/** What one look at a cluster shows; absent is what may not be read. */
export interface ClusterLook {
  readonly version?: string
  readonly nodes?: readonly NodeLook[]
  readonly controlPlane?: readonly ComponentLook[]
  readonly proxies?: readonly ComponentLook[]
  readonly dns?: readonly ComponentLook[]
}

/** What a look is taken of, and what could not be read last time: that is told once. */
export interface LookOptions {
  /** The Service that Pods resolve by, where it is known. */
  readonly dns: Pick<DnsService, 'namespace' | 'name'> | undefined
  /** Milliseconds for each request; nodes may take longer, since a hundred of them are megabytes. */
  readonly timeout: number
  readonly signal: AbortSignal
  /** Told what may not be read. */
  readonly refused: (what: string, reason: string) => void
  /** Told what was read. */
  readonly allowed: (what: string) => void
}

/** Labels of Pods that program Services: those of kube-proxy, and of who does it in its place. */
const proxies = 'k8s-app in (kube-proxy,cilium,kube-router,calico-node)'

/** Milliseconds for the list of nodes. */
const forNodes = 10_000

/** Looks at what an upgrade changes. What does not come, or not in time, is absent as well: the rest is seen without. */
export async function lookAtCluster(api: KubernetesApi, options: LookOptions): Promise<ClusterLook> {
  const { dns, timeout, signal } = options
  const where = { timeout, signal }
  const system = { ...where, namespace: 'kube-system' }
  const [version, nodes, controlPlane, proxyPods, dnsSlices] = await Promise.all([
    unlessRefused('the version', options, () => api.send<{ gitVersion: string }>('/version', where)),
    unlessRefused(nodesOfCluster, options, () => list(api, 'nodes', { signal, timeout: Math.max(timeout, forNodes) })),
    unlessRefused('Pods of kube-system', options, () => list(api, 'pods', { ...system, labels: 'tier=control-plane' })),
    unlessRefused('Pods of kube-system', options, () => list(api, 'pods', { ...system, labels: proxies })),
    dns === undefined
      ? undefined
      : unlessRefused('EndpointSlices of the DNS Service', options, () =>
          list(api, 'endpointslices', {
            ...where,
            namespace: dns.namespace,
            labels: `kubernetes.io/service-name=${dns.name}`,
          }),
        ),
  ])
  return {
    ...(version === undefined ? {} : { version: version.gitVersion }),
    ...(nodes === undefined ? {} : { nodes: nodes.map(nodeLook) }),
    ...(controlPlane === undefined ? {} : { controlPlane: controlPlane.map(podLook) }),
    ...(proxyPods === undefined ? {} : { proxies: proxyPods.map(podLook) }),
    ...(dnsSlices === undefined ? {} : { dns: dnsLooks(dnsSlices) }),
  }
}

/** What is refused is no break: it stays unread. An API server that starts refuses everybody for a moment, too. */
async function unlessRefused<T>(what: string, options: LookOptions, ask: () => Promise<T>): Promise<T | undefined> {
  try {
    const answer = await ask()
    options.allowed(what)
    return answer
  } catch (error) {
    options.signal.throwIfAborted()
    if (error instanceof ApiUnreachable) return undefined
    if (!(error instanceof KubernetesError)) throw error
    if ([401, 403, 404].includes(error.status)) options.refused(what, messageOf(error))
    return undefined
  }
}

function nodeLook({ metadata, spec, status }: Node): NodeLook {
  return {
    name: metadata?.name ?? '',
    ready: (status?.conditions ?? []).some((one) => one.type === 'Ready' && one.status === 'True'),
    schedulable: spec?.unschedulable !== true,
    kubelet: status?.nodeInfo?.kubeletVersion ?? '',
    runtime: status?.nodeInfo?.containerRuntimeVersion ?? '',
    boot: status?.nodeInfo?.bootID ?? '',
  }
}

function podLook(pod: Pod): ComponentLook {
  const statuses = pod.status?.containerStatuses ?? []
  return {
    name: pod.metadata?.name ?? '',
    // The kubelet's own Pods have one uid for each mirror of them; what differs with what they are is this annotation.
    uid: pod.metadata?.annotations?.['kubernetes.io/config.hash'] ?? pod.metadata?.uid ?? '',
    node: pod.spec?.nodeName ?? '',
    ready: isReady(pod),
    restarts: statuses.reduce((sum, one) => sum + one.restartCount, 0),
    images: (pod.spec?.containers ?? []).map(({ image = '' }) => image.slice(image.lastIndexOf('/') + 1)).join(' '),
  }
}

/** The servers of the DNS Service, whichever slices name them. */
function dnsLooks(slices: readonly EndpointSlice[]): ComponentLook[] {
  const looks = slices
    .flatMap((slice) => slice.endpoints ?? [])
    .map((endpoint): ComponentLook => {
      const name = endpoint.targetRef?.name ?? endpoint.addresses[0] ?? ''
      const ready = endpoint.conditions?.ready !== false
      const node = endpoint.nodeName ?? ''
      return { name, uid: endpoint.targetRef?.uid ?? name, node, ready, restarts: 0, images: '' }
    })
  return [...new Map(looks.map((one) => [one.name, one])).values()]
}
