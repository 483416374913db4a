import type { Snapshot } from '../../stage/snapshot.ts'
import type { KubernetesObject } from '../../target/objects.ts'
import { nameOf } from '../placed.ts'

/**
 * Of a namespace, what belongs to a fixture: others may live there, too, and change what is theirs. Those that look, one on each node,
 * are no part of what is looked at.
 */
export function ofFixture(snapshot: Snapshot, written: readonly KubernetesObject[]): Snapshot {
  const named = (kind: string): string[] => written.filter((one) => one.kind === kind).map((one) => one.metadata.name)
  const [services, sets, slices] = [named('Service'), named('StatefulSet'), named('EndpointSlice')]
  const apps = written
    .filter((one) => one.kind === 'Deployment' || one.kind === 'StatefulSet')
    .map((one) => one.metadata.labels?.app)
  const { statefulSets, claims } = snapshot
  return {
    namespace: snapshot.namespace,
    pods: snapshot.pods.filter((pod) => apps.includes(pod.metadata?.labels?.app ?? '')),
    services: snapshot.services.filter((one) => services.includes(nameOf(one))),
    slices: snapshot.slices.filter(
      (one) =>
        slices.includes(nameOf(one)) || services.includes(one.metadata?.labels?.['kubernetes.io/service-name'] ?? ''),
    ),
    ...(statefulSets === undefined ? {} : { statefulSets: statefulSets.filter((one) => sets.includes(nameOf(one))) }),
    ...(claims === undefined
      ? {}
      : { claims: claims.filter((one) => sets.some((set) => nameOf(one).includes(`-${set}-`))) }),
  }
}
