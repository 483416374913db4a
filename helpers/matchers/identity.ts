import type { Observation } from '../report/record.ts'
import type { Snapshot } from '../stage/snapshot.ts'
import type { Pod, StatefulSet } from '../target/objects.ts'
import { minorOf } from '../target/version.ts'
import {
  type Family,
  familiesOf,
  familyOf,
  isPublished,
  namedEndpoints,
  podAddresses,
  sameSet,
  setText,
} from './truth.ts'

/** The hostname that a pod's own kernel gives, or why it could not be asked. */
export interface HostnameSighting {
  readonly pod: string
  readonly outcome:
    | { readonly kind: 'answer'; readonly hostname: string }
    | { readonly kind: 'lost'; readonly reason: string }
}

/** A StatefulSet by its name. */
export function setNamed(snapshot: Snapshot, name: string): StatefulSet {
  if (snapshot.statefulSets === undefined) throw new Error('the look has not asked for StatefulSets')
  const set = snapshot.statefulSets.find((one) => one.metadata?.name === name)
  if (set === undefined) throw new Error(`namespace ${snapshot.namespace} has no StatefulSet ${name}`)
  return set
}

/** Pods that the set controls, by owner reference. */
export function podsOfSet(snapshot: Snapshot, name: string): Pod[] {
  const uid = setNamed(snapshot, name).metadata?.uid
  return snapshot.pods.filter((pod) => (pod.metadata?.ownerReferences ?? []).some((one) => one.uid === uid))
}

/** Names of the set's pods, in the order of their ordinals. */
export function podNames(snapshot: Snapshot, name: string): string[] {
  const ordinal = (pod: string): number => Number(pod.slice(name.length + 1))
  return podsOfSet(snapshot, name)
    .map((pod) => pod.metadata?.name ?? '')
    .sort((a, b) => ordinal(a) - ordinal(b))
}

/** A Pod of a set, and the Service that is to govern it. */
export interface Governed {
  readonly set: string
  readonly service: string
  readonly pod: string
}

/** What stands behind the name of a Pod of a set, by family: the addresses of the Pod that is there and published, or none. */
export function ownAddresses(
  snapshot: Snapshot,
  { set, service, pod }: Governed,
): { readonly family: Family; readonly addresses: readonly string[] }[] {
  const governing = snapshot.services.find((one) => one.metadata?.name === service)
  if (governing === undefined) return [{ family: primaryFamily(snapshot), addresses: [] }]
  const found = podsOfSet(snapshot, set).find((one) => one.metadata?.name === pod)
  const isThere = found !== undefined && isPublished(found, governing)
  return familiesOf(governing).map((family) => ({ family, addresses: isThere ? podAddresses(found, family) : [] }))
}

/** The family in which every name of the cluster can be asked for: the first that its Pods have. */
function primaryFamily({ pods }: Snapshot): Family {
  const [first = '0.0.0.0'] = pods.flatMap((pod) => podAddresses(pod))
  return familyOf(first)
}

/** The hop before DNS: the slices of the governing Service hold these addresses under the Pod's name, and no other. */
export function sliceNamesPod(
  snapshot: Snapshot,
  { service, pod }: Pick<Governed, 'service' | 'pod'>,
  { family, addresses }: { readonly family: Family; readonly addresses: readonly string[] },
): Observation {
  const named = namedEndpoints(snapshot, service, family).filter(({ hostname }) => hostname === pod)
  const seen = named.flatMap((one) => one.addresses)
  return {
    vantage: 'API',
    backend: `EndpointSlices of ${service}`,
    hop: 'EndpointSlice',
    verdict: sameSet(addresses, seen) ? 'conformant' : 'non-conformant',
    expected: `${pod} ${setText(addresses)}`,
    observed: `${pod} ${setText(seen)}`,
  }
}

/**
 * Pods are named `<set>-<i>` for i from `ordinals.start`, or from where somebody has `asked` for, up to the number of replicas
 * (StatefulSetSpec.Ordinals).
 */
export function ordinalsNamePods(snapshot: Snapshot, name: string, asked?: number): Observation {
  const spec = setNamed(snapshot, name).spec
  const start = asked ?? spec?.ordinals?.start ?? 0
  const expected = Array.from({ length: spec?.replicas ?? 1 }, (_, index) => `${name}-${start + index}`)
  const seen = podsOfSet(snapshot, name).map((pod) => pod.metadata?.name ?? '')
  return {
    vantage: 'API',
    backend: `StatefulSet ${name}`,
    hop: 'pod',
    verdict: sameSet(expected, seen) ? 'conformant' : 'non-conformant',
    expected: setText(expected),
    observed: setText(seen),
  }
}

/** A set that names no Service gives its Pods no subdomain, below which they would have names (initIdentity). */
export function withoutSubdomain(snapshot: Snapshot, name: string): Observation[] {
  return podsOfSet(snapshot, name).map((pod): Observation => {
    const own = pod.metadata?.name ?? ''
    const { subdomain } = pod.spec ?? {}
    return {
      vantage: 'API',
      backend: `Pod ${own}`,
      hop: 'pod',
      verdict: subdomain ? 'non-conformant' : 'conformant',
      expected: `no subdomain of ${own}`,
      observed: subdomain ? `subdomain ${subdomain} of ${own}` : `no subdomain of ${own}`,
    }
  })
}

/** Each pod carries its own name as a label. */
export function podNameLabels(snapshot: Snapshot, name: string): Observation[] {
  return labels(snapshot, name, 'statefulset.kubernetes.io/pod-name', (pod) => pod)
}

/** Each pod carries its ordinal as a label, since Kubernetes 1.28 (KEP 4017). */
export function podIndexLabels(snapshot: Snapshot, name: string, gitVersion: string): Observation[] {
  const judged = labels(snapshot, name, 'apps.kubernetes.io/pod-index', (pod) => pod.slice(name.length + 1))
  if (minorOf(gitVersion) >= 28) return judged
  const observed = `Kubernetes ${gitVersion} does not know the label`
  return judged.map((one) => ({ ...one, verdict: 'not-applicable', observed }))
}

function labels(snapshot: Snapshot, set: string, label: string, wanted: (pod: string) => string): Observation[] {
  return podsOfSet(snapshot, set).map((pod): Observation => {
    const own = pod.metadata?.name ?? ''
    const seen = pod.metadata?.labels?.[label]
    const [expected, observed] = [`${label}=${wanted(own)}`, seen === undefined ? `no ${label}` : `${label}=${seen}`]
    const verdict = expected === observed ? 'conformant' : 'non-conformant'
    return { vantage: 'API', backend: own, hop: 'pod', verdict, expected, observed }
  })
}

/** `spec.hostname` is the pod's name, `spec.subdomain` the governing Service, and the kernel in the pod agrees. */
export function hostnamesAreNames(
  snapshot: Snapshot,
  name: string,
  sightings: readonly HostnameSighting[],
): Observation[] {
  const service = setNamed(snapshot, name).spec?.serviceName ?? ''
  return podsOfSet(snapshot, name).flatMap((pod): Observation[] => {
    const own = pod.metadata?.name ?? ''
    const spec = `hostname ${pod.spec?.hostname}, subdomain ${pod.spec?.subdomain}`
    const wanted = `hostname ${own}, subdomain ${service}`
    const declared: Observation = {
      vantage: 'API',
      backend: own,
      hop: 'pod',
      verdict: spec === wanted ? 'conformant' : 'non-conformant',
      expected: wanted,
      observed: spec,
    }
    return [declared, ...sightings.filter((one) => one.pod === own).map((one) => kernelAgrees(own, one))]
  })
}

function kernelAgrees(pod: string, { outcome }: HostnameSighting): Observation {
  const about = { vantage: pod, backend: '', hop: 'pod' as const, expected: `hostname prints ${pod}` }
  if (outcome.kind === 'lost') return { ...about, verdict: 'inconclusive', observed: outcome.reason }
  const verdict = outcome.hostname === pod ? 'conformant' : 'non-conformant'
  return { ...about, verdict, observed: `hostname prints ${outcome.hostname}` }
}
