import type { EventEntry, GapEntry, SampleEntry } from './journal.ts'

/** Milliseconds between two seconds of a node that are no gap: two, and what a busy machine adds. */
const tolerated = 2900
/** Milliseconds until a sample that has not come is missed: a tick takes up to four seconds, and seven on a node that has no time for it. */
const patience = 10_000

type Seen = Pick<SampleEntry, 'at' | 'sampler'>

/** Finds the times in which nothing was heard of a node. Lines may come late, and in any order. */
export class NodeGaps {
  readonly #front = new Map<string, Seen>()
  readonly #pending = new Map<string, Seen[]>()

  /** Takes a sample; those that an earlier watch has written are taken as well. */
  see({ node, at, sampler }: Pick<SampleEntry, 'node' | 'at' | 'sampler'>): void {
    const pending = this.#pending.get(node)
    if (pending === undefined) this.#pending.set(node, [{ at, sampler }])
    else pending.push({ at, sampler })
  }

  /** The gaps before samples that began long enough before `now`, in ms. */
  settle(now: number): GapEntry[] {
    return [...this.#pending].flatMap(([node, pending]) => {
      const due = pending.filter((one) => one.at <= now - patience).sort((a, b) => a.at - b.at)
      this.#pending.set(
        node,
        pending.filter((one) => one.at > now - patience),
      )
      return due.flatMap((one) => this.#next(node, one))
    })
  }

  /** The gaps that are left when the watch ends, also of nodes that have told nothing more. */
  end(now: number): GapEntry[] {
    const left = this.settle(now + patience)
    const open = [...this.#front].flatMap(([node, { at }]): GapEntry[] =>
      now - at <= patience ? [] : [{ kind: 'gap', at: now, since: at, of: node, reason: 'nothing was heard any more' }],
    )
    return [...left, ...open]
  }

  #next(node: string, one: Seen): GapEntry[] {
    const before = this.#front.get(node)
    // What comes after a gap was told of it is no part of it, and closes nothing.
    if (before !== undefined && one.at <= before.at) return []
    this.#front.set(node, one)
    if (before === undefined || one.at - before.at <= tolerated) return []
    const reason = one.sampler === before.sampler ? 'no sample has come' : 'its sampler was started anew'
    return [{ kind: 'gap', at: one.at, since: before.at, of: node, reason }]
  }
}

/** Knows whether the API answers, and tells when that changes. */
export class ApiSight {
  #answered: number
  #trouble: { readonly since: number; readonly reason: string } | undefined

  /** `since`: Unix time in ms of the last answer that anybody has had. */
  constructor(since: number) {
    this.#answered = since
  }

  /** Since when, in ms, the API is away; undefined where it answers. */
  get awaySince(): number | undefined {
    return this.#trouble?.since
  }

  answered(at: number): (EventEntry | GapEntry)[] {
    const [since, trouble] = [this.#answered, this.#trouble]
    this.#answered = at
    this.#trouble = undefined
    if (trouble === undefined) return []
    return [this.gap(since, at, trouble.reason), event(at, 'answers again')]
  }

  failed(at: number, reason: string): EventEntry[] {
    if (this.#trouble !== undefined) return []
    this.#trouble = { since: this.#answered, reason }
    return [event(at, `does not answer: ${reason}`)]
  }

  /** The gap that is left when the watch ends. */
  end(at: number): GapEntry[] {
    return this.#trouble === undefined ? [] : [this.gap(this.#trouble.since, at, this.#trouble.reason)]
  }

  /** A time in which nobody knew what the API would have told. */
  gap(since: number, at: number, reason: string): GapEntry {
    return { kind: 'gap', at, since, of: 'API', reason }
  }
}

function event(at: number, text: string): EventEntry {
  return { kind: 'event', at, of: 'API', subject: 'API server', text }
}
