import type { Observation } from '../report/record.ts'
import type { Snapshot } from '../stage/snapshot.ts'
import { nameOf, observation } from './placed.ts'
import { serviceNamed, slicesOf } from './truth.ts'

/** On a Service: which slices it had, and in which version, when somebody last looked. Kept there, so that one look tells all. */
const noted = 'rollcall.dev/slices'

function versions(snapshot: Snapshot, service: string): string {
  return slicesOf(snapshot, service)
    .map((slice) => `${nameOf(slice)} ${slice.metadata?.resourceVersion}`)
    .sort()
    .join(', ')
}

/** The fields that note on a Service the slices which it has now. */
export function notingSlices(snapshot: Snapshot, service: string): object {
  return { metadata: { annotations: { [noted]: versions(snapshot, service) } } }
}

/** Since a Service's slices were noted on it, nobody has written any of them: each has the version that it had. */
export function slicesUnwritten(snapshot: Snapshot, service: string): Observation {
  const { annotations } = serviceNamed(snapshot, service).metadata ?? {}
  const [expected, observed] = [annotations?.[noted] ?? '', versions(snapshot, service)]
  const backend = `EndpointSlices of ${service}`
  if (expected !== '') return observation(backend, expected === observed, expected, observed)
  return { ...observation(backend, false, 'slices that were there before', 'none was noted'), verdict: 'inconclusive' }
}

/** Whether every slice of a Service carries a label with this value, and there is one. */
export function slicesCarry(snapshot: Snapshot, service: string, label: string, value: string): boolean {
  const slices = slicesOf(snapshot, service)
  return slices.length > 0 && slices.every((slice) => slice.metadata?.labels?.[label] === value)
}
