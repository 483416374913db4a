import { type Engine, engineAttempt, engineRun } from './engine/engine.ts'
import { nodeNames } from './kind-config.ts'
import type { NodeRoutes } from './network.ts'
import { failureOf, type RunOptions } from './run.ts'

/** A node as the API server tells about it. */
export interface ApiNode extends NodeRoutes {
  ready: boolean
  /** The version of its kubelet, such as `v1.36.3`. */
  kubelet: string
}

const adminConfig = '/etc/kubernetes/admin.conf'

function kubectl(cluster: string, argv: string[]): string[] {
  const [controlPlane = ''] = nodeNames(cluster, 1)
  return ['exec', controlPlane, 'kubectl', `--kubeconfig=${adminConfig}`, ...argv]
}

/** Runs the control plane's own kubectl, so that the host needs none, and gives its standard output. */
export function kubectlRun(engine: Engine, cluster: string, argv: string[], options: RunOptions = {}): Promise<string> {
  return engineRun(engine, kubectl(cluster, argv), options)
}

/** Runs the control plane's own kubectl and gives its result, whatever its exit code. */
export function kubectlAttempt(engine: Engine, cluster: string, argv: string[], options: RunOptions = {}) {
  return engineAttempt(engine, kubectl(cluster, argv), options)
}

interface NodeList {
  items: {
    metadata: { name: string }
    spec: { podCIDR?: string; podCIDRs?: string[] }
    status: {
      addresses?: { type: string; address: string }[]
      conditions?: { type: string; status: string }[]
      nodeInfo?: { kubeletVersion: string }
    }
  }[]
}

/** The nodes that have joined. */
export async function apiNodes(engine: Engine, cluster: string, signal?: AbortSignal): Promise<ApiNode[]> {
  const options = { timeout: 30, ...(signal === undefined ? {} : { signal }) }
  return parseNodes(await kubectlRun(engine, cluster, ['get', 'nodes', '-o', 'json'], options))
}

/** The nodes in the JSON of `kubectl get nodes`. */
export function parseNodes(json: string): ApiNode[] {
  return (JSON.parse(json) as NodeList).items.map(({ metadata, spec, status }) => ({
    name: metadata.name,
    addresses: (status.addresses ?? []).filter(({ type }) => type === 'InternalIP').map(({ address }) => address),
    podSubnets: spec.podCIDRs ?? [],
    ready: (status.conditions ?? []).some(({ type, status: value }) => type === 'Ready' && value === 'True'),
    kubelet: status.nodeInfo?.kubeletVersion ?? '',
  }))
}

/** How many replicas of CoreDNS are available. */
export async function dnsAvailable(engine: Engine, cluster: string, signal?: AbortSignal): Promise<number> {
  const path = 'jsonpath={.status.availableReplicas}'
  const argv = ['-n', 'kube-system', 'get', 'deployment', 'coredns', '-o', path]
  const result = await kubectlAttempt(engine, cluster, argv, { timeout: 30, ...(signal ? { signal } : {}) })
  if (result.exitCode !== 0) throw new Error(failureOf(argv, result))
  return Number(result.stdout || '0')
}
