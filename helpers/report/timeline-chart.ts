import type { EventEntry, GapEntry } from '../upgrade/journal.ts'
import type { Watched } from '../upgrade/watched.ts'
import { type Clock, durationText, type Lane, type LaneRole, type Looked, laneRoles } from '../upgrade/window.ts'
import { joined, type Markup, tag } from './markup.ts'
import { marksOf, piecesOf, place, type Scale } from './timeline-scale.ts'

const rowHeight = 14
const [left, width, right] = [250, 1000, 20]
/** Units by which the state of a piece shows, besides its colour. */
const thickness = { good: 4, unjudged: 2, excused: 8, bad: 12 } as const

/** What a lane is about; ids of targets begin with how they are asked. */
const roleWords: Readonly<Record<LaneRole, string>> = {
  backend: 'DNS server',
  resolver: 'DNS resolver',
  direct: 'Pod',
  virtual: 'Service',
  kept: 'kept connection to',
  write: 'writes to',
}

const eventLanes: readonly EventEntry['of'][] = ['API', 'control plane', 'node', 'DNS', 'proxy', 'fixture']

/** One row of the drawing, at `y` from above. */
type Row = (y: number) => Markup[]

/** Draws a watch: what happened to the cluster, and below it what each node saw, on one clock. */
export function chart(watched: Watched, { lanes }: Looked, clock: Clock): Markup {
  const scale: Scale = { from: watched.from, to: watched.to, left, width }
  const rows: Row[] = [
    heading('What happened'),
    ...eventLanes.map((of) => eventRow(scale, watched, of, clock)),
    canaryRow(scale, watched, clock),
    ...[...watched.samples.keys()].flatMap((node) => [
      heading(node),
      ...lanes
        .filter((one) => one.node === node)
        .toSorted((a, b) => laneRoles.indexOf(a.role) - laneRoles.indexOf(b.role) || (a.target < b.target ? -1 : 1))
        .map((lane) => laneRow(scale, watched, lane, clock)),
    ]),
  ]
  const top = 24
  const height = top + rows.length * rowHeight + 8
  const marks = marksOf(scale).flatMap(({ at, text }) => {
    const x = place(scale, at)
    return [
      tag('line', { class: 'rule', x1: x, x2: x, y1: top - 6, y2: height }),
      tag('text', { class: 'soft', x, y: 12, 'text-anchor': 'middle' }, text),
    ]
  })
  const label =
    'What happened to the cluster, and what each node saw meanwhile; the tables below say the same in words.'
  return tag(
    'svg',
    {
      xmlns: 'http://www.w3.org/2000/svg',
      viewBox: `0 0 ${left + width + right} ${height}`,
      role: 'img',
      'aria-label': label,
    },
    tag('defs', {}, hatching()),
    marks,
    rows.flatMap((row, index) => row(top + index * rowHeight)),
  )
}

function hatching(): Markup {
  const attributes = { id: 'gap', width: 6, height: 6, patternUnits: 'userSpaceOnUse', patternTransform: 'rotate(45)' }
  return tag('pattern', attributes, tag('line', { class: 'hatch', x1: 0, y1: 0, x2: 0, y2: 6 }))
}

function heading(text: string): Row {
  return (y) => [tag('text', { class: 'group', x: 0, y: y + 11 }, text)]
}

function named(text: string, y: number): Markup {
  const most = 40
  const short = text.length > most ? `${text.slice(0, most - 1)}…` : text
  return tag('text', { x: 12, y: y + 11 }, short, tag('title', {}, text))
}

function laneRow(scale: Scale, { gaps }: Watched, { node, target, role, stretches }: Lane, clock: Clock): Row {
  return (y) => [
    named(`${roleWords[role]} ${target.replace(/^(dns( resolver)?|http|kept|write) /, '')}`, y),
    ...piecesOf(scale, stretches).map(({ state, x, width: length }) => {
      const tall = thickness[state]
      // One bad look is narrow, and has to be seen all the same.
      const wide = state === 'bad' ? Math.max(length, 2) : length
      return tag('rect', { class: state, x, y: y + (rowHeight - tall) / 2, width: wide, height: tall })
    }),
    ...gapRects(scale, gaps, node, clock, y),
  ]
}

function gapRects(scale: Scale, gaps: readonly GapEntry[], of: string, clock: Clock, y: number): Markup[] {
  return gaps
    .filter((one) => one.of === of)
    .map(({ since, at, reason }) => {
      const [x, end] = [place(scale, since), place(scale, at)]
      const text = `not seen for ${durationText(at - since)} from ${clock(since)}: ${reason}`
      const size = { x, y: y + 1, width: Math.max(1, end - x), height: rowHeight - 2 }
      return tag('rect', { fill: 'url(#gap)', ...size }, tag('title', {}, text))
    })
}

function eventRow(scale: Scale, { events, gaps }: Watched, of: EventEntry['of'], clock: Clock): Row {
  return (y) => [
    named(of, y),
    ...gapRects(scale, gaps, of, clock, y),
    ...events
      .filter((one) => one.of === of)
      .map(({ at, subject, text }) => {
        const x = place(scale, at)
        const said = `${clock(at)} ${subject}: ${text}`
        return tag('rect', { class: 'event', x, y: y + 2, width: 2, height: rowHeight - 4 }, tag('title', {}, said))
      }),
  ]
}

function canaryRow(scale: Scale, { canaries }: Watched, clock: Clock): Row {
  return (y) => [
    named('new Services and Pods', y),
    ...canaries.map(({ at, name, stuck, unseen }) => {
      const state = stuck !== undefined ? 'bad' : unseen !== undefined ? 'unjudged' : 'good'
      const why = stuck === undefined ? (unseen ?? 'came through') : `stuck at "${stuck.step}": ${stuck.saw}`
      const title = tag('title', {}, `${clock(at)} ${name}: ${why}`)
      return tag(
        'circle',
        { class: state, cx: place(scale, at), cy: y + rowHeight / 2, r: state === 'bad' ? 5 : 3 },
        title,
      )
    }),
  ]
}

/** What the colours mean, for whoever sees them and whoever does not. */
export function legend(): Markup {
  const keys = [
    ['good', 'as it has to be (thin)'],
    ['excused', 'not so, as it may be then'],
    ['bad', 'broken (thick)'],
    ['unjudged', 'nobody knows what was right'],
    ['gap', 'not seen'],
  ] as const
  return tag('p', { class: 'soft' }, joined(keys.map(([key, text]) => [tag('span', { class: `key ${key}` }), text])))
}
