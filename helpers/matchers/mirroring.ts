import type { Observation } from '../report/record.ts'
import type { Snapshot } from '../stage/snapshot.ts'
import type { EndpointSlice, Endpoints } from '../target/objects.ts'
import { absent, addressesOf, endpointsNamed, unread } from './legacy-endpoints.ts'
import { managerOf, nameOf, observation } from './placed.ts'
import { canonical, setText, slicesOf } from './truth.ts'

const mirrorManager = 'endpointslicemirroring-controller.k8s.io'

function mirrorsOf(snapshot: Snapshot, service: string): EndpointSlice[] {
  return slicesOf(snapshot, service).filter((slice) => managerOf(slice) === mirrorManager)
}

/** Judges Endpoints that somebody has written against the slices that mirror them, through a text of what each holds. */
function mirrored(
  snapshot: Snapshot,
  service: string,
  version: string,
  texts: { readonly written: (one: Endpoints) => string; readonly mirrored: (slices: EndpointSlice[]) => string },
): Observation[] {
  if (snapshot.endpoints?.seen !== true) return unread(snapshot)
  const endpoints = endpointsNamed(snapshot, service)
  const backend = `EndpointSlices of ${service}`
  if (endpoints === undefined)
    return [{ ...observation(backend, false, 'Endpoints', `no Endpoints ${service}`), verdict: 'inconclusive' }]
  const slices = mirrorsOf(snapshot, service)
  const expected = texts.written(endpoints)
  if (slices.length === 0) return [absent(backend, expected, `no slice managed by ${mirrorManager}`, version)]
  const seen = texts.mirrored(slices)
  return [observation(backend, seen === expected, expected, seen)]
}

/** Every address and port of Endpoints that somebody has written is in slices of the mirroring controller, and no other. */
export function isMirrored(snapshot: Snapshot, service: string, version: string): Observation[] {
  const text = (addresses: readonly string[], ports: readonly { name?: string; port?: number }[]): string =>
    `addresses ${setText(addresses)}, ports ${setText(ports.map((one) => `${one.name ?? ''} ${one.port}`))}`
  return mirrored(snapshot, service, version, {
    written: (one) =>
      text(
        (['addresses', 'notReadyAddresses'] as const).flatMap((list) =>
          addressesOf(one, list).map(({ ip }) => canonical(ip)),
        ),
        (one.subsets ?? []).flatMap((subset) => subset.ports ?? []),
      ),
    mirrored: (slices) =>
      text(
        slices.flatMap((slice) => (slice.endpoints ?? []).flatMap((one) => one.addresses.map(canonical))),
        slices.flatMap((slice) => slice.ports ?? []),
      ),
  })
}

/**
 * Mirrored endpoints keep their hostname, are ready exactly as their list says, and are said to be neither serving nor
 * terminating (pkg/controller/endpointslicemirroring addressToEndpoint).
 */
export function mirrorsHostnamesAndReadiness(snapshot: Snapshot, service: string, version: string): Observation[] {
  const text = (ip: string, name: string | undefined, ready: unknown, more = ''): string =>
    `${canonical(ip)} ${name ?? 'nameless'} ready: ${ready}${more}`
  return mirrored(snapshot, service, version, {
    written: (one) =>
      setText([
        ...addressesOf(one, 'addresses').map(({ ip, hostname }) => text(ip, hostname, true)),
        ...addressesOf(one, 'notReadyAddresses').map(({ ip, hostname }) => text(ip, hostname, false)),
      ]),
    mirrored: (slices) =>
      setText(
        slices.flatMap((slice) =>
          (slice.endpoints ?? []).map(({ addresses, hostname, conditions = {} }) => {
            const { ready, serving, terminating } = conditions
            const more = [
              serving === undefined ? '' : ` serving: ${serving}`,
              terminating === undefined ? '' : ` terminating: ${terminating}`,
            ]
            return text(addresses[0] ?? '', hostname, ready, more.join(''))
          }),
        ),
      ),
  })
}

/** Endpoints are mirrored as they are now, and have no mirror left once they are gone (endpointslicemirroring syncEndpoints). */
export function mirrorFollows(snapshot: Snapshot, service: string, version: string): Observation[] {
  if (snapshot.endpoints?.seen !== true) return unread(snapshot)
  if (endpointsNamed(snapshot, service) !== undefined) return isMirrored(snapshot, service, version)
  const left = mirrorsOf(snapshot, service).map(nameOf)
  const expected = `no slice managed by ${mirrorManager}`
  const seen = left.length === 0 ? expected : `${left.join(', ')} managed by ${mirrorManager}`
  return [observation(`EndpointSlices of ${service}`, left.length === 0, expected, seen)]
}

/** Endpoints that ask for it have no mirror, in a namespace where the Endpoints `presence` have one. */
export function isNotMirrored(snapshot: Snapshot, service: string, presence: string): Observation[] {
  if (snapshot.endpoints?.seen !== true) return unread(snapshot)
  const slices = mirrorsOf(snapshot, service)
  const [expected, backend] = [`no slice managed by ${mirrorManager}`, `EndpointSlices of ${service}`]
  if (slices.length > 0)
    return [observation(backend, false, expected, `${slices.map(nameOf).join(', ')} managed by ${mirrorManager}`)]
  if (mirrorsOf(snapshot, presence).length > 0) return [observation(backend, true, expected, expected)]
  const saw = `no slice, but ${presence} has none either, which is to be mirrored`
  return [{ ...observation(backend, false, expected, saw), verdict: 'inconclusive' }]
}

/** The ready addresses that somebody has written, which a name without selector has to answer, and their hostnames. */
export function writtenAddresses(
  snapshot: Snapshot,
  service: string,
): { readonly address: string; readonly hostname?: string }[] {
  const endpoints = endpointsNamed(snapshot, service)
  if (endpoints === undefined) return []
  return addressesOf(endpoints, 'addresses').map(({ ip, hostname }) => ({
    address: canonical(ip),
    ...(hostname === undefined ? {} : { hostname }),
  }))
}
