import { fold } from '../probes/dns/message.ts'
import type { Sighting } from '../probes/dns/outcome.ts'
import type { Observation } from '../report/record.ts'
import { addressesIn } from './addresses.ts'
import { describeOutcome, judgeSightings } from './dns-sightings.ts'
import { nameOrAddress, type SrvEndpoint, srvIn, waysToStandFor } from './srv.ts'
import { sameSet, setText } from './truth.ts'

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
    if (stray !== undefined) return { right: false, expected, observed: `target ${stray || '.'}` }
    const resolutions: Resolution[] = []
    for (const target of targets) {
      const asked = queriesFor(target, sighting, resolved)
      const unseen = asked.find((one) => one.outcome.kind === 'lost')?.outcome
      if (asked.length === 0 || unseen !== undefined) {
        const observed = unseen === undefined ? `target ${target} was not asked for` : describeOutcome(unseen)
        return { right: 'unclear', expected, observed }
      }
      const silent = asked.find((one) => one.outcome.kind !== 'answer')?.outcome
      if (silent !== undefined)
        return { right: false, expected, observed: `target ${target}: ${describeOutcome(silent)}` }
      const addresses = asked.flatMap(({ outcome }) => (outcome.kind === 'answer' ? addressesIn(outcome.answer) : []))
      resolutions.push({ target, label: target.slice(0, -suffix.length), addresses })
    }
    const [first, second] = waysToStandFor(truth.endpoints.map(anyPort)).map((way) => disagreement(resolutions, way))
    if (first !== undefined && second !== undefined)
      return { right: false, expected, observed: `${answer.rcode} ${first}` }
    return { right: true, expected, observed: `targets ${setText(resolutions.map((one) => one.label))}` }
  })
}

/** A name is one target, whatever the ports of those that share it. */
function anyPort(endpoint: SrvEndpoint): SrvEndpoint {
  return { ...endpoint, port: 0 }
}

interface Resolution {
  readonly target: string
  readonly label: string
  readonly addresses: readonly string[]
}

/** What keeps the targets from standing for the endpoints one by one; undefined where nothing does. */
function disagreement(targets: readonly Resolution[], endpoints: readonly SrvEndpoint[]): string | undefined {
  const left = [...endpoints]
  for (const { target, label, addresses } of targets) {
    const index = left.findIndex(
      (one) => (one.hostname ?? label).toLowerCase() === label && sameSet(one.addresses, addresses),
    )
    if (index === -1) return `target ${target} resolves to ${setText(addresses)}`
    left.splice(index, 1)
  }
  return left.length === 0 ? undefined : `without a target for ${setText(left.map(nameOrAddress))}`
}

/** What was asked for a target, at the server and the vantage that have named it. */
export function queriesFor(target: string, asked: Sighting, resolved: readonly Sighting[]): Sighting[] {
  return resolved.filter(
    (one) =>
      one.vantage === asked.vantage &&
      one.server.address === asked.server.address &&
      fold(one.question.name) === target,
  )
}
