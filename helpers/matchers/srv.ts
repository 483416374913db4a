import { type DnsAnswer, fold, type Question } from '../probes/dns/message.ts'
import type { Sighting } from '../probes/dns/outcome.ts'
import type { Observation } from '../report/record.ts'
import type { Snapshot } from '../stage/snapshot.ts'
import { flawsIn } from './addresses.ts'
import { judgeSightings } from './dns-sightings.ts'
import { canonical, type Endpoint, readyEndpoints, sameSet, setText, slicesOf } from './truth.ts'

/** An endpoint as SRV records stand for it. */
export interface SrvEndpoint {
  /** The endpoint's hostname, or undefined where the server may choose the label. */
  readonly hostname?: string
  /** The pod behind an endpoint without hostname, by uid. */
  readonly pod?: string
  readonly addresses: readonly string[]
  readonly port: number
}

/**
 * The endpoints that the records of one named port stand for: one per hostname, whatever its addresses and families, and
 * one per address without a hostname (DNS specification 2.4.2).
 */
export function srvEndpoints(snapshot: Snapshot, service: string, portName: string): SrvEndpoint[] {
  const endpoints = slicesOf(snapshot, service).flatMap((slice) => {
    const port = (slice.ports ?? []).find((one) => one.name === portName)?.port
    return port === undefined || port === null ? [] : readyEndpoints([slice]).map((one) => srvEndpoint(one, port))
  })
  return joined(endpoints, nameOrAddress)
}

function srvEndpoint({ hostname, addresses, targetRef }: Endpoint, port: number): SrvEndpoint {
  const own = { addresses: addresses.map(canonical), port }
  if (hostname) return { ...own, hostname }
  return targetRef?.uid === undefined ? own : { ...own, pod: targetRef.uid }
}

/** What tells an endpoint from others in a message: its hostname, or its addresses. */
export function nameOrAddress({ hostname, addresses }: SrvEndpoint): string {
  return hostname ?? addresses.join(' ')
}

/** What to ask the server of an SRV answer next (`DnsView.follow`): each of its targets, for each of these types. */
export function targetQuestions(types: readonly Question['type'][]): (sighting: Sighting) => Question[] {
  return ({ outcome }) => {
    const targets = outcome.kind === 'answer' ? srvIn(outcome.answer).map((one) => one.target) : []
    return targets.flatMap((name) => types.map((type) => ({ name, type })))
  }
}

/** Endpoints that share a key and a port as one. */
function joined(endpoints: readonly SrvEndpoint[], keyOf: (one: SrvEndpoint) => string): SrvEndpoint[] {
  const found = new Map<string, SrvEndpoint>()
  for (const one of endpoints) {
    const key = `${keyOf(one)} ${one.port}`
    const known = found.get(key)
    found.set(key, known === undefined ? one : { ...known, addresses: [...known.addresses, ...one.addresses] })
  }
  return [...found.values()]
}

/**
 * The ways in which a server may stand for endpoints: the label of one without hostname is the server's choice, and a
 * server that takes the pod's name (CoreDNS `endpoint_pod_names`) has one for both families of the pod.
 */
export function waysToStandFor(endpoints: readonly SrvEndpoint[]): readonly (readonly SrvEndpoint[])[] {
  return [joined(endpoints, nameOrAddress), joined(endpoints, (one) => one.hostname ?? one.pod ?? nameOrAddress(one))]
}

/** The SRV records of an answer. */
export function srvIn(answer: DnsAnswer): { target: string; port: number }[] {
  return answer.answers.flatMap((record) => ('target' in record ? [{ target: record.target, port: record.port }] : []))
}

/**
 * As many distinct records as endpoints, with the endpoints' port numbers: N for each port, N×M in all. Where there is no
 * endpoint, NXDOMAIN and NODATA both say so.
 */
export function srvCounts(
  sightings: readonly Sighting[],
  endpointsOf: (name: string) => readonly SrvEndpoint[],
): Observation[] {
  return judgeSightings(sightings, 'one SRV record per endpoint', (answer, { question }) => {
    const [expected = '', ...others] = waysToStandFor(endpointsOf(question.name)).map(countText)
    const seen = new Map(srvIn(answer).map((one) => [`${one.target}:${one.port}`, one]))
    const records = countText([...seen.values()])
    const flaws = flawsIn(answer, question.name)
    const speaks = answer.rcode === 'NOERROR' || (seen.size === 0 && answer.rcode === 'NXDOMAIN')
    return {
      right: speaks && flaws === '' && [expected, ...others].includes(records),
      expected: `NOERROR with ${expected}`,
      observed: `${answer.rcode} with ${records}${flaws}`,
    }
  })
}

/** The targets are the names of the endpoints, of which each has a hostname: no other, and none is left out. */
export function srvNames(
  sightings: readonly Sighting[],
  serviceName: string,
  endpoints: readonly SrvEndpoint[],
): Observation[] {
  const wanted = endpoints.map(({ hostname }) => fold(`${hostname}.${serviceName}`))
  const expected = `targets ${setText(wanted)}`
  return judgeSightings(sightings, expected, (answer) => {
    const seen = srvIn(answer).map((one) => fold(one.target))
    return { right: sameSet(wanted, seen), expected, observed: `${answer.rcode}, targets ${setText(seen)}` }
  })
}

function countText(list: readonly { readonly port: number }[]): string {
  const ports = list.map((one) => one.port).sort((a, b) => a - b)
  return list.length === 0 ? '0 records' : `${list.length} records, ports ${ports.join(' ')}`
}
