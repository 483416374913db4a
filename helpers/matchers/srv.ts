import { type DnsAnswer, fold } from '../probes/dns/message.ts'
import type { Sighting } from '../probes/dns/outcome.ts'
import type { Observation } from '../report/record.ts'
import type { Snapshot } from '../stage/snapshot.ts'
import { addressesIn } from './addresses.ts'
import { describeOutcome, judgeSightings } from './dns-sightings.ts'
import { canonical, readyEndpoints, sameSet, setText, slicesOf } from './truth.ts'

/** An endpoint as SRV records stand for it. */
export interface SrvEndpoint {
  /** The endpoint's hostname, or undefined where the server may choose the label. */
  readonly hostname?: string
  readonly addresses: readonly string[]
  readonly port: number
}

/**
 * The endpoints that the records of one named port stand for: one per hostname, whatever its addresses and families, and
 * one per address without a hostname (DNS specification 2.4.2).
 */
export function srvEndpoints(snapshot: Snapshot, service: string, portName: string): SrvEndpoint[] {
  const found = new Map<string, { hostname?: string; addresses: string[]; port: number }>()
  for (const slice of slicesOf(snapshot, service)) {
    const port = (slice.ports ?? []).find((one) => one.name === portName)?.port
    if (port === undefined || port === null) continue
    for (const endpoint of readyEndpoints([slice])) {
      const addresses = endpoint.addresses.map(canonical)
      const key = `${endpoint.hostname ?? addresses.join(' ')} ${port}`
      const known = found.get(key)
      if (known !== undefined) known.addresses.push(...addresses)
      else
        found.set(key, { ...(endpoint.hostname === undefined ? {} : { hostname: endpoint.hostname }), addresses, port })
    }
  }
  return [...found.values()]
}

/** The SRV records of an answer. */
export function srvIn(answer: DnsAnswer): { target: string; port: number }[] {
  return answer.answers.flatMap((record) => ('target' in record ? [{ target: record.target, port: record.port }] : []))
}

/** As many distinct records as endpoints, with the endpoints' port numbers: N for each port, N×M in all. */
export function srvCounts(
  sightings: readonly Sighting[],
  endpointsOf: (name: string) => readonly SrvEndpoint[],
): Observation[] {
  return judgeSightings(sightings, 'one SRV record per endpoint', (answer, { question }) => {
    const endpoints = endpointsOf(question.name)
    const seen = [...new Set(srvIn(answer).map((one) => `${one.target}:${one.port}`))]
    const ports = (list: readonly { port: number }[]): string =>
      list
        .map((one) => one.port)
        .sort((a, b) => a - b)
        .join(' ')
    const expected = `NOERROR with ${endpoints.length} records, ports ${ports(endpoints)}`
    const distinct = seen.map((one) => ({ port: Number(one.slice(one.lastIndexOf(':') + 1)) }))
    const observed = `${answer.rcode} with ${seen.length} records, ports ${ports(distinct)}`
    return { right: observed === expected, expected, observed }
  })
}

export interface TargetTruth {
  /** `<svc>.<ns>.svc.<domain>`. */
  readonly serviceName: string
  readonly endpoints: readonly SrvEndpoint[]
}

/**
 * Every target is a label below the Service's name, the hostname where the endpoint has one, and resolves at the same
 * server to exactly the endpoint that it stands for; all endpoints are stood for (DNS specification 2.1, 2.4.2).
 * `resolved` are the address queries for the targets in `srv`.
 */
export function srvTargets(srv: readonly Sighting[], resolved: readonly Sighting[], truth: TargetTruth): Observation[] {
  const expectedSets = truth.endpoints.map((one) => `${one.hostname ?? '*'}=${setText(one.addresses)}`)
  const expected = `targets ${setText(expectedSets)} below ${fold(truth.serviceName)}`
  return judgeSightings(srv, expected, (answer, sighting) => {
    const targets = [...new Set(srvIn(answer).map((one) => one.target))]
    const suffix = `.${fold(truth.serviceName)}`
    const stray = targets.find((target) => !target.endsWith(suffix) || target.slice(0, -suffix.length).includes('.'))
    if (stray !== undefined) return { right: false, expected, observed: `target ${stray}` }
    const left = [...truth.endpoints]
    for (const target of targets) {
      const asked = queriesFor(target, sighting, resolved)
      const lost = asked.find((one) => one.outcome.kind === 'lost')
      if (lost !== undefined) return { right: 'unclear', expected, observed: describeOutcome(lost.outcome) }
      const own = asked.flatMap((one) => (one.outcome.kind === 'answer' ? addressesIn(one.outcome.answer) : []))
      const label = target.slice(0, -suffix.length)
      const index = left.findIndex(
        (one) => (one.hostname ?? label).toLowerCase() === label && sameSet(one.addresses, own),
      )
      if (index === -1) return { right: false, expected, observed: `target ${target} resolves to ${setText(own)}` }
      left.splice(index, 1)
    }
    const missing = left.map((one) => one.hostname ?? one.addresses.join(' '))
    if (missing.length > 0)
      return { right: false, expected, observed: `${answer.rcode} without a target for ${setText(missing)}` }
    return { right: true, expected, observed: `targets ${setText(targets.map((one) => one.slice(0, -suffix.length)))}` }
  })
}

function queriesFor(target: string, asked: Sighting, resolved: readonly Sighting[]): Sighting[] {
  return resolved.filter(
    (one) =>
      one.vantage === asked.vantage &&
      one.server.address === asked.server.address &&
      fold(one.question.name) === target,
  )
}
