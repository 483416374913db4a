import type { NodeResolverSighting } from '../probes/node-resolver.ts'
import type { Observation, Verdict } from '../report/record.ts'
import type { AskedResolver, Pod } from '../target/objects.ts'
import { type ResolverConfig, withoutRoot } from '../target/resolver.ts'
import { canonical, sameSet, setText } from './truth.ts'

/** What the cluster gives to the resolvers of Pods on one node. */
export interface ClusterDns {
  readonly domain: string
  /** Undefined where nobody can tell. */
  readonly nameservers: readonly string[] | undefined
}

/** One look at the resolver of a Pod, or why there was none. */
export interface ResolverSighting {
  readonly pod: string
  readonly outcome:
    | { readonly kind: 'answer'; readonly view: { readonly resolver: ResolverConfig } }
    | { readonly kind: 'lost'; readonly reason: string }
}

/** A Pod, as far as its resolver goes by it. */
export interface AskingPod {
  readonly metadata?: { readonly namespace?: string }
  readonly spec?: AskedResolver
  readonly status?: { readonly startTime?: string | Date }
}

/** Nameservers that a kubelet writes at most (validation.MaxDNSNameservers); the C libraries read no more either. */
const mostNameservers = 3

type Judged = readonly [right: boolean, expected: string, observed: string]

/** Judges what a Pod's resolver holds. A Pod that could not be looked into says nothing. */
export function judgeResolver(
  { pod, outcome }: ResolverSighting,
  judged: (resolver: ResolverConfig) => readonly Judged[],
): Observation[] {
  const about = { vantage: pod, backend: '', hop: 'pod' as const }
  if (outcome.kind === 'lost')
    return [{ ...about, verdict: 'inconclusive', expected: 'a resolver to look at', observed: outcome.reason }]
  return judged(outcome.view.resolver).map(([right, expected, observed]): Observation => {
    const verdict: Verdict = right ? 'conformant' : 'non-conformant'
    return { ...about, verdict, expected, observed: `${observed} in ${pod}` }
  })
}

/** A Pod that its admission has given `None`, as caches on nodes have it injected, is judged by no other policy. */
export function otherPolicy({ spec }: AskingPod, { pod }: ResolverSighting): Observation[] | undefined {
  if (spec?.dnsPolicy !== 'None') return undefined
  const about = { vantage: pod, backend: '', hop: 'pod' } as const
  const observed = `its admission has given ${pod} the dnsPolicy None`
  return [{ ...about, verdict: 'not-applicable', expected: 'the dnsPolicy of its manifest', observed }]
}

/**
 * `ClusterFirst`: the nameservers of the cluster and then those of `dnsConfig`, no others; the search list begins with
 * namespace, Services and zone, and ends with that of `dnsConfig`. Between them are the domains of the node
 * (pkg/kubelet/network/dns GetPodDNS, generateSearchesForDNSClusterFirst, appendDNSConfig).
 */
export function clusterFirst(
  pod: AskingPod,
  sighting: ResolverSighting,
  { domain, nameservers }: ClusterDns,
): Observation[] {
  const other = otherPolicy(pod, sighting)
  if (other !== undefined) return other
  const { nameservers: added = [], searches = [] } = pod.spec?.dnsConfig ?? {}
  const wanted = distinct([...(nameservers ?? []), ...added].map(canonical)).slice(0, mostNameservers)
  const first = clusterDomains(pod, domain)
  const last = searches.map(bare).filter((one) => !first.includes(one))
  return judgeResolver(sighting, (resolver) => {
    const search = resolver.search.map(bare)
    return [
      ...(nameservers === undefined ? [] : [sameOrder('nameserver', wanted, resolver.nameservers.map(canonical))]),
      [
        startsWith(search, first) && last.every((one) => search.indexOf(one) >= first.length),
        ['search', ...first, '...', ...last].join(' '),
        ['search', ...resolver.search].join(' '),
      ],
    ]
  })
}

/** A Pod keeps the resolver that it was given: what its node was told later is nothing to hold against it. */
export function unlessWrittenLater(one: Observation, { status }: AskingPod, node: NodeResolverSighting): Observation {
  const since = status?.startTime
  if (one.verdict !== 'non-conformant' || node.kind !== 'read' || node.changed === undefined) return one
  if (since === undefined || node.changed.getTime() <= new Date(since).getTime()) return one
  const observed = 'the resolver of the node was written after the Pod had started'
  return { ...one, verdict: 'not-applicable', observed }
}

/** `ndots` of a Pod of the cluster's resolver: 5, unless its `dnsConfig` says otherwise (defaultDNSOptions). */
export function ndotsOf({ spec }: AskingPod): number {
  return Number((spec?.dnsConfig?.options ?? []).find((one) => one.name === 'ndots')?.value ?? 5)
}

/** The Pod's resolver has the `ndots` that it is to have, once. */
export function dotsOf(pod: AskingPod, sighting: ResolverSighting): Observation[] {
  const other = otherPolicy(pod, sighting)
  if (other !== undefined) return other
  const wanted = `ndots:${ndotsOf(pod)}`
  return judgeResolver(sighting, ({ options }) => {
    const seen = options.filter((one) => one.startsWith('ndots:'))
    return [[sameSet(seen, [wanted]), `options ${wanted}`, ['options', ...seen].join(' ')]]
  })
}

/** Every option of `dnsConfig` is there with its value, and with no other: it takes the place of a default of that name. */
export function optionsMerged(pod: AskingPod, sighting: ResolverSighting): Observation[] {
  return judgeResolver(sighting, ({ options }) =>
    optionsOf(pod).map((wanted) => {
      const [name] = wanted.split(':')
      const seen = options.filter((one) => one.split(':')[0] === name)
      return [sameSet(seen, [wanted]), `options ${wanted}`, ['options', ...seen].join(' ')]
    }),
  )
}

/** `None`: what `dnsConfig` says, and nothing else; the order of options is free. */
export function dnsConfigAlone(pod: AskingPod, sighting: ResolverSighting): Observation[] {
  const { nameservers = [], searches = [] } = pod.spec?.dnsConfig ?? {}
  return judgeResolver(sighting, (resolver) =>
    sameResolver({ nameservers, search: searches, options: optionsOf(pod) }, resolver),
  )
}

/**
 * `Default`, and every Pod in the node's network that does not ask for more: the node's resolver as it was when the Pod
 * started (getPodDNSType). Where the node's file cannot be read, what is certain is that the node cannot know the search
 * domain of a namespace.
 */
export function nodeResolver(
  pod: Pod,
  sighting: ResolverSighting,
  node: NodeResolverSighting,
  domain: string,
): Observation[] {
  const other = otherPolicy(pod, sighting)
  if (other !== undefined) return other
  const own = `${pod.metadata?.namespace}.svc.${domain}`
  const judged = judgeResolver(sighting, (resolver) => [
    [
      !resolver.search.map(bare).includes(own),
      `search without ${own}`,
      resolver.search.includes(own) ? `search with ${own}` : `search without ${own}`,
    ],
    ...(node.kind === 'unknown' ? [] : sameResolver(limited(node.config), rootless(resolver))),
  ])
  return judged.map((one, index) => (index === 0 ? one : unlessWrittenLater(one, pod, node)))
}

/** Some kubelets hand on the root as a search domain, and others leave it out: it changes nothing. */
function rootless(resolver: ResolverConfig): ResolverConfig {
  return { ...resolver, search: withoutRoot(resolver.search) }
}

/** What a kubelet hands on of a resolver configuration (Configurer.getHostDNSConfig, formDNSNameserversFitsLimits). */
function limited({ nameservers, search, options }: ResolverConfig): ResolverConfig {
  return { nameservers: nameservers.slice(0, mostNameservers), search, options: distinct(options) }
}

/** The domains in which a Pod looks for Services: of its own namespace first. */
export function clusterDomains({ metadata }: AskingPod, domain: string): string[] {
  return [`${metadata?.namespace}.svc.${domain}`, `svc.${domain}`, domain]
}

function sameResolver(wanted: ResolverConfig, seen: ResolverConfig): Judged[] {
  return [
    sameOrder('nameserver', wanted.nameservers.map(canonical), seen.nameservers.map(canonical)),
    sameOrder('search', wanted.search.map(bare), seen.search.map(bare)),
    [sameSet(wanted.options, seen.options), `options ${setText(wanted.options)}`, `options ${setText(seen.options)}`],
  ]
}

/** Judges a line of resolv.conf whose words are wanted in this order. */
export function sameOrder(keyword: string, wanted: readonly string[], seen: readonly string[]): Judged {
  const right = wanted.length === seen.length && startsWith(seen, wanted)
  return [right, [keyword, ...wanted].join(' '), [keyword, ...seen].join(' ')]
}

function startsWith(list: readonly string[], beginning: readonly string[]): boolean {
  return beginning.every((one, index) => list[index] === one)
}

function optionsOf(pod: AskingPod): string[] {
  return (pod.spec?.dnsConfig?.options ?? []).map(({ name, value }) => (value ? `${name}:${value}` : `${name}`))
}

/** A domain without the dot at its end, which may stand there or not. */
export function bare(domain: string): string {
  return domain === '.' ? domain : domain.replace(/\.$/, '').toLowerCase()
}

/** Each value once, where it comes first. */
export function distinct(values: readonly string[]): string[] {
  return [...new Set(values)]
}
