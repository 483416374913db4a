import { messageOf, Problem } from '../errors.ts'
import type { KubernetesApi } from './api.ts'
import type { DnsService } from './dns-service.ts'
import { ApiUnreachable, isStatus } from './kubernetes-error.ts'
import { type NodeFact, readNodes } from './nodes.ts'
import { type ProxyFact, readProxies } from './proxy.ts'
import type { Seen } from './seen.ts'
import { readStorage, type StorageFacts } from './storage.ts'
import { readWidePolicies } from './wide-policies.ts'

export interface ServerVersion {
  readonly gitVersion: string
  readonly platform: string
}

/** What is known of the cluster before any pod has looked. Cloneable; holds no secret. */
export interface ApiFacts {
  readonly context: string
  readonly server: string
  readonly version: ServerVersion
  readonly nodes: Seen<readonly NodeFact[]>
  readonly proxies: readonly ProxyFact[]
  /** Absent from older recordings. */
  readonly storage?: StorageFacts
  /** Policies that may keep Pods of every namespace apart, as `kind name`; absent from older recordings. */
  readonly widePolicies?: readonly string[]
}

/** What a pod sees of its resolver, and what the API says of the servers behind it. */
export interface DnsFacts {
  readonly clusterDomain: string
  /** Nameservers per node; all vantages of a sound cluster agree. */
  readonly nameservers: Readonly<Record<string, readonly string[]>>
  readonly service: Seen<DnsService>
  /** Nodes with a cache of DNS of their own; absent from older recordings. */
  readonly nodeCaches?: Seen<readonly string[]>
}

/** Everything that decides what is applicable; written to the report as it is. */
export interface TargetFacts extends ApiFacts {
  readonly families: readonly ('IPv4' | 'IPv6')[]
  readonly dns: DnsFacts
  readonly privileged: Seen<true>
  /** Nodes whose Pod can run nothing, so that nothing is looked at from there, each with the reason; absent without any. */
  readonly blind?: Readonly<Record<string, string>>
}

/**
 * Learns what the API tells; `namespace` is one in which something may be tried out, which changes nothing.
 * @throws Problem where even the version cannot be read: the API cannot be reached, or accepts nothing from us.
 */
export async function readApiFacts(
  api: KubernetesApi,
  context: string,
  signal?: AbortSignal,
  namespace = 'default',
): Promise<ApiFacts> {
  const version = await readVersion(api, context, signal)
  const nodes = await readNodes(api, signal)
  const names = nodes.seen ? nodes.value.map((node) => node.name) : []
  const [proxies, storage, widePolicies] = await Promise.all([
    readProxies(api, names, signal),
    readStorage(api, namespace, signal),
    readWidePolicies(api, signal),
  ])
  return {
    context,
    server: api.server,
    version: { gitVersion: version.gitVersion, platform: version.platform },
    ...{ nodes, proxies, storage, widePolicies },
  }
}

async function readVersion(api: KubernetesApi, context: string, signal?: AbortSignal): Promise<ServerVersion> {
  try {
    return await api.send<ServerVersion>('/version', { signal })
  } catch (error) {
    if (error instanceof ApiUnreachable)
      throw new Problem(
        `The API server of context ${context} cannot be reached (${messageOf(error)}); start the cluster, or name another context${proxyHint(process.env)}.`,
      )
    if (isStatus(error, 401))
      throw new Problem(
        `The API server of context ${context} does not accept its credentials (${messageOf(error)}); renew them.`,
      )
    throw error
  }
}

/** Neither the client nor Node 20 goes by the variables that kubectl goes by: whoever relies on them sees kubectl alone get through. */
function proxyHint(env: NodeJS.ProcessEnv): string {
  const [name] = ['HTTPS_PROXY', 'https_proxy'].filter((one) => env[one])
  return name === undefined ? '' : `, or set proxy-url in its kubeconfig, since ${name} does not count here`
}
