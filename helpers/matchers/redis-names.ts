import type { NameVisits, Visit, VisitSighting } from '../probes/redis-visits.ts'
import type { Hop, Observation, Verdict } from '../report/record.ts'
import { canonical, setText } from './truth.ts'

/** A Pod with its addresses, by the API. */
export interface NamedPod {
  readonly pod: string
  readonly addresses: readonly string[]
}

/** What a visit to one name has to show: where it may end, and what the server there has to say. */
export interface Host extends NamedPod {
  readonly expected: string
  readonly isRight: (replies: readonly string[]) => boolean
  /** What of its replies the report quotes; the first unless told. */
  readonly tells?: (replies: readonly string[]) => string
}

/**
 * Decides redis.standalone.reachable: whoever dials the name of an instance, or an address that the name has, is at that very
 * Pod, and Redis there answers PING and INFO.
 */
export function judgeReachable(
  sightings: readonly VisitSighting[],
  instances: readonly (NamedPod & { readonly name: string })[],
): Observation[] {
  return sightings.flatMap((sighting) =>
    instances.flatMap(({ name, pod, addresses }) => {
      const host: Host = {
        pod,
        addresses,
        expected: 'PONG and a run_id',
        isRight: ([pong, ...info]) => pong === 'PONG' && info.some((line) => /^run_id:[0-9a-f]{40}\s*$/.test(line)),
      }
      return judgeName(sighting, name, [host], 'non-conformant')
    }),
  )
}

/**
 * Decides redis.routing.headless-vs-master: the name of the master leads nowhere but to the master, where a write is taken;
 * the name of the Service leads to any Pod, and a write is taken by the master and refused by all others. Where a name leads
 * nowhere, others say so.
 */
export function judgeRouting(
  sighting: VisitSighting,
  { service, own }: { readonly service: string; readonly own: string },
  master: NamedPod,
  replicas: readonly NamedPod[],
): Observation[] {
  const writable: Host = { ...master, expected: 'OK', isRight: ([said]) => said === 'OK' }
  const others = replicas.map(
    (one): Host => ({ ...one, expected: 'READONLY', isRight: ([said]) => /^READONLY( |$)/.test(said ?? '') }),
  )
  return [
    ...judgeName(sighting, own, [writable], 'inconclusive'),
    ...judgeName(sighting, service, [writable, ...others], 'inconclusive'),
  ]
}

/**
 * Decides redis.propagate.by-name: the name of each replica leads to it alone, and it holds what was counted up to by the name of the
 * master, or more, since others may count as well. Where the master took nothing, nobody has to `read`, and others say so.
 */
export function judgeReading(
  counted: VisitSighting,
  read: VisitSighting | undefined,
  replicas: readonly (NamedPod & { readonly name: string })[],
): Observation[] {
  const least = countOf(counted)
  if (typeof least === 'string' || read === undefined) {
    const about = { vantage: counted.client, backend: 'the name of the master', hop: 'Redis' } as const
    return [{ ...about, verdict: 'inconclusive', expected: 'a write to be read', observed: `${least}` }]
  }
  return replicas.flatMap(({ name, pod, addresses }) => {
    const expected = `${least} or more`
    const isRight = ([said = '']: readonly string[]): boolean => /^\d+$/.test(said) && Number(said) >= least
    return judgeName(read, name, [{ pod, addresses, expected, isRight }], 'non-conformant')
  })
}

/** Whether there is something to be read. */
export function hasCounted(counted: VisitSighting): boolean {
  return typeof countOf(counted) === 'number'
}

/** What a counter came to, or why that is not known. */
function countOf(sighting: VisitSighting): number | string {
  if (sighting.kind === 'lost') return sighting.reason
  const visits = sighting.names.flatMap((one) => one.visits)
  const said = visits.map(({ outcome }) =>
    outcome.kind === 'answered' ? (outcome.replies[0] ?? 'nothing') : outcome.reason,
  )
  const counts = said.filter((one) => /^\d+$/.test(one)).map(Number)
  return counts.length > 0 ? Math.max(...counts) : `the master has not counted: ${said[0] ?? 'its name has no address'}`
}

/**
 * Judges every connection to one name: it ends at one of these Pods, which says what is expected there. `nowhere` is the verdict
 * where the name has no address.
 */
export function judgeName(
  sighting: VisitSighting,
  name: string,
  hosts: readonly Host[],
  nowhere: Verdict,
): Observation[] {
  const expected = `${name} leads to ${hosts.map((one) => `${one.pod}: ${one.expected}`).join(', ')}`
  const about = { vantage: sighting.client, backend: name, expected }
  if (sighting.kind === 'lost')
    return [{ ...about, hop: 'data path', verdict: 'inconclusive', observed: sighting.reason }]
  const found = sighting.names.find((one) => one.name === name)
  if (found === undefined || found.addresses.length === 0)
    return [{ ...about, hop: 'node resolver', verdict: nowhere, observed: `${name} has no address` }]
  return found.visits.map((visit) => ({ ...about, ...judgeVisit(visit, found, hosts) }))
}

function judgeVisit(
  { host, outcome }: Visit,
  { name, addresses }: NameVisits,
  hosts: readonly Host[],
): { hop: Hop; verdict: Verdict; observed: string } {
  const dialled = host === name ? 'the name' : host
  if (outcome.kind === 'failed')
    return { hop: 'data path', verdict: 'non-conformant', observed: `${dialled}: ${outcome.reason}` }
  const [first = 'nothing'] = outcome.replies
  if (outcome.at === undefined)
    return {
      hop: 'Redis',
      verdict: 'non-conformant',
      observed: `${dialled}: the server does not say where it is: ${first}`,
    }
  const at = canonical(outcome.at)
  const reached = hosts.find((one) => one.addresses.includes(at))
  const said = outcome.replies.length > 0 && reached?.tells !== undefined ? reached.tells(outcome.replies) : first
  const isDialled = host === name ? addresses.map(canonical).includes(at) : canonical(host) === at
  const observed = `${dialled} leads to ${reached?.pod ?? `${at}, none of ${setText(hosts.map((one) => one.pod))}`}: ${said}`
  // Where the address that was dialled is the one that was reached, it was the name that led astray.
  if (reached === undefined || !isDialled)
    return { hop: isDialled ? 'node resolver' : 'data path', verdict: 'non-conformant', observed }
  const right = reached.isRight(outcome.replies)
  return { hop: 'Redis', verdict: right ? 'conformant' : 'non-conformant', observed }
}
