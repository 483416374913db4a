import type { Observation } from '../report/record.ts'
import type { Snapshot } from '../stage/snapshot.ts'
import { nameOf, observation } from './placed.ts'
import {
  type Family,
  familiesOf,
  familyOf,
  podAddresses,
  selectedPods,
  serviceNamed,
  setText,
  slicesOf,
} from './truth.ts'

/** The families that a Service of one family could show beside its own, since its Pods or its slices have addresses of them. */
export function otherFamilies(snapshot: Snapshot, name: string): Family[] {
  const service = serviceNamed(snapshot, name)
  const inPods = selectedPods(snapshot, service).flatMap((pod) => podAddresses(pod).map(familyOf))
  const inSlices = slicesOf(snapshot, name).map((slice) => slice.addressType as Family)
  const other = (['IPv4', 'IPv6'] as const).filter((family) => !familiesOf(service).includes(family))
  return other.filter((family) => [...inPods, ...inSlices].includes(family))
}

/** The slices of a Service hold endpoints of its own families alone (ServiceSpec.ipFamilies, which headless ones keep too). */
export function slicesKeepFamilies(snapshot: Snapshot, name: string): Observation[] {
  const own = familiesOf(serviceNamed(snapshot, name))
  const expected = `endpoints of ${name} of ${setText(own)} alone`
  return slicesOf(snapshot, name)
    .filter((slice) => (slice.endpoints ?? []).length > 0)
    .map((slice) => {
      const { addressType } = slice
      return observation(nameOf(slice), own.includes(addressType as Family), expected, `endpoints of ${addressType}`)
    })
}
