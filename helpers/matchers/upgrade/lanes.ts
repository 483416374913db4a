import type { Fault, Finding, Lane, LaneRole, Stretch, Tally, Window } from '../../upgrade/window.ts'

/** What one look came to, of one question where there are several. */
export interface Found {
  /** The question; empty where there is only one. */
  readonly what: string
  readonly finding: Finding
}

type Open = { -readonly [K in keyof Omit<Window, 'during' | 'names'>]: Window[K] } & { names: Set<string> }
type Counts = { -readonly [K in keyof Tally]: Tally[K] }

/** Puts together what one node saw of one target, look by look, in the order of time. */
export class LaneKeeper {
  readonly #node: string
  readonly #target: string
  readonly #role: LaneRole
  readonly #tally: Counts = { good: 0, bad: 0, excused: 0, unjudged: 0, asked: 0, lostTwice: 0 }
  readonly #stretches: { state: Stretch['state']; from: number; to: number }[] = []
  readonly #windows: Open[] = []
  #open = new Map<string, Open>()
  /** Whether the look before went without an answer. */
  #silent = false
  #last: number | undefined
  #span = 0

  constructor(node: string, target: string, role: LaneRole) {
    this.#node = node
    this.#target = target
    this.#role = role
  }

  /** Takes a look in. `before` is when the node looked last, if nothing is missing since then. */
  add(at: number, before: number | undefined, found: readonly Found[]): void {
    const follows = before !== undefined && before === this.#last
    if (!follows) {
      this.#open.clear()
      this.#silent = false
      this.#span++
    }
    this.#widen(at, found)
    this.#count(found)
    this.#draw(at, follows, stateOf(found))
    this.#last = at
  }

  lane(): Lane {
    const { node, target, role } = { node: this.#node, target: this.#target, role: this.#role }
    return { node, target, role, tally: { ...this.#tally }, stretches: this.#stretches }
  }

  windows(): Omit<Window, 'during'>[] {
    return this.#windows.map((one) => ({ ...one, names: [...one.names].sort() }))
  }

  /** A window goes on as long as something of its kind is wrong, and ends with the first look at which nothing is. */
  #widen(at: number, found: readonly Found[]): void {
    const still = new Map<string, Open>()
    for (const { what, finding } of found) {
      if (typeof finding === 'string') continue
      const key = `${finding.kind} ${finding.excuse === undefined}`
      const known = still.get(key)
      const open = known ?? this.#open.get(key) ?? this.#begin(at, finding)
      if (known === undefined) open.looks++
      open.to = at
      if (what !== '') open.names.add(what)
      still.set(key, open)
    }
    for (const [key, open] of this.#open) if (!still.has(key)) open.to = at
    this.#open = still
  }

  #begin(at: number, { kind, expected, observed, excuse }: Fault): Open {
    const about = { kind, node: this.#node, target: this.#target, role: this.#role, expected, observed }
    const window: Open = { ...about, from: at, to: at, looks: 0, names: new Set<string>(), span: this.#span }
    if (excuse !== undefined) window.excuse = excuse
    this.#windows.push(window)
    return window
  }

  #count(found: readonly Found[]): void {
    const state = stateOf(found)
    this.#tally[state]++
    if (state === 'good' || state === 'bad') this.#tally.asked++
    const silent = found.some(
      ({ finding }) => typeof finding !== 'string' && finding.excuse === undefined && isSilence(finding.kind),
    )
    if (silent && this.#silent) this.#tally.lostTwice++
    this.#silent = silent
  }

  #draw(at: number, follows: boolean, state: Stretch['state']): void {
    const last = this.#stretches.at(-1)
    if (last !== undefined && follows) last.to = at
    if (last === undefined || !follows || last.state !== state) this.#stretches.push({ state, from: at, to: at })
  }
}

function isSilence(kind: Fault['kind']): boolean {
  return kind === 'time-out' || kind === 'unreachable'
}

/** What a look came to as a whole: the worst of it. */
function stateOf(found: readonly Found[]): Stretch['state'] {
  const faults = found.flatMap(({ finding }) => (typeof finding === 'string' ? [] : [finding]))
  if (faults.some((one) => one.excuse === undefined)) return 'bad'
  if (faults.length > 0) return 'excused'
  return found.some(({ finding }) => finding === 'good') ? 'good' : 'unjudged'
}
