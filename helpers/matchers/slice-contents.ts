import type { Observation } from '../report/record.ts'
import type { Snapshot } from '../stage/snapshot.ts'
import type { EndpointSlice } from '../target/objects.ts'
import { ofOwnSlices } from './own-slices.ts'
import { managerOf, nameOf, observation, ownManager, placed } from './placed.ts'
import { canonical, familiesOf, hasEnded, podAddresses, publishedPods, selectedPods, serviceNamed } from './truth.ts'

function allSlices(service: string): string {
  return `EndpointSlices of ${service}`
}

function cannotTell(service: string, expected: string, observed: string): Observation {
  return { ...observation(allSlices(service), false, expected, observed), verdict: 'inconclusive' }
}

function ownOf(snapshot: Snapshot, service: string): EndpointSlice[] {
  const own = snapshot.slices.filter((slice) => managerOf(slice) === ownManager)
  return own.filter((slice) => slice.metadata?.labels?.['kubernetes.io/service-name'] === service)
}

/**
 * No two endpoints of one Service, in the slices that the cluster writes, are one address of one pod. Consumers have to bear
 * it while an endpoint moves between slices, so that it is judged at rest. Pods on the host's network share an address, and
 * so may one that is terminating and its successor (kubernetes#135266).
 */
export function noneIsTwice(snapshot: Snapshot, service: string): Observation[] {
  const expected = 'each address of each pod once'
  const seen = new Map<string, string[]>()
  const judged = ofOwnSlices(snapshot, service, (slice) => {
    for (const { addresses, targetRef } of slice.endpoints ?? [])
      for (const address of addresses) {
        const key = `${canonical(address)} of ${targetRef?.name ?? 'no pod'} ${targetRef?.uid ?? ''}`.trim()
        seen.set(key, [...(seen.get(key) ?? []), nameOf(slice)])
      }
    return [observation(nameOf(slice), true, expected, `${(slice.endpoints ?? []).length} endpoints`)]
  })
  const twice = [...seen].filter(([, slices]) => slices.length > 1)
  return [
    ...judged,
    ...twice.map(([key, slices]) =>
      observation(allSlices(service), false, expected, `${key} ${slices.length} times, in ${slices.join(' and ')}`),
    ),
  ]
}

/** A Service that selects no pod has a slice for each of its families all the same, and no endpoint in any. */
export function isPlaceholder(snapshot: Snapshot, serviceName: string): Observation[] {
  const service = serviceNamed(snapshot, serviceName)
  const expected = 'a slice without endpoints'
  if (selectedPods(snapshot, service).length > 0)
    return [cannotTell(serviceName, expected, `${serviceName} selects pods that are not ours`)]
  const own = ownOf(snapshot, serviceName)
  if (own.length === 0 && !snapshot.slices.some((slice) => managerOf(slice) === ownManager))
    return ofOwnSlices(snapshot, serviceName, () => [])
  return familiesOf(service).flatMap((family) => {
    const slices = own.filter((slice) => slice.addressType === family)
    const wanted = `${expected} for ${family}`
    if (slices.length === 0) return [observation(allSlices(serviceName), false, wanted, `no slice for ${family}`)]
    return slices.map((slice) => {
      const addresses = (slice.endpoints ?? []).flatMap((one) => one.addresses)
      const saw = addresses.length === 0 ? 'a slice without endpoints' : `a slice with ${addresses.join(', ')}`
      return observation(nameOf(slice), addresses.length === 0, wanted, `${saw} for ${family}`)
    })
  })
}

/** The slices of a headless Service without ports hold its endpoints, and no port. */
export function holdsNoPorts(snapshot: Snapshot, serviceName: string): Observation[] {
  const service = serviceNamed(snapshot, serviceName)
  if (publishedPods(snapshot, service).length === 0)
    return [cannotTell(serviceName, 'endpoints without ports', `no pod of ${serviceName} is ready`)]
  const judged = ofOwnSlices(snapshot, serviceName, (slice) => {
    const ports = (slice.ports ?? []).map((one) => `${one.name ?? ''} ${one.port ?? ''}`.trim())
    const saw = ports.length === 0 ? 'no port' : `ports ${ports.join(', ')}`
    return [observation(nameOf(slice), ports.length === 0, 'no port', saw)]
  })
  const endpoints = ownOf(snapshot, serviceName).flatMap((slice) => slice.endpoints ?? [])
  if (judged.every((one) => one.verdict !== 'conformant' && one.verdict !== 'non-conformant')) return judged
  const saw = `${endpoints.length} endpoints`
  return [...judged, observation(allSlices(serviceName), endpoints.length > 0, 'endpoints', saw)]
}

/**
 * No endpoint stands for a pod that has ended, whose address may be another's by now, nor for one that has no address. That
 * the controller writes endpoints at all shows in the Services beside this one.
 */
export function holdsLivePodsOnly(snapshot: Snapshot, serviceName: string): Observation[] {
  const service = serviceNamed(snapshot, serviceName)
  const dead = selectedPods(snapshot, service).filter((pod) => hasEnded(pod) || podAddresses(pod).length === 0)
  if (dead.length === 0)
    return [
      { ...cannotTell(serviceName, 'no endpoint', 'no pod that has ended is in sight'), verdict: 'not-applicable' },
    ]
  const written = snapshot.slices.some((slice) => (slice.endpoints ?? []).some((one) => one.targetRef !== undefined))
  const all = placed(snapshot, service)
  return dead.map((pod) => {
    const what = hasEnded(pod) ? `ended (${pod.status?.phase})` : 'has no address'
    const expected = `no endpoint for ${nameOf(pod)}, which ${what}`
    const having = all.filter((one) => one.pod === pod || one.endpoint.targetRef?.uid === pod.metadata?.uid)
    const [found] = having
    if (found !== undefined)
      return observation(
        nameOf(found.slice),
        false,
        expected,
        `${found.endpoint.addresses.join(', ')} for ${nameOf(pod)}`,
      )
    if (!written) return cannotTell(serviceName, expected, 'no endpoint of any pod is in sight')
    return observation(allSlices(serviceName), true, expected, expected)
  })
}
