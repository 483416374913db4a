import type { InsideSighting, InsideView } from '../probes/inside.ts'
import type { Pod } from '../target/objects.ts'

/** The Pod `asks` of the namespace `ns`, with parts of its spec. */
export function askingPod(spec: Partial<NonNullable<Pod['spec']>> = {}, metadata: Pod['metadata'] = {}): Pod {
  return {
    metadata: { name: 'asks', namespace: 'ns', creationTimestamp: '2026-01-01T00:00:10Z', ...metadata },
    spec: { containers: [{ name: 'idle' }], nodeName: 'worker', ...spec },
    status: { podIPs: [{ ip: '10.244.1.5' }], startTime: '2026-01-01T00:00:10Z' },
  }
}

const sound: InsideView = {
  hostname: 'asks',
  libc: 'musl',
  resolver: {
    nameservers: ['10.96.0.10'],
    search: ['ns.svc.cluster.local', 'svc.cluster.local', 'cluster.local', 'corp.example'],
    options: ['ndots:5'],
  },
  hosts: [
    { address: '127.0.0.1', names: ['localhost'] },
    { address: '10.244.1.5', names: ['asks'] },
  ],
  variables: ['HOME', 'ASKED_CLUSTERIP_SERVICE_HOST', 'ASKED_CLUSTERIP_SERVICE_PORT'],
  lookups: {},
}

/** What a Pod of a sound cluster shows, but for what is said. */
export function insideOf(change: Partial<InsideView> = {}): InsideSighting {
  return { pod: 'asks', outcome: { kind: 'answer', view: { ...sound, ...change } } }
}

/** The sound resolver, but for what is said. */
export function resolverOf(change: Partial<InsideView['resolver']>): InsideSighting {
  return insideOf({ resolver: { ...sound.resolver, ...change } })
}

export const lostInside: InsideSighting = { pod: 'asks', outcome: { kind: 'lost', reason: 'torn' } }
