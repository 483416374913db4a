import { type DnsAnswer, fold } from '../probes/dns/message.ts'
import type { Sighting } from '../probes/dns/outcome.ts'
import type { Observation } from '../report/record.ts'
import { judgeSightings } from './dns-sightings.ts'
import { type SrvEndpoint, srvIn } from './srv.ts'
import { sameSet, setText } from './truth.ts'

/** The endpoints with a hostname of a Service, of which SRV and additional records speak by name. */
export interface NamedTruth {
  /** `<svc>.<ns>.svc.<domain>`. */
  readonly serviceName: string
  /** All with a hostname: the label of one without is the server's choice. */
  readonly endpoints: readonly SrvEndpoint[]
}

/**
 * Each record leads to the port that the slice of its own endpoint names (EndpointPort.port), which need be neither that of
 * the Service nor that of another endpoint.
 */
export function srvPorts(sightings: readonly Sighting[], truth: NamedTruth): Observation[] {
  const wanted = truth.endpoints.map(({ hostname, port }) => `${hostOf(truth, hostname)}:${port}`)
  const expected = `NOERROR ${setText(wanted)}`
  return judgeSightings(sightings, expected, (answer) => {
    const seen = srvIn(answer).map(({ target, port }) => `${target}:${port}`)
    const right = answer.rcode === 'NOERROR' && sameSet(seen, wanted)
    return { right, expected, observed: `${answer.rcode} ${setText(seen)}` }
  })
}

/**
 * The addresses that come along with SRV records, for their targets, are those of the endpoints (DNS specification 2.4.2).
 * They are optional, and the first to go when space is short: some may be missing, or all, which is not applicable.
 */
export function glueIsTrue(sightings: readonly Sighting[], truth: NamedTruth): Observation[] {
  const known = new Set(
    truth.endpoints.flatMap(({ hostname, addresses }) => addresses.map((one) => `${hostOf(truth, hostname)}=${one}`)),
  )
  const expected = `additional addresses among ${setText(known)}`
  const judged = judgeSightings(sightings, expected, (answer) => {
    const seen = glueIn(answer)
    return { right: seen.every((one) => known.has(one)), expected, observed: `${answer.rcode} with ${setText(seen)}` }
  })
  return judged.map((observation, index) => {
    const outcome = sightings[index]?.outcome
    if (outcome?.kind !== 'answer' || glueIn(outcome.answer).length > 0) return observation
    return {
      ...observation,
      verdict: 'not-applicable',
      observed: 'the server sends no addresses along with SRV records',
    }
  })
}

/** `target=address` of each additional record of an address that a target of the answer has. */
function glueIn(answer: DnsAnswer): string[] {
  const targets = new Set(srvIn(answer).map((one) => one.target))
  return answer.additionals.flatMap((one) =>
    'address' in one && targets.has(one.name) ? [`${one.name}=${one.address}`] : [],
  )
}

function hostOf({ serviceName }: NamedTruth, hostname = '*'): string {
  return `${hostname.toLowerCase()}.${fold(serviceName)}`
}
