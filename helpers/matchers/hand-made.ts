import type { Observation } from '../report/record.ts'
import type { Snapshot } from '../stage/snapshot.ts'
import type { EndpointSlice, KubernetesObject } from '../target/objects.ts'
import { managerOf, nameOf, observation, ownManager } from './placed.ts'
import { setText, slicesOf } from './truth.ts'

/** What a slice says, of all that somebody can write into it. */
function textOf({ addressType, ports, endpoints, metadata }: EndpointSlice): string {
  const port = (ports ?? []).map((one) => `${one.name} ${one.port}/${one.protocol}`)
  const endpoint = (endpoints ?? []).map(({ addresses, hostname, conditions = {} }) =>
    [...addresses, hostname ?? 'nameless', ...Object.entries(conditions).map(([key, value]) => `${key}=${value}`)].join(
      ' ',
    ),
  )
  const manager = metadata?.labels?.['endpointslice.kubernetes.io/managed-by']
  return `${addressType} ports ${setText(port)} endpoints ${setText(endpoint)} managed by ${manager}`
}

/** Slices that somebody has written stay as they were: the controller has no business with another manager's. */
export function slicesAreAsWritten(snapshot: Snapshot, written: readonly KubernetesObject[]): Observation[] {
  return written
    .filter((object) => object.kind === 'EndpointSlice')
    .map((object) => {
      const { name } = object.metadata
      const expected = textOf(object as unknown as EndpointSlice)
      const found = snapshot.slices.find((slice) => nameOf(slice) === name)
      const seen = found === undefined ? 'no such slice' : textOf(found)
      return observation(name, seen === expected, expected, seen)
    })
}

/** The controller of slices writes none for a Service that selects nothing, or is only another name. */
export function controllerWritesNone(snapshot: Snapshot, service: string): Observation {
  const own = slicesOf(snapshot, service).filter((slice) => managerOf(slice) === ownManager)
  const expected = `no slice managed by ${ownManager}`
  const seen = own.length === 0 ? expected : `${own.map(nameOf).join(', ')} managed by ${ownManager}`
  return observation(`EndpointSlices of ${service}`, own.length === 0, expected, seen)
}
