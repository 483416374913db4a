import { momentText, type Stretch } from '../upgrade/window.ts'

/** Where on a drawing a time is. */
export interface Scale {
  readonly from: number
  readonly to: number
  /** Units of the drawing: where `from` is, and how far `to` is from there. */
  readonly left: number
  readonly width: number
}

export function place({ from, to, left, width }: Scale, at: number): number {
  const share = to <= from ? 0 : (Math.min(Math.max(at, from), to) - from) / (to - from)
  return Math.round((left + share * width) * 10) / 10
}

/** Seconds between two marks of a clock that people like to read. */
const steps = [1, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 14_400, 28_800, 86_400]
const mostMarks = 14

/** The marks of the clock, at round times; a new day is told by its date. */
export function marksOf({ from, to }: Scale): { readonly at: number; readonly text: string }[] {
  const seconds = Math.max(1, (to - from) / 1000)
  const step =
    1000 * (steps.find((one) => seconds / one <= mostMarks) ?? Math.ceil(seconds / mostMarks / 86_400) * 86_400)
  const marks: { at: number; text: string }[] = []
  for (let at = Math.ceil(from / step) * step; at <= to; at += step) marks.push({ at, text: markText(at, step) })
  return marks
}

function markText(at: number, step: number): string {
  const text = momentText(at)
  if (text.endsWith(' 00:00:00')) return text.slice(5, 10)
  return step < 60_000 ? text.slice(11) : text.slice(11, 16)
}

const states = ['good', 'unjudged', 'excused', 'bad'] as const

/** A piece of a lane as it is drawn. */
export interface Piece {
  readonly state: Stretch['state']
  readonly x: number
  readonly width: number
}

/**
 * The pieces of a lane, as many as there are columns at most, however long it is. Of what falls into one column the worst is shown:
 * one bad look in a day is what a reader looks for.
 */
export function piecesOf(scale: Scale, stretches: readonly Stretch[]): Piece[] {
  const columns = new Uint8Array(Math.ceil(scale.width) + 1)
  for (const { state, from, to } of stretches) {
    const rank = states.indexOf(state) + 1
    const [first, last] = [place(scale, from) - scale.left, place(scale, to) - scale.left]
    for (let column = Math.floor(first); column <= Math.max(Math.floor(first), Math.ceil(last) - 1); column++)
      columns[column] = Math.max(columns[column] ?? 0, rank)
  }
  const pieces: { state: Stretch['state']; x: number; width: number }[] = []
  let before = 0
  for (const [column, rank] of columns.entries()) {
    const state = states[rank - 1]
    const last = pieces.at(-1)
    if (state !== undefined && rank === before && last !== undefined) last.width++
    else if (state !== undefined) pieces.push({ state, x: scale.left + column, width: 1 })
    before = rank
  }
  return pieces
}
