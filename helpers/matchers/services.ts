import type { Observation } from '../report/record.ts'
import type { Snapshot } from '../stage/snapshot.ts'
import type { HeadlessService } from './rules.ts'
import type { ClusterIpPort } from './rules-clusterip.ts'
import type { ClusterIpTwin } from './rules-headless.ts'
import { canonical, hasEnded, podAddresses, readyEndpoints, selectedPods, serviceNamed, slicesOf } from './truth.ts'

/**
 * A headless Service as rules might betray it: its name, and the addresses of its pods outside the host's network. Those of
 * a pod that has ended may be another's by now, and rules for them may be right.
 */
export function headlessService(snapshot: Snapshot, service: string): HeadlessService {
  const pods = selectedPods(snapshot, serviceNamed(snapshot, service)).filter(
    (pod) => pod.spec?.hostNetwork !== true && !hasEnded(pod),
  )
  return { namespace: snapshot.namespace, service, addresses: pods.flatMap((pod) => podAddresses(pod)) }
}

/** A ClusterIP Service with its ports and, from its slices, where each leads. */
export function clusterIpTwin(
  snapshot: Snapshot,
  name: string,
): ClusterIpTwin & { readonly ports: readonly ClusterIpPort[] } {
  const service = serviceNamed(snapshot, name)
  const ports = (service.spec?.ports ?? []).map((port) => ({
    port: port.port,
    protocol: port.protocol ?? 'TCP',
    endpoints: slicesOf(snapshot, name).flatMap((slice) => {
      const own = (slice.ports ?? []).find((one) => (one.name ?? '') === (port.name ?? ''))?.port
      if (own === undefined || own === null) return []
      return readyEndpoints([slice]).flatMap((one) =>
        one.addresses.map((address) => ({ address: canonical(address), port: own })),
      )
    }),
  }))
  return { namespace: snapshot.namespace, service: name, clusterIPs: service.spec?.clusterIPs ?? [], ports }
}

/** A Service that was created without an address has none: `clusterIP` is None, and so is all that `clusterIPs` lists. */
export function hasNoAddress(snapshot: Snapshot, name: string): Observation {
  const { clusterIP, clusterIPs = [] } = serviceNamed(snapshot, name).spec ?? {}
  const expected = 'clusterIP None, clusterIPs [None]'
  const observed = `clusterIP ${clusterIP}, clusterIPs [${clusterIPs.join(', ')}]`
  const verdict = expected === observed ? 'conformant' : 'non-conformant'
  return { vantage: 'API', backend: `Service ${name}`, hop: 'Service', verdict, expected, observed }
}
