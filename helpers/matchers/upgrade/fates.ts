import type { Snapshot } from '../../stage/snapshot.ts'
import type { Pod } from '../../target/objects.ts'
import { coming, leaving, nodeLoss, settling } from '../../upgrade/budgets.ts'
import { isCordoned } from '../../upgrade/events.ts'
import { isSampler } from '../../upgrade/own.ts'
import { nodesOfCluster, wasRefused } from '../../upgrade/rights.ts'
import type { Watched } from '../../upgrade/watched.ts'
import { momentText } from '../../upgrade/window.ts'
import { nameOf } from '../placed.ts'
import { podAddresses, podNamed, setText } from '../truth.ts'
import { Course, eventText, type PodThen } from './course.ts'

/** What has become of a Pod. */
export interface Fate {
  readonly pod: string
  readonly was: string
  readonly is: string
  /** `unknown` where nobody looked; `unseen` where whoever did may not look. */
  readonly fate: 'same' | 'changed legitimately' | 'regressed' | 'unknown' | 'unseen'
  /** What has brought it about, as far as that was seen. */
  readonly why: string
}

/** Milliseconds before a Pod goes, or is started again, in which its node may have given the reason: a drain takes minutes. */
const before = 600_000

/** What takes the Pods of a node away, and what starts them again there. */
const takesAway =
  /cordon|unschedulable|schedulable: false|drain|not ready|unreachable|gone|deleted|removed|boot|taint|shut/i
const startsAgain = /kubelet|runtime|containerd|cri-o|version/i

/** A Pod as it is now; undefined once it is another one. */
export function sameNow(now: Snapshot, pod: Pod): Pod | undefined {
  const found = now.pods.find((one) => one.metadata?.uid === pod.metadata?.uid)
  return found !== undefined && restartsOf(found) === restartsOf(pod) ? found : undefined
}

export function restartsOf({ status }: Pod): number {
  return (status?.containerStatuses ?? []).reduce((sum, one) => sum + one.restartCount, 0)
}

export function podText(pod: Pod | undefined): string {
  if (pod === undefined) return 'not there'
  return `${pod.metadata?.uid} on ${pod.spec?.nodeName ?? 'no node'} at ${setText(podAddresses(pod))}, restarted ${restartsOf(pod)} times`
}

/** What became of one Pod that was there before, known by its name; why, if somebody watched. */
export function fateOf(pod: Pod, now: Snapshot, watched: Watched | undefined): Fate {
  const name = nameOf(pod)
  const found = podNamed(now, name)
  const told = { pod: name, was: podText(pod), is: podText(found) }
  if (sameNow(now, pod) !== undefined) return { ...told, fate: 'same', why: '' }
  if (watched === undefined) return { ...told, fate: 'unknown', why: 'nobody watched what became of it' }
  const changes = changesOf(name, watched)
  const [first] = changes
  const last = changes.at(-1)
  const explained =
    first?.was.uid === pod.metadata?.uid &&
    first?.was.restarts === restartsOf(pod) &&
    last?.is?.uid === found?.metadata?.uid
  if (!explained) return { ...told, fate: 'unknown', why: 'it changed while nobody watched' }
  const course = new Course(watched)
  const causes = changes.map((one) => ({ ...one, cause: causeOf(course, one) }))
  const without = causes.find((one) => one.cause === undefined)
  if (without !== undefined) return { ...told, ...unexplained(without, course) }
  return { ...told, fate: 'changed legitimately', why: [...new Set(causes.map((one) => one.cause))].join(', ') }
}

/** A change of which nothing was seen that explains it: what nobody saw may have had its reason where nobody looked. */
function unexplained({ at, was }: Change, course: Course): Pick<Fate, 'fate' | 'why'> {
  const shortly = { from: at - leaving.ms, to: at }
  if (course.isUntold(shortly)) return { fate: 'unknown', why: 'it changed while the API could not be seen' }
  if (wasRefused(course.watched, nodesOfCluster, shortly))
    return { fate: 'unseen', why: `what befell node ${was.node} may not be read` }
  return { fate: 'regressed', why: `nothing was seen at ${momentText(at)} UTC that takes it from ${was.node}` }
}

interface Change {
  readonly at: number
  readonly was: PodThen
  /** The next one of that name; undefined where none came. */
  readonly is: PodThen | undefined
}

/** When a Pod was replaced by another of its name, or its containers were started again. */
function changesOf(name: string, { truths }: Watched): Change[] {
  const changes: Change[] = []
  let was: PodThen | undefined
  let gone: number | undefined
  for (const { at, pods } of truths) {
    const is = pods.find((pod) => pod.name === name)
    if (is === undefined) {
      gone ??= at
      continue
    }
    if (was !== undefined && (is.uid !== was.uid || is.restarts !== was.restarts))
      changes.push({ at: gone ?? at, was, is })
    was = is
    gone = undefined
  }
  if (was !== undefined && gone !== undefined) changes.push({ at: gone, was, is: undefined })
  return changes
}

/** What explains a change: whoever took the Pod away has said so, or something happened to its node. */
function causeOf(course: Course, { at, was, is }: Change): string | undefined {
  if (was.disruption !== undefined && was.uid !== is?.uid) return `${was.name} had to go: ${was.disruption}`
  const restarted = was.uid === is?.uid
  const events = course.watched.events.filter(
    (one) => one.of === 'node' && one.subject === was.node && one.at >= at - before && one.at <= at + coming.ms,
  )
  const event = events.findLast(({ text }) => takesAway.test(text) || (restarted && startsAgain.test(text)))
  if (event !== undefined) return eventText(event)
  // A node that is cordoned may be drained whenever it pleases.
  if (!restarted && isCordoned(course.watched.events, was.node, at + coming.ms)) return `node ${was.node} was cordoned`
  const loss = course.lossOf(was.node, { from: at - before, to: at + nodeLoss.ms })
  return loss ?? (restarted && allStartedAgain(course.watched, was.node, at) ? allAgain(was.node, at) : undefined)
}

/**
 * Whether every Pod that a node had was started again there, the sampler among them, which no controller has a reason to touch: the
 * node itself was. A node that is back within its lease is never seen not Ready.
 */
function allStartedAgain(watched: Watched, node: string, at: number): boolean {
  const then = watched.truths.findLast((one) => one.at <= at - settling.ms) ?? watched.truths[0]
  const there = (then?.pods ?? []).filter((one) => one.node === node)
  const again = there.filter(({ name }) =>
    changesOf(name, watched).some((one) => one.was.uid === one.is?.uid && Math.abs(one.at - at) <= settling.ms),
  )
  return again.length === there.length && again.some(({ name }) => isSampler(name)) && again.length > 1
}

function allAgain(node: string, at: number): string {
  return `every Pod on ${node} was started again at ${momentText(at)} UTC`
}
