import { isReady, type Pod } from './objects.ts'
import type { WatchEvent } from './watch.ts'

/** One Pod at one moment, as far as order is concerned. */
export interface PodMark {
  readonly type: WatchEvent<Pod>['type']
  readonly name: string
  readonly uid: string
  readonly version: string
  readonly phase: string
  readonly ready: boolean
  /** Somebody has deleted it, and it is still there. */
  readonly leaving: boolean
  /** None of its containers runs any more. */
  readonly ended: boolean
  readonly finalizers: readonly string[]
  /** The revision of the template that it is made of. */
  readonly revision: string
  /** The name that it claims in DNS. */
  readonly hostname: string
  /** When it was created, and when it became Ready or ceased to be, as the API says. */
  readonly created: string
  readonly turned: string
  /** Milliseconds from the beginning of the history until we were told. */
  readonly at: number
}

/** The Pods that are there, by name. */
export type Standing = ReadonlyMap<string, PodMark>

/** Takes one event over into what is there. */
export function follow(standing: Map<string, PodMark>, mark: PodMark): void {
  if (mark.type === 'DELETED') standing.delete(mark.name)
  else standing.set(mark.name, mark)
}

/** A Pod in a few words. */
export function textOf({ name, phase, ready, leaving }: PodMark): string {
  return `${name} ${leaving ? 'leaving' : ready ? 'Ready' : phase}`
}

/** What an event says of a Pod, `at` so many milliseconds from the beginning. */
export function markOf(type: PodMark['type'], { metadata, spec, status }: Pod, at: number): PodMark {
  const containers = status?.containerStatuses ?? []
  const phase = status?.phase ?? ''
  return {
    type,
    name: metadata?.name ?? '',
    uid: metadata?.uid ?? '',
    version: metadata?.resourceVersion ?? '',
    phase,
    ready: isReady({ ...(status === undefined ? {} : { status }) }),
    leaving: metadata?.deletionTimestamp !== undefined,
    ended:
      ['Succeeded', 'Failed'].includes(phase) ||
      (containers.length > 0 && containers.every((one) => one.state?.terminated !== undefined)),
    finalizers: metadata?.finalizers ?? [],
    revision: metadata?.labels?.['controller-revision-hash'] ?? '',
    hostname: `${spec?.hostname ?? ''}.${spec?.subdomain ?? ''}`,
    created: `${metadata?.creationTimestamp ?? ''}`,
    turned: `${status?.conditions?.find((one) => one.type === 'Ready')?.lastTransitionTime ?? ''}`,
    at,
  }
}
