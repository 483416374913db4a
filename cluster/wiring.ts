import { kubectlAttempt } from './api.ts'
import { type Engine, engineAttempt } from './engine/engine.ts'
import { type Io, pause } from './io.ts'
import { nodeFolder, nodeNames } from './kind-config.ts'
import type { NodeRoutes } from './network.ts'
import { writeConflist, writeRoutes } from './node-network.ts'
import type { Places } from './places.ts'
import type { ClusterRecord } from './record.ts'
import { routeUpstream } from './upstream.ts'

const line = '{.metadata.name}|{.spec.podCIDRs[*]}|{.status.addresses[?(@.type=="InternalIP")].address}|{"\\n"}'

/** The node in a line that the watch prints, or undefined while it has no ranges for its pods yet. */
export function parseWatchLine(text: string): NodeRoutes | undefined {
  const [name, subnets, addresses] = text.split('|')
  if (name === undefined || !subnets || !addresses) return undefined
  return { name, podSubnets: subnets.split(' '), addresses: addresses.split(' ') }
}

/**
 * Gives every node its network as soon as it has joined, while kind is still at work with the others. Resolves when all are wired.
 * DNS starts with one replica on the control plane meanwhile, so that the others find other nodes Ready and do not pile up on it.
 */
export async function wireNodes(record: ClusterRecord, engine: Engine, places: Places, io: Io): Promise<void> {
  const { name, nodes: count } = record.options
  const wired = new Map<string, NodeRoutes>()
  const [controlPlane = ''] = nodeNames(name, 1)
  const all = new AbortController()
  let work: Promise<unknown> = Promise.resolve()
  const onLine = (text: string) => {
    const node = parseWatchLine(text)
    if (node === undefined || wired.has(node.name)) return
    wired.set(node.name, node)
    work = work.then(async () => {
      if (node.name === controlPlane) await firstDnsReplicaOnly(name, engine, io)
      await wireNode(record, node, [...wired.values()], engine, places)
      if (wired.size < count) return
      await applyRoutes([...wired.keys()], engine)
      all.abort()
    })
    work.catch(() => all.abort())
  }
  const signal = AbortSignal.any([io.signal, all.signal])
  const argv = ['get', 'nodes', '--watch', '-o', `jsonpath=${line}`]
  while (!signal.aborted) {
    // There is no API to watch before kubeadm has started it.
    await kubectlAttempt(engine, name, argv, { signal, onLine }).catch(() => undefined)
    await pause(500, signal).catch(() => undefined)
  }
  await work
  // Ending the client leaves what it has started in the node.
  await engineAttempt(engine, ['exec', controlPlane, 'pkill', '-f', 'get nodes --watch'], { timeout: 30 })
  io.signal.throwIfAborted()
}

/** Takes up the routes for certain: a node's own path unit misses a file that is written while it is at work with the one before. */
async function applyRoutes(nodes: string[], engine: Engine): Promise<void> {
  const ip = ['ip', '-force', '-batch', `${nodeFolder}/routes`]
  await Promise.all(nodes.map((node) => engineAttempt(engine, ['exec', node, ...ip], { timeout: 30 })))
}

async function wireNode(
  record: ClusterRecord,
  node: NodeRoutes,
  known: NodeRoutes[],
  engine: Engine,
  places: Places,
): Promise<void> {
  const { name, ipFamily } = record.options
  for (const other of known) await writeRoutes(name, other.name, known, ipFamily, places)
  await writeConflist(name, node, places)
  await routeUpstream(name, [node], engine)
}

/**
 * One replica for now, and a readiness probe every second: with the default of ten, a CoreDNS that misses its first probe by a blink
 * stays out for ten seconds.
 */
async function firstDnsReplicaOnly(name: string, engine: Engine, io: Io): Promise<void> {
  const container = { name: 'coredns', readinessProbe: { periodSeconds: 1 } }
  const change = JSON.stringify({ spec: { replicas: 1, template: { spec: { containers: [container] } } } })
  const patch = ['-n', 'kube-system', 'patch', 'deployment', 'coredns', '--patch', change]
  for (let attempt = 0; attempt < 100; attempt++) {
    const result = await kubectlAttempt(engine, name, patch, { signal: io.signal, timeout: 30 })
    // The two Pods of the first version go away before any node takes them.
    if (result.exitCode === 0) return pause(700, io.signal)
    await pause(200, io.signal)
  }
}
