import type { Sighting } from '../../probes/dns/outcome.ts'
import type { Hop, Observation } from '../../report/record.ts'
import type { Snapshot } from '../../stage/snapshot.ts'
import type { Service } from '../../target/objects.ts'
import type { AnswerBefore } from '../../upgrade/before.ts'
import { answersExactly } from '../addresses.ts'
import { nameOf } from '../placed.ts'
import { canonical, podAddresses, sameSet, setText, slicesOf } from '../truth.ts'
import { podText, sameNow } from './fates.ts'

function compared(hop: Hop, backend: string, expected: string, observed: string): Observation {
  const verdict = expected === observed ? 'conformant' : 'non-conformant'
  return { vantage: 'API', backend, hop, verdict, expected, observed }
}

function serviceText(service: Service | undefined): string {
  if (service === undefined) return 'not there'
  const { clusterIPs = [], ports = [] } = service.spec ?? {}
  const port = ports.map((one) => `${one.name ?? 'nameless'} ${one.port}/${one.protocol ?? 'TCP'}`)
  return `${service.metadata?.uid} at ${clusterIPs.join(', ') || 'no address'}, ports ${setText(port)}`
}

/** Services are the ones that were there before, with the addresses and the ports that they had. */
export function servicesSurvive(before: Snapshot, now: Snapshot): Observation[] {
  return before.services.map((service) => {
    const found = now.services.find((one) => nameOf(one) === nameOf(service))
    return compared('Service', `Service ${nameOf(service)}`, serviceText(service), serviceText(found))
  })
}

/** Pods that are the ones of before, and never started again, have the address and the node that they had. */
export function podsSurvive(before: Snapshot, now: Snapshot): Observation[] {
  return before.pods.flatMap((pod) => {
    const same = sameNow(now, pod)
    return same === undefined ? [] : [compared('pod', nameOf(pod), podText(pod), podText(same))]
  })
}

/** An endpoint in the words of a report, without what a change of its neighbours may alter. */
function endpointTexts(snapshot: Snapshot, service: string): { uid: string; text: string }[] {
  return slicesOf(snapshot, service).flatMap((slice) =>
    (slice.endpoints ?? []).map(({ addresses, hostname, nodeName, conditions, targetRef }) => ({
      uid: targetRef?.uid ?? '',
      text: `${setText(addresses.map(canonical))} hostname ${hostname ?? 'none'} on ${nodeName ?? 'no node'} ready ${conditions?.ready ?? 'not told'}`,
    })),
  )
}

/** Endpoints of Pods that are the ones of before, and those of no Pod, are in the slices as they were. */
export function endpointsSurvive(before: Snapshot, now: Snapshot): Observation[] {
  const uids = new Set(before.pods.flatMap((pod) => (sameNow(now, pod) === undefined ? [] : [pod.metadata?.uid])))
  return before.services.map((service) => {
    const stays = ({ uid }: { uid: string }): boolean => uid === '' || uids.has(uid)
    const wanted = endpointTexts(before, nameOf(service)).filter(stays)
    const there = endpointTexts(now, nameOf(service)).filter(stays)
    return compared(
      'EndpointSlice',
      `EndpointSlices of ${nameOf(service)}`,
      setText(wanted.map((one) => one.text)),
      setText(there.map((one) => one.text)),
    )
  })
}

/** A question that had one answer everywhere, and has to have it still. */
export interface Lasting {
  readonly name: string
  readonly type: 'A' | 'AAAA'
  readonly addresses: readonly string[]
}

/**
 * The questions whose answer may not have changed: every server told the same, and all of it is of Services and of Pods that are the
 * ones of before, or of nobody's.
 */
export function lastingAnswers(
  befores: readonly Snapshot[],
  nows: readonly Snapshot[],
  answers: readonly AnswerBefore[],
): Lasting[] {
  const pods = befores.flatMap((before) => before.pods)
  const lost = new Set(
    pods.filter((pod) => !nows.some((now) => sameNow(now, pod) !== undefined)).flatMap((pod) => podAddresses(pod)),
  )
  const questions = new Map<string, AnswerBefore[]>()
  for (const one of answers) {
    const key = `${one.name} ${one.type}`
    questions.set(key, [...(questions.get(key) ?? []), one])
  }
  return [...questions.values()].flatMap((told): Lasting[] => {
    const [first] = told
    if (first === undefined || (first.type !== 'A' && first.type !== 'AAAA')) return []
    const agree = told.every((one) => one.rcode === 'NOERROR' && sameSet(one.records, first.records))
    const addresses = first.records.map(canonical)
    if (!agree || addresses.length === 0 || addresses.some((one) => lost.has(one))) return []
    return [{ name: first.name, type: first.type, addresses }]
  })
}

/** Names that last are answered as they were, everywhere. */
export function answersSurvive(lasting: readonly Lasting[], sightings: readonly Sighting[]): Observation[] {
  return lasting.flatMap(({ name, type, addresses }) =>
    answersExactly(
      sightings.filter(({ question }) => question.name === name && question.type === type),
      addresses,
    ),
  )
}
