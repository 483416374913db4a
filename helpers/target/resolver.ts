/** What a pod's `/etc/resolv.conf` says (resolv.conf(5)). */
export interface ResolverConfig {
  readonly nameservers: readonly string[]
  readonly search: readonly string[]
  readonly options: readonly string[]
}

/** Reads resolv.conf: the last `search` line counts, comments start with `#` or `;`. */
export function parseResolvConf(text: string): ResolverConfig {
  const nameservers: string[] = []
  let search: string[] = []
  const options: string[] = []
  for (const line of text.split('\n')) {
    const [keyword, ...words] = line
      .replace(/[#;].*$/, '')
      .trim()
      .split(/\s+/)
    if (keyword === 'nameserver' && words[0] !== undefined) nameservers.push(words[0])
    else if (keyword === 'search' || keyword === 'domain') search = words
    else if (keyword === 'options') options.push(...words)
  }
  return { nameservers, search, options }
}

/**
 * What a kubelet takes of the resolv.conf of its node: of search lists only those that `search` names, and no `.`, which
 * systemd-resolved writes where a network has no domain (pkg/kubelet/network/dns, parseResolvConf).
 */
export function parseNodeResolvConf(text: string): ResolverConfig {
  const config = parseResolvConf(text.replace(/^\s*domain\s.*$/gm, ''))
  return { ...config, search: withoutRoot(config.search) }
}

/** A search list less the root, at which absolute names are looked for in any case. */
export function withoutRoot(search: readonly string[]): string[] {
  return search.filter((one) => one !== '.')
}

/** What most Pods of a namespace have: the cluster domain, and the resolver of one of them; undefined where none names a domain. */
export function usualResolver(
  resolvers: readonly ResolverConfig[],
  namespace: string,
): { readonly domain: string; readonly resolver: ResolverConfig } | undefined {
  const told = resolvers.flatMap((resolver) => {
    const domain = clusterDomain(resolver, namespace)
    return domain === undefined ? [] : [{ domain, resolver }]
  })
  const count = (domain: string): number => told.filter((one) => one.domain === domain).length
  return told.toSorted((a, b) => count(b.domain) - count(a.domain))[0]
}

/**
 * The cluster domain, from the search list that the kubelet writes for `ClusterFirst` pods: `<ns>.svc.<domain>` comes
 * first, then `svc.<domain>` (pkg/kubelet/network/dns). Undefined where the list does not have that shape.
 */
export function clusterDomain(config: ResolverConfig, namespace: string): string | undefined {
  const prefix = `${namespace}.svc.`
  const own = config.search.find((one) => one.startsWith(prefix))
  const domain = own?.slice(prefix.length).replace(/\.$/, '')
  if (domain === undefined || domain === '') return undefined
  return config.search.some((one) => one.replace(/\.$/, '') === `svc.${domain}`) ? domain : undefined
}
