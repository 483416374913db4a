import type { Observation } from '../report/record.ts'
import type { Snapshot } from '../stage/snapshot.ts'
import { ofOwnSlices } from './own-slices.ts'
import { managerOf, nameOf, observation, ownManager } from './placed.ts'
import { serviceNamed, setText } from './truth.ts'

/** Labels of a slice that are the controller's alone, whatever the Service says (k8s.io/endpointslice isReservedLabelKey). */
const serviceLabel = 'kubernetes.io/service-name'
const managerLabel = 'endpointslice.kubernetes.io/managed-by'
const reserved: readonly string[] = [serviceLabel, managerLabel, 'service.kubernetes.io/headless']
/** API type comment of `EndpointsLastChangeTriggerTime`. */
const triggerAnnotation = 'endpoints.kubernetes.io/last-change-trigger-time'

/**
 * The slices that a Service controls have its labels, but for those that say whose slice it is: these name the Service and
 * the controller, even where the Service has labels of these names itself.
 */
export function labelsAreCopied(snapshot: Snapshot, serviceName: string): Observation[] {
  const service = serviceNamed(snapshot, serviceName)
  const controlled = snapshot.slices.filter((slice) =>
    (slice.metadata?.ownerReferences ?? []).some((one) => one.controller && one.uid === service.metadata?.uid),
  )
  const foreign = controlled.length > 0 && snapshot.slices.every((slice) => managerOf(slice) !== ownManager)
  if (controlled.length === 0 || foreign) return ofOwnSlices(snapshot, serviceName, () => [])
  const theirs = service.metadata?.labels ?? {}
  const copied = Object.entries(theirs).filter(([key]) => !reserved.includes(key))
  // Whether these are right at all is for other requirements: here they must not be the Service's.
  const kept = [[serviceLabel, serviceName] as const, [managerLabel, ownManager] as const].filter(
    ([key]) => key in theirs,
  )
  const wanted = Object.fromEntries([...copied, ...kept])
  return controlled.map((slice) => {
    const labels = slice.metadata?.labels ?? {}
    const text = (from: Record<string, string>): string =>
      setText(Object.keys(wanted).map((key) => (from[key] === undefined ? `no ${key}` : `${key}=${from[key]}`)))
    return observation(nameOf(slice), text(labels) === text(wanted), text(wanted), text(labels))
  })
}

/**
 * Slices say when the change began that they were last written for, as a time that is not before their Service. The
 * annotation goes with a change that no pod or Service has triggered, so that one slice without it says nothing; if no
 * slice has it, nobody writes it.
 */
export function triggerTimesAreTold(snapshot: Snapshot, services: readonly string[]): Observation[] {
  const expected = `a time of the change, in ${triggerAnnotation}`
  const judged = services.flatMap((name) =>
    ofOwnSlices(snapshot, name, (slice, service): Observation[] => {
      const told = slice.metadata?.annotations?.[triggerAnnotation]
      if (told === undefined)
        return [{ ...observation(nameOf(slice), false, expected, 'no such annotation'), verdict: 'not-applicable' }]
      const time = Date.parse(told)
      // Times of the API have no fractions.
      const earliest = Math.floor(Date.parse(service.metadata?.creationTimestamp ?? '') / 1000) * 1000
      const isTime = /^\d{4}-\d\d-\d\dT[\d:.]+(Z|[+-]\d\d:\d\d)$/.test(told) && !Number.isNaN(time)
      return [observation(nameOf(slice), isTime && !(time < earliest), expected, told)]
    }),
  )
  const silent = judged.filter((one) => one.observed === 'no such annotation')
  if (silent.length === 0 || silent.length < judged.length) return judged
  return judged.map((one) => ({ ...one, verdict: 'non-conformant' }))
}
