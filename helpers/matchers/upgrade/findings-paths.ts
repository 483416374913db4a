import { kept, propagation, proxySync, skew } from '../../upgrade/budgets.ts'
import type { PathSample, SampleEntry, Target, WriteSample } from '../../upgrade/journal.ts'
import { isResolver } from '../../upgrade/targets.ts'
import type { Fault, Finding, WindowKind } from '../../upgrade/window.ts'
import { sameSet } from '../truth.ts'
import type { Course } from './course.ts'

export type PathTarget = Extract<Target, { kind: 'http' | 'kept' }>
export type WriteTarget = Extract<Target, { kind: 'write' }>

/** Whose names tell which Pods are behind the virtual address of a Service: its headless twin, by absolute name. */
export type TwinOf = (service: string) => string | undefined

/** The nameservers that Pods of a node are given; undefined where nobody knows. */
export type NameserversOf = (node: string) => readonly string[] | undefined

const kinds: Readonly<Record<Exclude<PathSample['outcome'], 'answered'>, WindowKind>> = {
  refused: 'unreachable',
  silent: 'time-out',
  broken: 'broken connection',
  strange: 'wrong answer',
}

const words: Readonly<Record<PathSample['outcome'], string>> = {
  answered: 'an answer',
  refused: 'the connection is refused',
  silent: 'no answer',
  broken: 'the connection has broken',
  strange: 'something else',
}

/** What a connection is worth: it is held against the way only while who is at its end was there to be reached. */
export function pathFinding(
  course: Course,
  sample: SampleEntry,
  target: PathTarget,
  told: PathSample,
  twinOf: TwinOf,
): Finding {
  const about = `${target.of} at ${target.address} port ${target.port}`
  const expected = `${about}: an answer`
  let fault: Fault
  if (told.outcome === 'answered') {
    const other = somebodyElse(course, sample, target, told, twinOf)
    if (other === undefined) return 'good'
    fault = { kind: 'wrong answer', expected, observed: `${about}: an answer of ${other}` }
  } else {
    const detail = told.detail === undefined ? '' : ` (${told.detail})`
    fault = { kind: kinds[told.outcome], expected, observed: `${about}: ${words[told.outcome]}${detail}` }
  }
  const excuse =
    moved(course, sample, target) ??
    course.recovery(sample.node, { from: sample.at, to: sample.at + sample.took }) ??
    (target.way === 'direct' ? podDoubt(course, sample, target) : serviceDoubt(course, sample, target, twinOf))
  return excuse === undefined ? fault : { ...fault, excuse }
}

/**
 * Which other Pod of the fixture has answered: at the address of a Pod any but itself, at that of a Service any that has been none of its
 * endpoints. An address that no Pod has says nothing: a proxy within the Pod may stand between.
 */
function somebodyElse(
  course: Course,
  { at, took }: SampleEntry,
  { of, way, address }: PathTarget,
  { detail }: PathSample,
  twinOf: TwinOf,
): string | undefined {
  if (detail === undefined || detail === address) return undefined
  const truths = course.truths({ from: course.unheardSince({ from: at, to: at }) - proxySync.ms, to: at + took + skew })
  if (way === 'virtual') {
    const twin = twinOf(of)
    if (twin === undefined || truths.some((truth) => truth.addresses[twin]?.includes(detail))) return undefined
  }
  const pod = truths.flatMap((truth) => truth.pods).find((one) => one.address === detail)
  return pod === undefined ? undefined : `${pod.name} at ${pod.address}`
}

/** Why nobody knows which address was dialled: samplers hear of another one some seconds later. */
function moved(course: Course, { at, took }: SampleEntry, { id, address, of }: PathTarget): string | undefined {
  const { targets, of: all } = course.targets(id, { from: at - proxySync.ms, to: at + took })
  const same = targets.filter((one) => 'address' in one && one.address === address)
  return same.length === all ? undefined : `the address of ${of} had just changed`
}

function podDoubt(course: Course, { at, took }: SampleEntry, { of, address }: PathTarget): string | undefined {
  return course.doubt((pod) => pod.name === of && pod.address === address, of, { from: at, to: at + took })
}

/** A connection may be with any of the endpoints: all of them have to have been there, and proxies have to have heard of them. */
function serviceDoubt(
  course: Course,
  { at, took }: SampleEntry,
  { of }: PathTarget,
  twinOf: TwinOf,
): string | undefined {
  const twin = twinOf(of)
  const span = { from: course.unheardSince({ from: at, to: at }) - proxySync.ms, to: at + took + skew }
  const sets = course.truths(span).map((truth) => (twin === undefined ? [] : (truth.addresses[twin] ?? [])))
  const [first] = sets
  if (first === undefined || first.length === 0) return `${of} had no endpoint that is known of`
  if (sets.some((one) => !sameSet(one, first))) return `the endpoints of ${of} had just changed`
  for (const address of first) {
    const doubt = course.doubt((pod) => pod.address === address, `the Pod at ${address}`, { from: at, to: at + took })
    if (doubt !== undefined) return doubt
  }
  return undefined
}

/**
 * What a write is worth: who has the name of the master, once it is ready and its name is known, takes it. Where its name was not
 * found, that is held against the master only while the resolver of the node answers: for how long it may not is up.dns-continuity's.
 */
export function writeFinding(
  course: Course,
  sample: SampleEntry,
  target: WriteTarget,
  told: WriteSample,
  nameserversOf: NameserversOf,
): Finding {
  if (told.outcome === 'taken') return 'good'
  const refused = told.outcome === 'refused'
  const fault: Fault = {
    kind: refused && told.detail === 'READONLY' ? 'READONLY at the master' : 'no writable master',
    expected: `${target.host}: a write is taken`,
    observed: `${target.host}: ${refused ? 'refused' : 'lost'} (${told.detail ?? 'no reason told'})`,
  }
  const { at, took, node } = sample
  const [master = target.host] = target.host.split('.')
  // Who is dialled by name may be dialled where it was, as long as its old address may be kept.
  const from = refused ? at : course.unheardSince({ from: at - kept.ms, to: at }) - propagation.ms
  const excuse =
    course.recovery(node, { from: at, to: at + took }) ??
    course.doubt((pod) => pod.name === master, master, { from, to: at + took }) ??
    (told.detail === 'name' ? resolverDoubt(course, sample, nameserversOf(node)) : undefined)
  return excuse === undefined ? fault : { ...fault, excuse }
}

/** Why a name may not have been found: at that look a resolver had not answered all that it was asked. */
function resolverDoubt(
  course: Course,
  { at, node, results }: SampleEntry,
  nameservers: readonly string[] | undefined,
): string | undefined {
  const resolvers = course.watched.targets.flatMap((entry) =>
    entry.targets.filter(isResolver).filter((one) => nameservers?.includes(one.address) ?? true),
  )
  for (const id of new Set(resolvers.map((one) => one.id))) {
    // Samplers hear some seconds later that there is more to ask.
    const { targets } = course.targets(id, { from: at - proxySync.ms, to: at })
    const asked = Math.min(...targets.filter(isResolver).map((one) => one.questions.length))
    const told = results[id]
    const answers = Array.isArray(told) ? told.filter(({ rcode }) => rcode === 'NOERROR' || rcode === 'NXDOMAIN') : []
    if (targets.length > 0 && answers.length < asked) return `node ${node} had not all its answers from ${id} either`
  }
  return undefined
}
