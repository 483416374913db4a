import { coming, leaving, nextLook, propagation, readiness, reconnect, settling } from '../../upgrade/budgets.ts'
import type { EventEntry, Target, TargetsEntry, TruthEntry } from '../../upgrade/journal.ts'
import { backendsIn } from '../../upgrade/targets.ts'
import type { Watched } from '../../upgrade/watched.ts'
import { sameSet } from '../truth.ts'
import { arrivalIn, holesIn, isLongSilence, notReadyIn, returnsIn, type Span } from './absences.ts'

/** A Pod as the API told of it at some moment. */
export type PodThen = TruthEntry['pods'][number]

/** What may have been in effect at some moment between two, the earliest first: the last of before, and all that came then. */
function inEffect<T extends { readonly at: number; readonly since?: number }>(
  entries: readonly T[],
  { from, to }: Span,
): readonly T[] {
  let [low, high] = [0, entries.length]
  while (low < high) {
    const middle = (low + high) >> 1
    if ((entries[middle]?.at ?? 0) <= from) low = middle + 1
    else high = middle
  }
  const first = Math.max(0, low - 1)
  let end = first
  const begin = (entry: T | undefined): number => entry?.since ?? entry?.at ?? 0
  while (end < entries.length && begin(entries[end]) <= to) end++
  // Before the first word of the API it was as that says: nobody begins to watch in the middle of a change.
  return entries.slice(first, Math.max(end, first + 1))
}

/** What was so at each moment of a watch, as far as the API and the samplers have told. */
export class Course {
  readonly watched: Watched
  readonly #holes: ReadonlyMap<string, readonly Span[]>
  readonly #returns: ReadonlyMap<string, readonly number[]>
  readonly #arrivals: ReadonlyMap<string, readonly number[]>
  readonly #notReady: ReadonlyMap<string, readonly Span[]>
  /** Times in which the API was away, or nobody listened, in the order of their begin: each look asks for them several times. */
  readonly #untold: readonly Span[]
  readonly #byId = new WeakMap<TargetsEntry, ReadonlyMap<string, Target>>()

  constructor(watched: Watched) {
    this.watched = watched
    this.#holes = new Map([...watched.samples].map(([node, samples]) => [node, holesIn(samples, watched)]))
    this.#returns = new Map([...watched.samples].map(([node, samples]) => [node, returnsIn(samples)]))
    this.#arrivals = new Map([...watched.samples].map(([node, samples]) => [node, arrivalIn(samples, watched)]))
    this.#notReady = notReadyIn(watched)
    this.#untold = watched.gaps.filter((one) => one.of === 'API').map((one) => ({ from: one.since, to: one.at }))
  }

  /** The truths at any moment of a time; those after it, too, where the API was away, since nobody knows when they became true. */
  truths(span: Span): readonly TruthEntry[] {
    return inEffect(this.watched.truths, this.#told(span))
  }

  /** The targets of that id at any moment of a time. Fewer than `of` where it was not always one. */
  targets(id: string, span: Span): { readonly targets: readonly Target[]; readonly of: number } {
    const entries = inEffect(this.watched.targets, this.#told(span))
    const targets = entries.flatMap((entry) => this.#index(entry).get(id) ?? [])
    return { targets, of: entries.length }
  }

  /** What an id has stood for at a moment, or else at the last one before it that it stood for something. */
  target(id: string, at: number): Target | undefined {
    const near = this.targets(id, { from: at - leaving.ms, to: at + coming.ms }).targets.at(-1)
    if (near !== undefined) return near
    return this.watched.targets.map((entry) => this.#index(entry).get(id)).findLast((one) => one !== undefined)
  }

  /** Whether the API was away, or nobody listened, at some moment of a time. */
  isUntold({ from, to }: Span): boolean {
    return this.#untold.some((one) => one.from <= to && one.to >= from)
  }

  /**
   * Since when, in ms, proxies and DNS servers may not have heard, at some moment of a time, of what had changed: the API was away then,
   * and had not been back for so long that all have asked it again and been told. The begin of that time where they had heard.
   */
  unheardSince({ from, to }: Span): number {
    const toldBy = (one: Span): number => one.to + Math.min(reconnect.ms, 2 * (one.to - one.from)) + propagation.ms
    const blind = this.#untold.filter((one) => one.from <= to && from <= toldBy(one))
    return Math.min(from, ...blind.map((one) => one.from))
  }

  /** Whether the DNS servers behind their Service were others at some moment of a time than at another one. */
  serversChanged(span: Span): boolean {
    const [first, ...others] = inEffect(this.watched.targets, this.#told(span)).map(({ targets }) =>
      backendsIn(targets).map((one) => `${one.id} ${one.address}`),
    )
    return first !== undefined && others.some((one) => !sameSet(one, first))
  }

  /** Why a node was not there, or not itself yet, at some moment of a time; undefined where it was. */
  absence(node: string, span: Span): string | undefined {
    const overlaps = (one: Span): boolean => one.from <= span.to && one.to >= span.from
    if (this.#notReady.get(node)?.some(overlaps)) return `node ${node} was not Ready`
    if (this.#holes.get(node)?.some(overlaps)) return `nothing was heard of node ${node}`
    return this.recovery(node, span)
  }

  /** Why a node has not settled yet at some moment of a time; undefined where it has. */
  recovery(node: string, { from, to }: Span): string | undefined {
    const isFresh = (at: number): boolean => at <= to && at + settling.ms >= from
    if (this.#returns.get(node)?.some(isFresh)) return `node ${node} had just come back`
    return this.#arrivals.get(node)?.some(isFresh) ? `node ${node} had just come` : undefined
  }

  /**
   * Why some node got lost in some time that may have had a DNS server, for longer than a busy one is silent: who is away for good got
   * lost but once.
   */
  serverLoss(span: Span): string | undefined {
    const begins = (one: Span): boolean => one.from >= span.from && one.from <= span.to
    const served = this.#nodesOfServers({ from: span.from - leaving.ms, to: span.to })
    for (const node of new Set([...this.#notReady.keys(), ...this.#holes.keys()])) {
      if (served?.has(node) === false) continue
      const why = this.#loss(node, begins)
      if (why !== undefined) return why
      // Who comes back was away, however briefly.
      const back = this.#returns.get(node)?.some((at) => at >= span.from && at <= span.to)
      if (back) return `node ${node} had just come back`
    }
    return undefined
  }

  /** Why one node was lost at some moment of a time; undefined where it was not. */
  lossOf(node: string, span: Span): string | undefined {
    return this.#loss(node, (one) => one.from <= span.to && one.to >= span.from)
  }

  /** Why a Pod was not, all of that time, the same one, ready to be reached, on a node that was there. */
  doubt(isIt: (pod: PodThen) => boolean, what: string, { from, to }: Span): string | undefined {
    const span = { from: from - readiness.ms, to: to + readiness.ms }
    const pods = this.truths(span).map((truth) => truth.pods.find(isIt))
    const [first] = pods
    if (first === undefined) return `${what} was not there`
    for (const pod of pods) {
      if (pod === undefined) return `${what} was not there all the time`
      if (pod.uid !== first.uid || pod.address !== first.address) return `${pod.name} was replaced`
      if (pod.restarts !== first.restarts) return `${pod.name} was restarted`
      if (pod.terminating) return `${pod.name} was terminating`
      if (!pod.ready) return `${pod.name} was not ready`
    }
    return this.absence(first.node, { from: from - nextLook, to: to + nextLook })
  }

  /** Events of a time, and those shortly before it, in the words of a report. */
  during({ from, to }: Span): string[] {
    const near = this.watched.events.filter((one) => one.at >= from - leaving.ms && one.at <= to + nextLook)
    const gaps = this.watched.gaps.filter((one) => one.since <= to && one.at >= from)
    return [...new Set([...near.map(eventText), ...gaps.map((one) => `${one.of} not seen: ${one.reason}`)])]
  }

  /** The nodes that had DNS servers at some moment of a time; undefined where that is not known of all. */
  #nodesOfServers(span: Span): ReadonlySet<string> | undefined {
    const servers = inEffect(this.watched.targets, this.#told(span)).flatMap(({ targets }) => backendsIn(targets))
    const nodes = servers.map((one) => one.node)
    return nodes.length === 0 || nodes.includes(undefined) ? undefined : new Set(nodes as readonly string[])
  }

  /** Why one node was lost in a time that counts. */
  #loss(node: string, counts: (one: Span) => boolean): string | undefined {
    if (this.#notReady.get(node)?.some(counts)) return `node ${node} was not Ready`
    const wasSilent = this.#holes.get(node)?.some((one) => counts(one) && isLongSilence(one))
    return wasSilent ? `nothing was heard of node ${node}` : undefined
  }

  /** A time with all that may have become true while the API told nothing. */
  #told({ from, to }: Span): Span {
    const untold = this.#untold.filter((one) => one.from <= to && one.to >= from)
    return { from, to: Math.max(to, ...untold.map((one) => one.to + coming.ms)) }
  }

  #index(entry: TargetsEntry): ReadonlyMap<string, Target> {
    const known = this.#byId.get(entry)
    if (known !== undefined) return known
    const index = new Map(entry.targets.map((one) => [one.id, one]))
    this.#byId.set(entry, index)
    return index
  }
}

/** An event in the words of a report. */
export function eventText({ of, subject, text }: EventEntry): string {
  return `${of} ${subject}: ${text}`
}
