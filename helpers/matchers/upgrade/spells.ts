import type { Hop, Observation, Verdict } from '../../report/record.ts'
import { eachLook, enoughLooks, enoughTime, leaving, settling } from '../../upgrade/budgets.ts'
import type { TruthEntry } from '../../upgrade/journal.ts'
import { isSampler } from '../../upgrade/own.ts'
import type { Watched } from '../../upgrade/watched.ts'
import {
  durationText,
  type Lane,
  type LaneRole,
  type Looked,
  lengthOf,
  momentText,
  type Window,
  type WindowKind,
} from '../../upgrade/window.ts'

/** What was watched, and what it came to. */
export interface Watch {
  readonly watched: Watched
  readonly looked: Looked
}

/** Windows of one lane that are near each other: what comes and goes is one break, seen through an address with several servers behind it. */
export interface Spell {
  readonly from: number
  readonly to: number
  /** Milliseconds of it in which something was wrong: good looks between its windows are none of them. */
  readonly ms: number
  readonly windows: readonly Window[]
}

/** Milliseconds between two windows of one spell. */
const near = 5000

/** The spells of a lane in windows of these kinds that nothing excuses, the longest first. Nothing is stretched over a gap. */
export function spellsOf({ windows }: Looked, lane: Lane, kinds: readonly WindowKind[]): Spell[] {
  const spells: { from: number; to: number; ms: number; windows: Window[] }[] = []
  for (const window of windows) {
    if (window.node !== lane.node || window.target !== lane.target) continue
    if (window.excuse !== undefined || !kinds.includes(window.kind)) continue
    const last = spells.at(-1)
    const follows = last?.windows.at(-1)?.span === window.span && window.from - last.to <= near
    if (last === undefined || !follows)
      spells.push({ from: window.from, to: window.to, ms: lengthOf(window), windows: [window] })
    else {
      last.ms += Math.max(0, window.to - Math.max(window.from, last.to))
      last.to = Math.max(last.to, window.to)
      last.windows.push(window)
    }
  }
  return spells.sort((a, b) => b.ms - a.ms)
}

/** Whether something was wrong for longer than it may: nodes look each second, so that no length is better known than to that. */
export function outlasts(spell: Spell | undefined, ms: number): boolean {
  return spell !== undefined && spell.ms > ms + eachLook
}

/** A spell in the words of a report: what, how long, when, where, what instead, and what the cluster was doing. */
export function spellText({ from, to, ms, windows }: Spell): string {
  const [first] = windows
  const looks = windows.reduce((sum, one) => sum + one.looks, 0)
  const kinds = [...new Set(windows.map((one) => one.kind))].join(' and ')
  const names = new Set(windows.flatMap((one) => one.names))
  const besides = names.size > 1 ? ` and ${names.size - 1} more names` : ''
  const during = [...new Set(windows.flatMap((one) => one.during))]
  const [known, more] = [during.slice(0, 3), during.length - 3]
  const meanwhile = `${known.join(', ')}${more > 0 ? ` and ${more} more events` : ''}`
  return [
    `${kinds} for ${durationText(ms)}${to - from > ms ? ` within ${durationText(to - from)}` : ''} from ${momentText(from)} UTC in ${looks} looks`,
    `${first?.observed}${besides} where ${first?.expected}`,
    meanwhile === '' ? 'nothing else was seen to happen then' : `meanwhile ${meanwhile}`,
  ].join('; ')
}

/** All that was wrong in a lane, counted, for whoever reads that it was little. */
export function summaryOf({ tally }: Lane, spells: readonly Spell[]): string {
  const looks = tally.good + tally.bad
  const excused = tally.excused === 0 ? '' : `, ${tally.excused} more where it could not be otherwise`
  const [longest] = spells
  if (longest === undefined) return `that, in ${looks} looks${excused}`
  const times = spells.length === 1 ? '' : ` at ${spells.length} times`
  return `${tally.bad} of ${looks} looks otherwise${times}${excused}; ${spellText(longest)}`
}

const hopOfRole: Readonly<Record<LaneRole, Hop>> = {
  backend: 'DNS backend',
  resolver: 'node resolver',
  direct: 'data path',
  virtual: 'node rules',
  kept: 'data path',
  write: 'Redis',
}

/** An observation about a lane, made at its node. */
export function about(lane: Lane, verdict: Verdict, expected: string, observed: string): Observation {
  return { vantage: lane.node, backend: lane.target, hop: hopOfRole[lane.role], verdict, expected, observed }
}

/**
 * Judges all lanes of these roles. A lane that was looked at too little shows nothing: a DNS server that stood for a moment is left out,
 * and a node that saw none of them well enough is told.
 */
export function judgeLanes(
  { watched, looked }: Watch,
  roles: readonly LaneRole[],
  expected: string,
  judge: (lane: Lane) => Observation,
): Observation[] {
  const lanes = looked.lanes.filter((one) => roles.includes(one.role))
  const enough = (one: Lane): boolean => one.tally.good + one.tally.bad >= enoughLooks
  const [role = 'resolver'] = roles
  const nodes = [...watched.samples.keys(), ...unheardOf(watched)]
  const unseen = (vantage: string, observed: string): Observation[] => [
    { vantage, backend: '', hop: hopOfRole[role], verdict: 'inconclusive', expected, observed },
  ]
  if (nodes.length === 0) return unseen('every node', 'no sampler has told anything')
  const judged = nodes.flatMap((node): Observation[] => {
    const own = lanes.filter((one) => one.node === node)
    const seen = own.filter(enough).map(judge)
    if (seen.some((one) => one.verdict === 'non-conformant')) return seen
    const share = shareSeen(watched, node)
    if (share < enoughTime) return [...seen, ...unseen(node, `seen in ${Math.round(share * 100)} % of the time`)]
    if (seen.length > 0) return seen
    const looks = own.reduce((sum, one) => sum + one.tally.good + one.tally.bad, 0)
    return unseen(node, `too little was seen: ${looks} looks of which something can be said`)
  })
  return judged
}

/** Nodes whose sampler stood ready for long, and told nothing at all: nobody knows what went on there. */
function unheardOf({ samples, truths, to }: Watched): string[] {
  const stood = new Map<string, number>()
  for (const [index, { at, pods }] of truths.entries()) {
    const lasts = (truths[index + 1]?.at ?? to) - at
    for (const { node } of pods.filter((pod) => pod.ready && isSampler(pod.name)))
      stood.set(node, (stood.get(node) ?? 0) + lasts)
  }
  return [...stood].flatMap(([node, ms]) => (!samples.has(node) && ms > leaving.ms + settling.ms ? [node] : []))
}

/** Of the time that a node was there, the share in which it looked: a look stands for a second. */
function shareSeen({ samples, from, to, truths }: Watched, node: string): number {
  const own = samples.get(node) ?? []
  const last = own.at(-1)?.at ?? from
  // Who has left for good has nothing to tell from then on.
  const has = (truth: TruthEntry | undefined): boolean => truth?.pods.some((pod) => pod.node === node) ?? true
  const end = has(truths.at(-1)) ? to : last
  // Nor has who comes late, before.
  const begin = has(truths[0]) ? Math.min(from, own[0]?.at ?? from) : (own[0]?.at ?? from)
  const time = end - begin
  return time <= 0 ? 1 : Math.min(1, (own.length * eachLook) / time)
}
