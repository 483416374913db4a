import type { Observation } from '../report/record.ts'
import type { Snapshot } from '../stage/snapshot.ts'
import type { EndpointSlice, Service } from '../target/objects.ts'
import { canonical, type Family, familyOf, setText, sliceAddresses, slicesOf } from './truth.ts'

/**
 * What the name of a Service stands for, by family: the addresses of its slices while it is headless, its own otherwise, none
 * for an ExternalName and where there is no such Service. Always with IPv4, and with IPv6 where it has an address of it.
 */
export function clusterAddresses(
  snapshot: Snapshot,
  name: string,
): { readonly family: Family; readonly addresses: readonly string[] }[] {
  const service = liveService(snapshot, name)
  const addresses = service === undefined ? [] : addressesOf(snapshot, service)
  return (['IPv4', 'IPv6'] as const)
    .map((family) => ({ family, addresses: addresses.filter((one) => familyOf(one) === family) }))
    .filter(({ family, addresses: own }) => family === 'IPv4' || own.length > 0)
}

function addressesOf(snapshot: Snapshot, { metadata, spec }: Service): string[] {
  if (spec?.type === 'ExternalName') return []
  if (spec?.clusterIP !== 'None') return (spec?.clusterIPs ?? []).map(canonical)
  const name = metadata?.name ?? ''
  return (['IPv4', 'IPv6'] as const).flatMap((family) => sliceAddresses(snapshot, name, family))
}

function liveService(snapshot: Snapshot, name: string): Service | undefined {
  return snapshot.services.find((one) => one.metadata?.name === name)
}

/** At least one slice that a controller has written belongs to the Service that is there now, not to one before it. */
export function ownedByLiveService(snapshot: Snapshot, name: string): Observation {
  const uid = liveService(snapshot, name)?.metadata?.uid
  const owned = slicesOf(snapshot, name).filter((slice) => ownerOf(slice) !== undefined)
  return {
    ...about(name),
    verdict: uid !== undefined && owned.some((slice) => ownerOf(slice) === uid) ? 'conformant' : 'non-conformant',
    expected: `a slice whose owner is the Service ${name} that is there now (${uid ?? 'none'})`,
    observed: `owners ${setText(owned.map((slice) => ownerOf(slice) ?? ''))}`,
  }
}

/** Of the slices that name a Service which is gone, only those without an owner are left, and these are. */
export function onlyForeignSlices(snapshot: Snapshot, name: string): Observation {
  const left = slicesOf(snapshot, name)
  const owned = left.filter((slice) => ownerOf(slice) !== undefined)
  return {
    ...about(name),
    verdict: owned.length === 0 && left.length > 0 ? 'conformant' : 'non-conformant',
    expected: 'only slices without an owner, of which there is one',
    observed: `${owned.length} slices whose owner was the Service, ${left.length - owned.length} without`,
  }
}

function about(name: string): Pick<Observation, 'vantage' | 'backend' | 'hop'> {
  return { vantage: 'API', backend: `EndpointSlices of ${name}`, hop: 'EndpointSlice' }
}

function ownerOf(slice: EndpointSlice): string | undefined {
  return slice.metadata?.ownerReferences?.find((owner) => owner.kind === 'Service')?.uid
}
