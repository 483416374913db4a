import type { Observation } from '../report/record.ts'
import type { Snapshot } from '../stage/snapshot.ts'
import { isReady } from '../target/objects.ts'
import { nameOf, observation, ofPods, type Placed } from './placed.ts'
import { isPublished, serviceNamed } from './truth.ts'

/** `ready` is: published regardless of readiness, or Ready and not terminating; an absent condition counts as ready. */
export function readyFollowsPods(snapshot: Snapshot, serviceName: string): Observation[] {
  const service = serviceNamed(snapshot, serviceName)
  return ofPods(snapshot, serviceName, (one) =>
    condition(one, 'ready', isPublished(one.pod, service), one.endpoint.conditions?.ready !== false),
  )
}

/**
 * `serving` is the Ready condition of the pod, whether or not it is terminating or published regardless. Consumers take an
 * absent condition from `ready` (EndpointConditions.Serving).
 */
export function servingFollowsPods(snapshot: Snapshot, serviceName: string): Observation[] {
  return ofPods(snapshot, serviceName, (one) => {
    const { ready = true, serving = ready } = one.endpoint.conditions ?? {}
    return condition(one, 'serving', isReady(one.pod), serving)
  })
}

/** `terminating` is: the pod has a deletion timestamp; an absent condition counts as not (EndpointConditions.Terminating). */
export function terminatingFollowsPods(snapshot: Snapshot, serviceName: string): Observation[] {
  return ofPods(snapshot, serviceName, (one) =>
    condition(
      one,
      'terminating',
      one.pod.metadata?.deletionTimestamp !== undefined,
      one.endpoint.conditions?.terminating === true,
    ),
  )
}

function condition({ slice, pod }: Placed, name: string, wanted: boolean, seen: boolean): Observation {
  const said = (value: boolean): string => `${pod === undefined ? '' : nameOf(pod)} ${name}: ${value}`
  return observation(nameOf(slice), wanted === seen, said(wanted), said(seen))
}
