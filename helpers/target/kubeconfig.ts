import { existsSync, readFileSync } from 'node:fs'
import { Agent, type RequestOptions } from 'node:https'
import { homedir } from 'node:os'
import { dirname, join } from 'node:path'
import type { KubeConfig } from '@kubernetes/client-node'
import { messageOf, Problem } from '../errors.ts'
import type { HandedAccess, HandedCluster, StandingCredentials } from './credentials.ts'
import { explicitFiles, isNamed, type KubeconfigChoice } from './kubeconfig-choice.ts'
import { Kubeconfig } from './kubeconfig-client.ts'
import { addressProblem, fileTrouble } from './kubeconfig-trouble.ts'
import { followTokenFiles } from './token-files.ts'

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

/**
 * Finds the cluster that the user means, or nothing when the user named none and a Kind cluster is to be used.
 *
 * A named context always counts. Without one, only an explicit kubeconfig whose current context is plainly disposable
 * does: no run ever lands on a cluster that happened to be current.
 * @throws Problem for an unreadable or malformed kubeconfig, an unknown context, one that needs to be named, and one whose server
 * has no address that can be used.
 */
export function chooseCluster(choice: KubeconfigChoice, env: NodeJS.ProcessEnv): ChosenCluster | undefined {
  if (!isNamed(choice, env)) return undefined
  const explicit = explicitFiles(choice, env)
  const files = explicit.length === 0 ? [join(homedir(), '.kube', 'config')] : explicit
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
  const problem = addressProblem(context, cluster)
  if (problem !== undefined) throw problem
  return { config, context, server: cluster.server, why }
}

/** A cluster as it was chosen, for another thread or process. */
export async function handOverChosen({ context, server, why, config }: ChosenCluster): Promise<HandedCluster> {
  return { context, server, why, access: await handOver(config) }
}

/**
 * Makes access for another thread, with credentials of this moment where they stay as they are.
 * @throws Problem where there are none to be had.
 */
export async function handOver(config: KubeConfig): Promise<HandedAccess> {
  const { server, proxyUrl } = config.getCurrentCluster() ?? { server: '', proxyUrl: undefined }
  const kubeconfig = config.exportConfig()
  const user = config.getCurrentUser()
  // A token in a file is changed in time, and so is whatever a plugin gives: whoever uses it waits for that, no longer than it may.
  const changes = user?.exec !== undefined || user?.authProvider !== undefined
  if (changes || proxyUrl !== undefined) return { server, kubeconfig }
  const options: RequestOptions = {}
  await config.applyToHTTPSOptions(options)
  if (options.agent?.constructor !== Agent) return { server, kubeconfig }
  const { ca, cert, key, servername, rejectUnauthorized, auth, headers } = options
  const given = { ca: text(ca), cert: text(cert), key: text(key), servername, rejectUnauthorized, auth, headers }
  const standing = Object.fromEntries(
    Object.entries(given).filter(([, value]) => value !== undefined && value !== null),
  )
  return { server, kubeconfig, standing: standing as StandingCredentials }
}

/** Reads what `exportConfig` has written. */
export function readExport(kubeconfig: string): KubeConfig {
  const config = new Kubeconfig()
  config.loadFromString(kubeconfig)
  return config
}

function text(pem: unknown): string | undefined {
  return pem === undefined || pem === null ? undefined : String(pem)
}

/** Merges files as kubectl does: what a file names first counts, and of several files those that do not exist are left out. */
function load(files: readonly string[]): KubeConfig {
  const existing = files.length === 1 ? files : files.filter((file) => existsSync(file))
  if (existing.length === 0)
    throw new Problem(`None of the kubeconfigs ${files.join(', ')} exists; give a readable one with --kubeconfig.`)
  const [config = new Kubeconfig(), ...others] = existing.map(loadFile)
  for (const other of others) {
    for (const list of ['clusters', 'users', 'contexts'] as const) {
      const known = new Set<string>(config[list].map((one) => one.name))
      other[list] = (other[list] as { name: string }[]).filter((one) => !known.has(one.name)) as never
    }
    config.mergeConfig(other, Boolean(config.currentContext))
  }
  return config
}

function loadFile(file: string): KubeConfig {
  const config = new Kubeconfig()
  try {
    const text = textOf(file)
    config.loadFromString(text)
    config.makePathsAbsolute(dirname(file))
    followTokenFiles(config, text, dirname(file))
    return config
  } catch (error) {
    throw new Problem(`The kubeconfig ${file} ${troubleOf(error)}; give a readable one with --kubeconfig.`)
  }
}

function textOf(file: string): string {
  const text = readFileSync(file, 'utf8')
  // The client would stumble over what is not there.
  if (text.replace(/^\s*(#.*)?$/gm, '').trim() === '') throw new Error('it is empty')
  return text
}

function troubleOf(error: unknown): string {
  return fileTrouble(error) ?? `is not valid: ${messageOf(error).split('\n')[0]}`
}
