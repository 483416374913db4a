import type { Sighting } from '../probes/dns/outcome.ts'
import type { HttpSighting } from '../probes/http.ts'
import type { Observation } from '../report/record.ts'
import { addressesIn, flawsIn } from './addresses.ts'
import { reaches } from './connections.ts'
import { judgeSightings } from './dns-sightings.ts'
import { srvIn } from './srv.ts'
import { queriesFor } from './srv-targets.ts'
import { sameSet, setText } from './truth.ts'

/** Where the SRV records of a port lead. */
export interface Dial {
  readonly target: string
  readonly address: string
  readonly port: number
}

/** What one SRV answer leads to, or the sentence that says where that cannot be told. */
type Followed = { readonly dials: readonly Dial[] } | { readonly lost: string } | { readonly nowhere: string }

/**
 * Follows the targets of an answer by what the same server said of them in `resolved`: what is lost from sight says nothing,
 * and a target without an address leads nowhere.
 */
function followed(sighting: Sighting, resolved: readonly Sighting[]): Followed {
  if (sighting.outcome.kind !== 'answer') return { dials: [] }
  const dials: Dial[] = []
  for (const { target, port } of srvIn(sighting.outcome.answer)) {
    const asked = queriesFor(target, sighting, resolved)
    const lost = asked.find(({ outcome }) => outcome.kind === 'lost')?.outcome
    if (lost?.kind === 'lost') return { lost: lost.reason }
    const addresses = asked.flatMap(({ outcome }) => (outcome.kind === 'answer' ? addressesIn(outcome.answer) : []))
    if (addresses.length === 0) return { nowhere: `target ${target || '.'} has no address` }
    dials.push(...addresses.map((address) => ({ target, address, port })))
  }
  return { dials }
}

/** Every address and port that the answers lead to. */
export function dialsIn(srv: readonly Sighting[], resolved: readonly Sighting[]): Dial[] {
  return srv.flatMap((one) => {
    const followedTo = followed(one, resolved)
    return 'dials' in followedTo ? followedTo.dials : []
  })
}

/** The port of a Service with a virtual address, as its one SRV record has to name it. */
export interface ServicePort {
  readonly port: number
  readonly clusterIPs: readonly string[]
}

/**
 * One record with the port of the Service, whose target is an own name of the Service: it resolves at the same server to
 * exactly the virtual addresses (DNS specification 2.3.2; kube-dns puts a label of its own in front of the name).
 */
export function srvOfService(
  srv: readonly Sighting[],
  resolved: readonly Sighting[],
  truthOf: (name: string) => ServicePort,
): Observation[] {
  return judgeSightings(srv, 'one SRV record', (answer, sighting) => {
    const truth = truthOf(sighting.question.name)
    const expected = `NOERROR, port ${truth.port} of a target with ${setText(truth.clusterIPs)}`
    const records = [...new Set(srvIn(answer).map((one) => `port ${one.port} of ${one.target}`))]
    const to = followed(sighting, resolved)
    const flaws = flawsIn(answer, sighting.question.name)
    const told = `${answer.rcode}, ${records.join(' and ') || 'no record'}${flaws}`
    if ('lost' in to) return { right: 'unclear', expected, observed: to.lost }
    if ('nowhere' in to) return { right: false, expected, observed: `${told}: ${to.nowhere}` }
    const addresses = to.dials.map((one) => one.address)
    const right = answer.rcode === 'NOERROR' && flaws === '' && records.length === 1
    const leads = sameSet(addresses, truth.clusterIPs) && to.dials.every((one) => one.port === truth.port)
    return { right: right && leads, expected, observed: `${told} with ${setText(addresses)}` }
  })
}

/** Whose endpoint it is at an address and a port; undefined where the API knows none. */
export type OwnerOf = (address: string, port: number) => string | undefined

/**
 * Whoever connects to what an SRV answer names reaches the Pod behind it. An answer that leads to what is no endpoint, and
 * where the Pod of the address does not answer either, is the server's doing; an endpoint that is not reached is that of the
 * path to it. `podAt` names the Pod that has an address.
 */
export function srvReaches(
  seen: {
    readonly srv: readonly Sighting[]
    readonly resolved: readonly Sighting[]
    readonly fetched: readonly HttpSighting[]
  },
  ownerOf: OwnerOf,
  podAt: (address: string) => string | undefined,
): Observation[] {
  const { srv, resolved, fetched } = seen
  const said = judgeSightings(srv, 'a port on which the Pod listens', (answer, sighting) => {
    const expected = 'targets and ports at which a Pod of the Service answers'
    const to = followed(sighting, resolved)
    if ('lost' in to) return { right: 'unclear', expected, observed: to.lost }
    if ('nowhere' in to) return { right: false, expected, observed: to.nowhere }
    if (to.dials.length === 0)
      return { right: 'unclear', expected, observed: `${answer.rcode} without a record to connect to` }
    const [wrong] = to.dials.filter(({ address, port }) => ownerOf(address, port) === undefined)
    const outcome = fetched.find(
      (one) => one.vantage.node === sighting.vantage && one.address === wrong?.address && one.port === wrong.port,
    )?.outcome
    if (wrong === undefined || (outcome?.kind === 'answer' && outcome.hostname === podAt(wrong.address)))
      return { right: true, expected, observed: setText(to.dials.map((one) => `${one.target}:${one.port}`)) }
    const what = outcome === undefined || outcome.kind === 'answer' ? 'another answers' : outcome.reason
    const observed = `${wrong.target}:${wrong.port} at ${wrong.address}, which is no endpoint: ${what}`
    return { right: outcome?.kind === 'lost' ? 'unclear' : false, expected, observed }
  })
  // Nothing is said of an address and a port that are no endpoint.
  const paths = fetched.flatMap((one) => {
    const pod = ownerOf(one.address, one.port)
    return pod === undefined ? [] : [reaches(one, pod)]
  })
  return [...said, ...paths]
}
