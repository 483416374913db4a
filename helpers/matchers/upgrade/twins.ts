import type { Before } from '../../upgrade/before.ts'
import type { Profile } from '../../upgrade/budgets.ts'
import { backendsIn } from '../../upgrade/targets.ts'
import type { Watched } from '../../upgrade/watched.ts'
import { nameOf } from '../placed.ts'
import type { TwinOf } from './findings-paths.ts'

/** The headless Services over the same Pods as those with an address, by absolute name: DNS tells of them who the endpoints are. */
export function twinsIn({ snapshots, facts }: Pick<Before, 'snapshots' | 'facts'>): TwinOf {
  const twins = new Map<string, string>()
  for (const { namespace, services } of Object.values(snapshots)) {
    const selectors = services.map((one) => ({ one, text: selectorText(one.spec?.selector) }))
    for (const { one, text } of selectors) {
      const twin = selectors.find((other) => other.text === text && other.one.spec?.clusterIP === 'None')
      if (one.spec?.clusterIP === 'None' || text === '' || twin === undefined) continue
      twins.set(nameOf(one), `${nameOf(twin.one)}.${namespace}.svc.${facts.dns.clusterDomain}`)
    }
  }
  return (service) => twins.get(service)
}

function selectorText(selector: Readonly<Record<string, string>> = {}): string {
  return Object.entries(selector)
    .map(([key, value]) => `${key}=${value}`)
    .sort()
    .join(',')
}

/**
 * How the cluster was upgraded, from what was seen: one DNS server, or Pods that went to other nodes, or neither. Where nobody may
 * see how many DNS servers there are, it may be one.
 */
export function profileOf({ facts }: Pick<Before, 'facts'>, { truths, targets }: Watched): Profile {
  const { service } = facts.dns
  const servers = targets.map((entry) => backendsIn(entry.targets).length)
  const [first = service.seen ? service.value.backends.length : 1] = servers.filter((count) => count > 0)
  if (first < 2) return 'single-dns'
  const nodes = new Map<string, string>()
  for (const { pods } of truths)
    for (const { name, node } of pods) {
      const before = nodes.get(name)
      if (before !== undefined && before !== node) return 'drain'
      nodes.set(name, node)
    }
  return 'in-place'
}
