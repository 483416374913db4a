import { coming, leaving, nextLook } from '../../upgrade/budgets.ts'
import { turnOf } from '../../upgrade/events.ts'
import type { SampleEntry } from '../../upgrade/journal.ts'
import type { Watched } from '../../upgrade/watched.ts'

/** Milliseconds that Unix time spans. */
export interface Span {
  readonly from: number
  readonly to: number
}

/** Times in which a sampler told nothing: its node was away, or had no time for it. The end of a watch comes before its last looks. */
export function holesIn(samples: readonly SampleEntry[], { from, to, gaps }: Watched): Span[] {
  const holes: Span[] = gaps
    .filter((one) => one.of === samples[0]?.node)
    .map((one) => ({ from: one.since, to: one.at }))
  let last: number | undefined
  for (const { at } of samples) {
    if (last !== undefined && at - last > nextLook) holes.push({ from: last, to: at })
    last = at
  }
  const first = samples[0]?.at ?? from
  if (first - from > leaving.ms) holes.push({ from, to: first })
  if (to - (last ?? to) > leaving.ms) holes.push({ from: last ?? to, to })
  return holes
}

/** Whether a sampler told nothing for longer than a busy one. */
export function isLongSilence({ from, to }: Span): boolean {
  return to - from > coming.ms
}

/** When a sampler told something for the first time, where that was well after all began: never, or once. */
export function arrivalIn(samples: readonly SampleEntry[], { from }: Watched): number[] {
  const [first] = samples
  return first === undefined || first.at - from <= leaving.ms ? [] : [first.at]
}

/** When a sampler was started again, or told something after it had not for long. */
export function returnsIn(samples: readonly SampleEntry[]): number[] {
  return samples.flatMap((one, index) => {
    const before = samples[index - 1]
    if (before === undefined) return []
    return one.sampler !== before.sampler || one.at - before.at > coming.ms ? [one.at] : []
  })
}

/** When each node was not Ready, or not there, by its events. */
export function notReadyIn({ events, to }: Watched): ReadonlyMap<string, readonly Span[]> {
  const nodes = new Map<string, Span[]>()
  const since = new Map<string, number>()
  const end = (node: string, at: number): void => {
    const from = since.get(node)
    if (from === undefined) return
    since.delete(node)
    nodes.set(node, [...(nodes.get(node) ?? []), { from, to: at }])
  }
  for (const { of, subject, text, at } of events) {
    if (of !== 'node') continue
    const turn = turnOf(text)
    if (turn === 'lost') since.set(subject, since.get(subject) ?? at)
    else if (turn === 'back') end(subject, at)
  }
  for (const node of [...since.keys()]) end(node, to)
  return nodes
}
