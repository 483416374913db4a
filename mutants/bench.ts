import { commandInNode, type RunResult, restartNode } from '../cluster/kind.ts'
import { Problem } from '../helpers/errors.ts'
import type { VantagePod } from '../helpers/probes/vantage/vantage.ts'
import type { SetName } from '../helpers/stage/sets.ts'
import type { KubernetesApi } from '../helpers/target/api.ts'
import { exec } from '../helpers/target/exec.ts'
import { list, type Pod, pathOf } from '../helpers/target/objects.ts'

export interface BenchParts {
  readonly api: KubernetesApi
  /** Name of the Kind cluster, whose nodes are reached through its engine. */
  readonly kind: string
  readonly clusterDomain: string
  /** Names of the nodes, the control plane first. */
  readonly nodes: readonly string[]
  /** One staged Pod with dig in it per node; never the suite's own channels. */
  readonly vantages: readonly VantagePod[]
  readonly namespaces: Readonly<Record<SetName, string>>
  readonly signal: AbortSignal
}

/** Names of nodes as a bench wants them: Kind's control plane, and then the workers by name. */
export function controlPlaneFirst(nodes: readonly string[]): string[] {
  const rank = (name: string): number => (name.endsWith('control-plane') ? 0 : 1)
  return nodes.toSorted((a, b) => rank(a) - rank(b) || a.localeCompare(b))
}

/** The cluster that is broken on purpose, with the means to break it and to see that it is broken. */
export class Bench {
  readonly api: KubernetesApi
  readonly clusterDomain: string
  readonly nodes: readonly string[]
  readonly vantages: readonly VantagePod[]
  readonly namespaces: Readonly<Record<SetName, string>>
  /** Ends waiting when the user interrupts. */
  readonly signal: AbortSignal
  readonly #parts: BenchParts

  constructor(parts: BenchParts) {
    this.#parts = parts
    this.api = parts.api
    this.clusterDomain = parts.clusterDomain
    this.nodes = parts.nodes
    this.vantages = parts.vantages
    this.namespaces = parts.namespaces
    this.signal = parts.signal
  }

  /** The same bench for undoing, which an interrupt does not stop. */
  uninterrupted(): Bench {
    return new Bench({ ...this.#parts, signal: new AbortController().signal })
  }

  /** The n-th worker, counted from 1. */
  worker(n: number): string {
    const node = this.nodes[n]
    if (node === undefined) throw new Problem(`The cluster has no worker ${n}; start it with ${n + 1} nodes or more.`)
    return node
  }

  get controlPlane(): string {
    return this.worker(0)
  }

  /** The staged Pod on a node that one can look from. */
  vantageOn(node: string): VantagePod {
    const vantage = this.vantages.find((one) => one.node === node)
    if (vantage === undefined) throw new Problem(`No vantage Pod is on ${node}; see its events.`)
    return vantage
  }

  /** The absolute name of a Service, or of a name below one. */
  fqdn(name: string, set: SetName = 'headless'): string {
    return `${name}.${this.namespaces[set]}.svc.${this.clusterDomain}`
  }

  /** Runs a command in a node, whatever its exit code. */
  async tryOnNode(node: string, argv: readonly string[]): Promise<RunResult> {
    return commandInNode(this.#parts.kind, node, argv)
  }

  /** Runs a command in a node and gives its standard output. @throws Problem where it fails. */
  async onNode(node: string, argv: readonly string[]): Promise<string> {
    const { exitCode, stdout, stderr } = await this.tryOnNode(node, argv)
    if (exitCode === 0) return stdout
    throw new Problem(`${argv.join(' ')} on ${node} ended with code ${exitCode}: ${(stderr || stdout).trim()}`)
  }

  /** Ends a node with all that runs on it, and starts it again. */
  async restartNode(node: string): Promise<void> {
    await restartNode(this.#parts.kind, node)
  }

  /** Runs a command in a Pod and gives its standard output, whatever its exit code. @throws Problem where exec breaks. */
  async inPod(namespace: string, pod: string, container: string, argv: readonly string[]): Promise<string> {
    const { end, stdout } = await exec(this.api, { namespace, pod, container }, argv, { timeout: 15_000 })
    if (end.kind === 'lost') throw new Problem(`${argv.join(' ')} in ${pod}: ${end.reason}`)
    return stdout
  }

  /** One command of redis-cli in a Pod of a replicated set. */
  async redis(pod: string, command: readonly string[], set: SetName = 'redis'): Promise<string> {
    return (await this.inPod(this.namespaces[set], pod, 'redis', ['redis-cli', ...command])).trim()
  }

  async pod(set: SetName, name: string): Promise<Pod> {
    return this.api.send<Pod>(pathOf('pods', this.namespaces[set], name))
  }

  /** The Pods of the headless set that carry a label `app`, in the order of their names. */
  async pods(app: 'web' | 'db' | 'peers' | 'ungoverned'): Promise<Pod[]> {
    const pods = await list(this.api, 'pods', { namespace: this.namespaces.headless, labels: `app=rollcall-${app}` })
    return pods.sort((a, b) => (a.metadata?.name ?? '').localeCompare(b.metadata?.name ?? ''))
  }
}
