import type { Snapshot } from '../stage/snapshot.ts'

/** On what a canary has made: neither its names nor its Pods belong to what stays. */
export const canaryLabel = 'rollcall.dev/canary'

interface Labelled {
  readonly metadata?: { readonly name?: string; readonly labels?: Readonly<Record<string, string>> }
}

/** Whether a Service, by its name, or whatever hangs on it, by the label of its Pods, belongs to the fixture that stays. */
export function isOwn({ metadata }: Labelled): boolean {
  const { name = '', labels = {} } = metadata ?? {}
  if (labels[canaryLabel] !== undefined) return false
  return name.startsWith('up-') || /^rollcall-(up-|sampler$)/.test(labels.app ?? '')
}

/** Whether a Pod, by its name, is one of the samplers. */
export function isSampler(pod: string): boolean {
  return pod.startsWith('sampler-')
}

/** What of a namespace belongs to the fixture: in one that is not ours there is more, which is nobody's business. */
export function ownOf<T extends Pick<Snapshot, 'pods' | 'services' | 'slices' | 'statefulSets' | 'claims'>>(
  snapshot: T,
): T {
  const { statefulSets, claims } = snapshot
  return {
    ...snapshot,
    pods: snapshot.pods.filter(isOwn),
    services: snapshot.services.filter(isOwn),
    slices: snapshot.slices.filter((slice) => {
      const name = slice.metadata?.labels?.['kubernetes.io/service-name']
      return isOwn({ metadata: { ...(name === undefined ? {} : { name }), labels: slice.metadata?.labels ?? {} } })
    }),
    ...(statefulSets === undefined ? {} : { statefulSets: statefulSets.filter(isOwn) }),
    ...(claims === undefined ? {} : { claims: claims.filter(isOwn) }),
  }
}
