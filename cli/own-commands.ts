import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import type { KindCluster } from '../cluster/kind.ts'
import { Problem } from '../helpers/errors.ts'
import { KubernetesApi } from '../helpers/target/api.ts'
import { chooseCluster } from '../helpers/target/kubeconfig.ts'
import { namespaceAdmin, team } from '../mutants/rehearsals/namespace-admin.ts'

const program = join(import.meta.dirname, '..', 'bin', 'rollcall.js')

/** Our own commands as users call them, on one cluster, with all rights there or those of a namespace's admin. */
export class OwnCommands {
  readonly #cluster: KindCluster
  readonly #signal: AbortSignal
  /** Flags by which they find the cluster and what they may do there. */
  #access: readonly string[] = []

  constructor(cluster: KindCluster, signal: AbortSignal) {
    this.#cluster = cluster
    this.#signal = signal
    this.asClusterAdmin()
  }

  /** From now on with all rights. */
  asClusterAdmin(): void {
    const { kubeconfig, context } = this.#cluster
    this.#access = ['--kubeconfig', kubeconfig, '--context', context]
  }

  /** From now on with the rights of a namespace's admin, who is made, and whose kubeconfig is written to a file. */
  async asNamespaceAdmin(file: string): Promise<void> {
    const api = this.api()
    try {
      await namespaceAdmin(api, { of: this.#cluster.kubeconfig, into: file })
    } finally {
      api.close()
    }
    this.#access = ['--kubeconfig', file, '--context', this.#cluster.context, '--namespace', team.namespace]
  }

  /** The API, with all rights. */
  api(): KubernetesApi {
    const { kubeconfig, context } = this.#cluster
    const chosen = chooseCluster({ kubeconfig, context }, {})
    if (chosen === undefined) throw new Error('a named context is always a choice')
    return new KubernetesApi(chosen.config)
  }

  start(argv: readonly string[]): ChildProcess {
    return startOwn([...argv, ...this.#access], 'inherit')
  }

  /** Runs one to its end. @throws Problem where it ends with another code than these, the signal's reason on abort. */
  async run(argv: readonly string[], good: readonly number[] = [0]): Promise<void> {
    const code = await ended(this.start(argv))
    this.#signal.throwIfAborted()
    check(argv, code, good)
  }

  /** Takes away whatever any of them has left behind, also after an interrupt. @throws Problem where it could not. */
  async sweep(): Promise<void> {
    const argv = ['sweep', '--all']
    check(argv, await ended(this.start(argv)), [0])
  }
}

function check(argv: readonly string[], code: number, good: readonly number[]): void {
  if (!good.includes(code)) throw new Problem(`rollcall ${argv.join(' ')} ended with code ${code}; see what it said.`)
}

/** Starts one of our own commands; what it says on stderr is ours, or nobody's. */
export function startOwn(argv: readonly string[], stderr: 'inherit' | 'ignore'): ChildProcess {
  return spawn(process.execPath, [program, ...argv], { stdio: ['ignore', 'ignore', stderr] })
}

/** The code that a process has ended with. */
export async function ended(child: ChildProcess): Promise<number> {
  if (child.exitCode === null && child.signalCode === null) await once(child, 'exit')
  return child.exitCode ?? 130
}
