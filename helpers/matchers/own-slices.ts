import type { Observation } from '../report/record.ts'
import type { Snapshot } from '../stage/snapshot.ts'
import type { EndpointSlice, Service } from '../target/objects.ts'
import { managerOf, nameOf, observation, ownManager } from './placed.ts'
import { serviceNamed, setText, slicesOf } from './truth.ts'

const serviceLabel = 'kubernetes.io/service-name'
const headlessLabel = 'service.kubernetes.io/headless'

function controllerOf(slice: EndpointSlice) {
  return (slice.metadata?.ownerReferences ?? []).find((one) => one.controller === true)
}

function isOf(slice: EndpointSlice, service: Service): boolean {
  const owner = controllerOf(slice)
  const owned = owner?.kind === 'Service' && owner.name === nameOf(service)
  return owned || slice.metadata?.labels?.[serviceLabel] === nameOf(service)
}

/** The managers of the namespace's slices where another controller writes all of them, which it may; none otherwise. */
function otherManagers(snapshot: Snapshot): string[] {
  const selecting = snapshot.services.filter((one) => Object.keys(one.spec?.selector ?? {}).length > 0)
  const slices = snapshot.slices.filter((slice) => selecting.some((service) => isOf(slice, service)))
  const managers = slices.map(managerOf)
  return managers.some((one) => one === ownManager || one === 'nobody') ? [] : managers
}

function unseen(snapshot: Snapshot, service: string): Observation {
  const managers = otherManagers(snapshot)
  const expected = `a slice of ${service} managed by ${ownManager}`
  if (managers.length === 0)
    return { ...observation('', false, expected, `no such slice of ${service} is in sight`), verdict: 'inconclusive' }
  const observed = `the slices of ${snapshot.namespace} are managed by ${setText(managers)}`
  return { ...observation('', false, expected, observed), verdict: 'not-applicable' }
}

/**
 * Judges the slices that the cluster's own controller writes for a Service, found by their label or by their owner, so that
 * one of the two may be wrong. Those of somebody else are left alone.
 */
export function ofOwnSlices(
  snapshot: Snapshot,
  serviceName: string,
  judge: (slice: EndpointSlice, service: Service) => readonly Observation[],
): Observation[] {
  const service = serviceNamed(snapshot, serviceName)
  const own = snapshot.slices.filter((slice) => managerOf(slice) === ownManager && isOf(slice, service))
  return own.length === 0 ? [unseen(snapshot, serviceName)] : own.flatMap((slice) => judge(slice, service))
}

/**
 * A slice has the name of its Service in its label and at the beginning of its own, and the live Service is the owner that
 * controls it (k8s.io/endpointslice newEndpointSlice, setEndpointSliceLabels).
 */
export function slicesNameService(snapshot: Snapshot, serviceName: string): Observation[] {
  return ofOwnSlices(snapshot, serviceName, (slice, service) => {
    const [name, owner] = [nameOf(slice), controllerOf(slice)]
    const label = slice.metadata?.labels?.[serviceLabel]
    const controller = owner === undefined ? 'nobody' : `${owner.kind} ${owner.name} ${owner.uid}`
    const wanted = `Service ${serviceName} ${service.metadata?.uid}`
    const right = label === serviceName && controller === wanted && name.startsWith(serviceName)
    return [
      observation(
        name,
        right,
        `a name that begins with ${serviceName}, label ${serviceName}, controlled by ${wanted}`,
        `${name}, label ${label}, controlled by ${controller}`,
      ),
    ]
  })
}

/**
 * The cluster's own controller says of every slice that the Service controls that it manages it, and there is one. A slice
 * that somebody else adds without that owner is judged by its endpoints. Another controller may do all of the work.
 */
export function controllerManages(snapshot: Snapshot, serviceName: string): Observation[] {
  const service = serviceNamed(snapshot, serviceName)
  if (otherManagers(snapshot).length > 0) return [unseen(snapshot, serviceName)]
  const slices = slicesOf(snapshot, serviceName)
  const expected = `managed by ${ownManager}`
  const controlled = slices
    .filter((slice) => controllerOf(slice)?.uid === service.metadata?.uid)
    .map((slice) =>
      observation(nameOf(slice), managerOf(slice) === ownManager, expected, `managed by ${managerOf(slice)}`),
    )
  const managed = slices.filter((slice) => managerOf(slice) === ownManager)
  const all = `EndpointSlices of ${serviceName}`
  return [...controlled, observation(all, managed.length > 0, `one ${expected}`, `${managed.length} ${expected}`)]
}

/** The label that says that a Service is headless, with its value, in words. */
export function headlessText(labels: Readonly<Record<string, string>> | undefined): string {
  const value = labels?.[headlessLabel]
  return value === undefined ? `no label ${headlessLabel}` : `label ${headlessLabel}="${value}"`
}

/** What objects of the cluster's own have to say of a Service: the label with an empty value, or none. */
export function headlessWanted({ spec }: Service): string {
  return headlessText(spec?.clusterIP === 'None' ? { [headlessLabel]: '' } : undefined)
}

/** Slices of a headless Service carry the label that says so, with an empty value; those of others do not carry it. */
export function headlessIsLabelled(snapshot: Snapshot, serviceName: string): Observation[] {
  return ofOwnSlices(snapshot, serviceName, (slice, service) => {
    const [wanted, seen] = [headlessWanted(service), headlessText(slice.metadata?.labels)]
    return [observation(nameOf(slice), wanted === seen, wanted, seen)]
  })
}
