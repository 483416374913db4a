import { Problem } from '../helpers/errors.ts'
import { familyOf } from '../helpers/matchers/truth.ts'
import { backendServer, type DnsServer, resolverAt } from '../helpers/probes/dns/outcome.ts'
import { backendsInTurn } from '../helpers/probes/dns/turns.ts'
import { parseHttpText } from '../helpers/probes/http.ts'
import { Vantage, type VantagePod } from '../helpers/probes/vantage/vantage.ts'
import type { KubernetesApi } from '../helpers/target/api.ts'
import { findDnsService } from '../helpers/target/dns-service.ts'
import type { ApiFacts, DnsFacts, TargetFacts } from '../helpers/target/facts.ts'
import { findNodeCaches } from '../helpers/target/node-caches.ts'
import type { ProxyFact } from '../helpers/target/proxy.ts'
import { parseResolvConf, type ResolverConfig, usualResolver } from '../helpers/target/resolver.ts'
import type { Seen } from '../helpers/target/seen.ts'

/** What the vantage's image must offer; all of it is in the public multitool image. */
export const requiredTools = ['bash', 'base64', 'cat', 'curl', 'dd', 'getent', 'hostname', 'nc', 'timeout', 'tr']

/** What the sampler takes besides, in the same image. */
export const samplerTools = ['awk', 'dig', 'mkfifo', 'mv', 'rm']

/** What the pods told us of themselves. */
export interface Survey {
  /** Those in which something can be run. */
  readonly vantages: readonly VantagePod[]
  readonly facts: TargetFacts
  readonly servers: Readonly<Record<string, readonly DnsServer[]>>
}

/**
 * Learns what only a pod can tell: the resolver that pods are given, with its domain and servers, and the proxy's own word
 * on its mode.
 * A vantage in which nothing can be run, as on a node that is leaving, is left out as long as there is another.
 * @throws Problem where the image lacks a tool, where exec works nowhere, or where the resolver is not that of a cluster.
 */
export async function survey(
  api: KubernetesApi,
  known: ApiFacts,
  looking: readonly VantagePod[],
  nodePods: Seen<readonly VantagePod[]>,
  privileged: Seen<true>,
  tools: readonly string[] = requiredTools,
): Promise<Survey> {
  const vantages = looking.map((pod) => new Vantage(api, pod))
  const nodeVantages = (nodePods.seen ? nodePods.value : []).map((pod) => new Vantage(api, pod))
  try {
    const told = await Promise.allSettled(
      vantages.map(async (vantage) => {
        await checkTools(vantage, tools)
        return [vantage.pod.node, await readResolver(vantage)] as const
      }),
    )
    const { seen, blind } = withSight(told, looking)
    const resolvers = new Map(seen)
    const pods = looking.flatMap((pod) => {
      const resolver = resolvers.get(pod.node)
      return resolver === undefined ? [] : [{ ...pod, resolver }]
    })
    const dns = await dnsFacts(api, resolvers, pods)
    const proxies = await Promise.all(nodeVantages.map((vantage) => askProxy(vantage, known.proxies)))
    const families = [...new Set(pods.flatMap((pod) => pod.addresses.map(familyOf)))].sort()
    const asked = new Set(proxies.map((one) => one.node))
    return {
      vantages: pods,
      facts: {
        ...known,
        proxies: [...known.proxies.filter((one) => !asked.has(one.node)), ...proxies].sort((a, b) =>
          a.node.localeCompare(b.node),
        ),
        families,
        dns,
        privileged,
        ...(Object.keys(blind).length === 0 ? {} : { blind }),
      },
      servers: serversOf(pods, resolvers, dns),
    }
  } finally {
    for (const vantage of [...vantages, ...nodeVantages]) vantage.close()
  }
}

/** What it takes to look from a Pod could not be run in it. */
class Blind extends Problem {}

/**
 * What the vantages told that one can look from, and why one cannot from others, by node.
 * @throws Problem of the first where there is none, and whatever else went wrong.
 */
function withSight<T>(
  told: readonly PromiseSettledResult<T>[],
  pods: readonly VantagePod[],
): { seen: T[]; blind: Record<string, string> } {
  const seen = told.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : []))
  const blind: Record<string, string> = {}
  for (const [index, one] of told.entries()) {
    if (one.status === 'fulfilled') continue
    if (seen.length === 0 || !(one.reason instanceof Blind)) throw one.reason
    blind[pods[index]?.node ?? ''] = one.reason.message
  }
  return { seen, blind }
}

async function checkTools(vantage: Vantage, tools: readonly string[]): Promise<void> {
  const reply = await vantage.missingTools(tools)
  if (reply.kind === 'lost') throw new Blind(`Nothing can be run in the vantage Pods: ${reply.reason}.`)
  const missing = reply.output.toString('utf8').trim().split(/\s+/).filter(Boolean)
  if (missing.length > 0)
    throw new Problem(
      `The vantage image on ${vantage.pod.node} lacks ${missing.join(', ')}, which the public multitool image has; use that or one like it.`,
    )
}

async function readResolver(vantage: Vantage): Promise<ResolverConfig> {
  const reply = await vantage.file('/etc/resolv.conf')
  if (reply.kind === 'lost')
    throw new Blind(`/etc/resolv.conf of ${vantage.pod.pod} could not be read: ${reply.reason}.`)
  if (reply.code !== 0) throw new Problem(`/etc/resolv.conf of ${vantage.pod.pod} could not be read: ${reply.output}.`)
  return parseResolvConf(reply.output.toString('utf8'))
}

async function dnsFacts(
  api: KubernetesApi,
  resolvers: ReadonlyMap<string, ResolverConfig>,
  pods: readonly VantagePod[],
): Promise<DnsFacts> {
  const [first] = resolvers.values()
  // One node that is set up wrong is for the requirements to find, whichever it is.
  const usual = usualResolver([...resolvers.values()], pods[0]?.namespace ?? '')
  const nameserver = usual?.resolver.nameservers[0]
  if (usual === undefined || nameserver === undefined)
    throw new Problem(
      `The resolv.conf of Pods names no cluster domain (search list: ${first?.search.join(' ') || 'empty'}); see the kubelet's clusterDomain and clusterDNS.`,
    )
  return {
    clusterDomain: usual.domain,
    nameservers: Object.fromEntries([...resolvers].map(([node, config]) => [node, config.nameservers])),
    service: await findDnsService(api, nameserver),
    nodeCaches: await findNodeCaches(api),
  }
}

/** The servers that each vantage asks: those of its own resolv.conf, and backends of the DNS Service. */
function serversOf(
  pods: readonly VantagePod[],
  resolvers: ReadonlyMap<string, ResolverConfig>,
  dns: DnsFacts,
): Record<string, DnsServer[]> {
  const backends = dns.service.seen ? dns.service.value.backends.map(backendServer) : []
  return Object.fromEntries(
    pods.map(({ node }, index) => {
      const own = (resolvers.get(node)?.nameservers ?? []).map(resolverAt)
      return [node, [...own, ...backendsInTurn(backends, index, pods.length)]]
    }),
  )
}

/** kube-proxy tells its mode on the loopback address of its node (cmd/kube-proxy, metrics server). */
async function askProxy(vantage: Vantage, known: readonly ProxyFact[]): Promise<ProxyFact> {
  const { node } = vantage.pod
  const fact = known.find((one) => one.node === node)
  // RKE2 and k3s run a kube-proxy that shows no Pod, also beside others that do.
  const other = fact?.implementation
  const beside = fact?.beside ?? (other === 'kube-proxy' || other === 'unknown' ? undefined : other)
  for (const host of ['127.0.0.1', '[::1]']) {
    const text = parseHttpText(await vantage.http(`http://${host}:10249/proxyMode`, 2))
    if (text === 'iptables' || text === 'nftables' || text === 'ipvs')
      return {
        node,
        implementation: 'kube-proxy',
        mode: text,
        learned: `kube-proxy on ${node} says so at ${host}:10249/proxyMode`,
        ...(fact?.nodePorts === undefined ? {} : { nodePorts: fact.nodePorts }),
        ...(beside === undefined ? {} : { beside }),
      }
  }
  return (
    fact ?? {
      node,
      implementation: 'unknown',
      mode: 'unknown',
      learned: 'no kube-proxy answers on the loopback address of the node',
    }
  )
}
