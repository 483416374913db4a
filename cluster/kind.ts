import { spawn } from 'node:child_process'
import { join } from 'node:path'
import { Problem } from '../helpers/errors.ts'
import { type ApiNode, apiNodes, dnsAvailable } from './api.ts'
import { purge, removeCluster } from './down.ts'
import { answers, type Engine, engineRun } from './engine/engine.ts'
import { engineOf, healthOf } from './health.ts'
import type { Io } from './io.ts'
import { nodeNames } from './kind-config.ts'
import { withLock } from './lock.ts'
import type { KindOptions } from './options.ts'
import { type Phases, stopwatch } from './phases.ts'
import { kubeconfigPath, placesFrom } from './places.ts'
import { readRecord, recordedNames } from './record.ts'
import { attempt, type RunResult } from './run.ts'
import { up } from './up.ts'
import { type UpgradeOptions, upgrade } from './upgrade.ts'

export type { Io, Progress } from './io.ts'
export { type KindOptions, kindDefaults, kindOptionsFromEnv } from './options.ts'
export type { RunResult } from './run.ts'

/** A cluster that is up. */
export interface KindCluster {
  name: string
  /** Path of a kubeconfig that holds this cluster alone. */
  kubeconfig: string
  context: string
  /** False when it was there already. */
  created: boolean
}

/** What is to be said about a cluster without changing it. */
export interface KindStatus {
  name: string
  /** `absent`, `unfinished` (an `up` did not come to its end), `healthy`, or `unhealthy`. */
  state: 'absent' | 'unfinished' | 'healthy' | 'unhealthy'
  /** What is wrong, in a few words. */
  trouble?: string
  options?: KindOptions
  engine?: 'docker' | 'podman' | 'private docker'
  kubeconfig: string
  nodes: ApiNode[]
  dnsReplicasAvailable: number
}

/**
 * A cluster as described, reused when it is there and healthy. Rejects with a `Problem` when the host cannot run one or when
 * there is another one under the name, and with the signal's reason when it is aborted; nothing half made is left then.
 */
export function clusterUp(options: KindOptions, io: Io, phases: Phases = stopwatch()): Promise<KindCluster> {
  const places = placesFrom()
  return withLock(join(places.cache, 'lock'), io, () => up(options, places, io, phases))
}

/** Removes the cluster and all it left on the host; `everything` removes the cache too, unless another cluster is up. */
export function clusterDown(name: string, io: Io, { everything = false } = {}): Promise<void> {
  const places = placesFrom()
  return withLock(join(places.cache, 'lock'), io, async () => {
    await removeCluster(name, places, io)
    if (!everything) return
    const others = await recordedNames(places)
    if (others.length > 0) {
      throw new Problem(`the cache stays, since the clusters ${others.join(', ')} use it; take them down first`)
    }
    await purge(places, io)
  })
}

/** Brings a cluster that is up to another version of Kubernetes; see `upgrade`. */
export function clusterUpgrade(name: string, options: UpgradeOptions, io: Io): Promise<void> {
  const places = placesFrom()
  return withLock(join(places.cache, 'lock'), io, () => upgrade(name, options, places, io))
}

/** How the cluster is; changes nothing. */
export async function clusterStatus(name: string): Promise<KindStatus> {
  const places = placesFrom()
  const record = await readRecord(places, name)
  const kubeconfig = kubeconfigPath(places, name)
  if (record === undefined) return { name, state: 'absent', kubeconfig, nodes: [], dnsReplicasAvailable: 0 }
  const engine = engineOf(record, places)
  const trouble = await healthOf(record, places)
  const reachable = await answers(engine)
  const nodes = reachable ? await apiNodes(engine, name).catch(() => []) : []
  const dnsReplicasAvailable = reachable ? await dnsAvailable(engine, name).catch(() => 0) : 0
  const sound = trouble === undefined ? 'healthy' : 'unhealthy'
  return {
    name,
    state: record.state === 'making' ? 'unfinished' : sound,
    ...(trouble === undefined ? {} : { trouble }),
    options: record.options,
    engine: record.ownEngine ? 'private docker' : record.provider,
    kubeconfig,
    nodes,
    dnsReplicasAvailable,
  }
}

/**
 * Runs a command in a node with this process's own standard streams and gives its exit code. `node` is `control-plane`, `worker`,
 * `worker2`, … or a full name.
 */
export async function clusterExec(name: string, node: string, argv: string[]): Promise<number> {
  const { engine, container } = await nodeOf(name, node)
  const terminal = process.stdin.isTTY === true && process.stdout.isTTY === true
  const command = ['exec', terminal ? '-it' : '-i', container, ...(argv.length === 0 ? ['bash'] : argv)]
  return new Promise((resolve, reject) => {
    const child = spawn(engine.provider, command, { stdio: 'inherit', env: { ...process.env, ...engine.env } })
    child.on('error', reject)
    child.on('exit', (code) => resolve(code ?? 1))
  })
}

/** Runs a command in a node and gives what it printed, whatever its exit code; ended after `timeout` seconds. */
export async function commandInNode(
  name: string,
  node: string,
  argv: readonly string[],
  { timeout = 30 } = {},
): Promise<RunResult> {
  const { engine, container } = await nodeOf(name, node)
  return attempt([engine.provider, 'exec', container, ...argv], { env: engine.env, timeout })
}

/** Ends a node as a power cut does, and starts it again; it is not waited for. @throws Problem where the engine refuses. */
export async function restartNode(name: string, node: string): Promise<void> {
  const { engine, container } = await nodeOf(name, node)
  await engineRun(engine, ['restart', '-t', '1', container], { timeout: 60 })
}

async function nodeOf(name: string, node: string): Promise<{ engine: Engine; container: string }> {
  const places = placesFrom()
  const record = await readRecord(places, name)
  if (record === undefined) throw new Problem(`there is no cluster "${name}"; start it with \`rollcall cluster up\``)
  const nodes = nodeNames(name, record.options.nodes)
  const container = nodes.find((known) => known === node || known === `${name}-${node}`)
  if (container === undefined) {
    const known = nodes.map((known) => known.slice(name.length + 1)).join(', ')
    throw new Problem(`"${node}" is not a node of the cluster "${name}"; it has ${known}`)
  }
  return { engine: engineOf(record, places), container }
}

/** The path of the cluster's kubeconfig, whether or not it is up. */
export function clusterKubeconfig(name: string): string {
  return kubeconfigPath(placesFrom(), name)
}
