import { accessSync, constants } from 'node:fs'
import { homedir } from 'node:os'
import { delimiter, join } from 'node:path'
import { KubeConfig } from '@kubernetes/client-node'
import { messageOf, Problem } from '../errors.ts'

/** Contexts that exist to be thrown away, by the names that their tools give them. */
const disposable = /^(kind-|k3d-|minikube$|docker-desktop$|rancher-desktop$|colima|orbstack$)/

/** A cluster as the user has named it. */
export interface ChosenCluster {
  readonly config: KubeConfig
  readonly context: string
  readonly server: string
  /** How the context was chosen, for the first line of the output. */
  readonly why: string
}

export interface KubeconfigChoice {
  readonly context?: string | undefined
  /** A file; `env.KUBECONFIG`, else `~/.kube/config` without it. */
  readonly kubeconfig?: string | undefined
}

/**
 * Finds the cluster that the user means, or nothing when the user named none and a Kind cluster is to be used.
 *
 * A named context always counts. Without one, only an explicit kubeconfig whose current context is plainly disposable
 * does: no run ever lands on a cluster that happened to be current.
 * @throws Problem for an unreadable or malformed kubeconfig, an unknown context, and a context that needs to be named.
 */
export function chooseCluster(choice: KubeconfigChoice, env: NodeJS.ProcessEnv): ChosenCluster | undefined {
  const explicit = choice.kubeconfig ?? (env.KUBECONFIG || undefined)
  if (choice.context === undefined && explicit === undefined) return undefined
  const files = (explicit ?? join(homedir(), '.kube', 'config')).split(delimiter).filter((file) => file !== '')
  const config = load(files)
  const names = config.getContexts().map((context) => context.name)
  if (choice.context !== undefined) {
    if (!names.includes(choice.context)) {
      const known = names.length === 0 ? 'it has none' : `it has ${names.join(', ')}`
      throw new Problem(`${files.join(', ')} has no context "${choice.context}": ${known}; name one of these.`)
    }
    config.setCurrentContext(choice.context)
    return chosen(config, 'named by the user')
  }
  const current = config.getCurrentContext()
  if (!current || !names.includes(current))
    throw new Problem(
      `${files.join(', ')} has no current context, so it is not clear which cluster to judge; name one with --context.`,
    )
  if (!disposable.test(current))
    throw new Problem(
      `The current context "${current}" may be a cluster that matters; say --context ${current} if it is the one to judge.`,
    )
  return chosen(config, 'current context of an explicit kubeconfig, and plainly disposable')
}

function chosen(config: KubeConfig, why: string): ChosenCluster {
  const context = config.getCurrentContext()
  const cluster = config.getCurrentCluster()
  if (cluster === null)
    throw new Problem(
      `The context "${context}" names a cluster that its kubeconfig does not hold; mend the kubeconfig.`,
    )
  return { config, context, server: cluster.server, why }
}

function load(files: readonly string[]): KubeConfig {
  const config = new KubeConfig()
  for (const [index, file] of files.entries()) {
    try {
      accessSync(file, constants.R_OK)
      const one = index === 0 ? config : new KubeConfig()
      one.loadFromFile(file)
      if (one !== config) config.mergeConfig(one, true)
    } catch (error) {
      const code = (error as NodeJS.ErrnoException).code
      const what =
        code === 'ENOENT'
          ? 'does not exist'
          : code === 'EACCES'
            ? 'may not be read'
            : `is not valid: ${messageOf(error)}`
      throw new Problem(`The kubeconfig ${file} ${what.split('\n')[0]}; give a readable one with --kubeconfig.`, {
        cause: error,
      })
    }
  }
  return config
}
