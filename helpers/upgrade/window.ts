/** What is wrong in a window, in the words of a report. */
export const windowKinds = [
  'wrong answer',
  'NXDOMAIN',
  'NODATA',
  'SERVFAIL',
  'REFUSED',
  'time-out',
  'unreachable',
  'broken connection',
  'READONLY at the master',
  'no writable master',
  'slow propagation',
] as const
export type WindowKind = (typeof windowKinds)[number]

/** What a lane of the record is about, in the order in which a name becomes a connection. */
export const laneRoles = ['backend', 'resolver', 'direct', 'virtual', 'kept', 'write'] as const
export type LaneRole = (typeof laneRoles)[number]

/** What one look came to; `unjudged` where nobody knows what it should have been. */
export type Finding = 'good' | 'unjudged' | Fault

export interface Fault {
  readonly kind: WindowKind
  readonly expected: string
  readonly observed: string
  /** Why the cluster may do so at this moment. It is shown, and held against nobody. */
  readonly excuse?: string
}

/** A time in which one node saw the same thing wrong at the same target, look after look. */
export interface Window {
  readonly kind: WindowKind
  readonly node: string
  /** Id of the target, and what it is. */
  readonly target: string
  readonly role: LaneRole
  /** Unix time in ms of the first look that was wrong. */
  readonly from: number
  /** Of the look that ended it; of the last wrong one where none followed, so that a window never lasts longer than the looks. */
  readonly to: number
  readonly looks: number
  /** The names that were asked for; empty for what is no question. */
  readonly names: readonly string[]
  /** Of the first look. */
  readonly expected: string
  readonly observed: string
  readonly excuse?: string
  /** Windows of one lane between which nothing is missing have the same number. */
  readonly span: number
  /** What the cluster was doing then. */
  readonly during: readonly string[]
}

/** A run of looks that came to the same. */
export interface Stretch {
  readonly state: 'good' | 'unjudged' | 'excused' | 'bad'
  readonly from: number
  readonly to: number
}

/** How many looks of a lane came to what. */
export interface Tally {
  readonly good: number
  readonly bad: number
  readonly excused: number
  readonly unjudged: number
  /**
   * Looks that are good or bad, and those that went without an answer as the one before had: whoever asks a silent server hears nothing
   * of a second question either.
   */
  readonly asked: number
  readonly lostTwice: number
}

/** All that one node saw of one target. */
export interface Lane {
  readonly node: string
  readonly target: string
  readonly role: LaneRole
  readonly tally: Tally
  readonly stretches: readonly Stretch[]
}

/** What the looks of a whole watch came to. */
export interface Looked {
  readonly lanes: readonly Lane[]
  readonly windows: readonly Window[]
}

/** Milliseconds of a window. */
export function lengthOf({ from, to }: Pick<Window, 'from' | 'to'>): number {
  return to - from
}

/** Milliseconds as a reader wants them: `0.4 s`, `12 s`, `3 min 5 s`. */
export function durationText(ms: number): string {
  if (ms < 9950) return `${(ms / 1000).toFixed(1)} s`
  const seconds = Math.round(ms / 1000)
  if (seconds < 120) return `${seconds} s`
  return `${Math.floor(seconds / 60)} min ${seconds % 60} s`
}

/** A moment with its date, UTC: who reads of it alone does not know the day. */
export function momentText(at: number): string {
  return new Date(at).toISOString().slice(0, 19).replace('T', ' ')
}

/** How moments of a watch are told. */
export type Clock = (at: number) => string

/** Tells the time of day, UTC, with the date where a watch is not of one day. */
export function clockOf({ from, to }: { readonly from: number; readonly to: number }): Clock {
  const [first, last] = [momentText(from), momentText(to)]
  const begin = first.slice(0, 10) === last.slice(0, 10) ? 11 : first.slice(0, 4) === last.slice(0, 4) ? 5 : 0
  return (at) => momentText(at).slice(begin)
}
