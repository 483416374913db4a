import type { CanaryEntry } from '../upgrade/journal.ts'
import type { Watched } from '../upgrade/watched.ts'
import { type Clock, durationText, lengthOf, type Window, windowKinds } from '../upgrade/window.ts'
import { type Content, joined, type Markup, tag } from './markup.ts'
import type { RequirementRecord } from './record.ts'
import { canarySteps, type SoakedWatch } from './soaked-watch.ts'

/** Rows that a reader goes through; the journal has all of them. */
const mostRows = 300

function table(
  head: readonly string[],
  rows: readonly (readonly Content[])[],
  figures: readonly number[] = [],
): Markup {
  const cells = (row: readonly Content[]): Markup[] =>
    row.map((cell, index) => tag('td', figures.includes(index) ? { class: 'figure' } : {}, cell))
  return tag(
    'table',
    {},
    tag(
      'thead',
      {},
      tag(
        'tr',
        {},
        head.map((one) => tag('th', { scope: 'col' }, one)),
      ),
    ),
    tag(
      'tbody',
      {},
      rows.map((row) => tag('tr', {}, cells(row))),
    ),
  )
}

/** How often and how long each kind of thing was wrong; beside it, where that is known, how long it is on a sound cluster. */
export function kindTable(windows: readonly Window[], clock: Clock, sound: SoakedWatch | undefined): Markup {
  const rows = windowKinds.flatMap((kind): Content[][] => {
    const own = windows.filter((one) => one.kind === kind)
    const broken = own.filter((one) => one.excuse === undefined)
    const shown = broken.length > 0 ? broken : own
    const [first, last] = [shown[0], shown.at(-1)]
    if (first === undefined || last === undefined) return []
    const longest = shown.reduce((a, b) => (lengthOf(b) > lengthOf(a) ? b : a))
    const looks = shown.reduce((sum, one) => sum + one.looks, 0)
    const where = `${longest.target}, seen from ${longest.node}`
    const counts = [broken.length, own.length - broken.length, looks]
    const usual = sound === undefined ? [] : [usualText(sound, kind)]
    const times = [clock(first.from), clock(last.from)]
    return [[kind, ...counts, durationText(lengthOf(longest)), ...usual, where, ...times]]
  })
  if (rows.length === 0) return tag('p', {}, 'None: every look was as it had to be.')
  const usual = sound === undefined ? [] : ['P99 when sound']
  const places = ['where that was', 'first (UTC)', 'last (UTC)']
  const head = ['kind', 'windows', 'as it may be', 'looks', 'longest', ...usual, ...places]
  return table(head, rows, sound === undefined ? [1, 2, 3, 4, 6, 7] : [1, 2, 3, 4, 5, 7, 8])
}

/** How long a kind of window lasts on a sound cluster, and of how many that is known. */
function usualText({ seconds, windows }: SoakedWatch, kind: Window['kind']): string {
  const found = windows.find((one) => one.kind === kind)
  if (found === undefined || found.count === 0) return `none in ${durationText(seconds * 1000)}`
  return `${durationText(found.seconds.p99 * 1000)} of ${found.count}`
}

/** Every window: what nothing excuses first, each by time. */
export function windowTable(windows: readonly Window[], clock: Clock): Markup {
  if (windows.length === 0) return joined()
  const [broken, excused] = [
    windows.filter((one) => one.excuse === undefined),
    windows.filter((one) => one.excuse !== undefined),
  ]
  return joined(
    broken.length === 0 ? [] : [tag('h3', {}, 'That nothing excuses'), windowRows(broken, clock)],
    excused.length === 0
      ? []
      : [
          tag(
            'details',
            {},
            tag('summary', {}, `${excused.length} windows as they may be then`),
            windowRows(excused, clock),
          ),
        ],
  )
}

function windowRows(windows: readonly Window[], clock: Clock): Markup {
  // The longest are kept where there are too many, and told in the order of time.
  const shown = windows.toSorted((a, b) => lengthOf(b) - lengthOf(a)).slice(0, mostRows)
  const rows = shown
    .toSorted((a, b) => a.from - b.from)
    .map((one): Content[] => {
      const names = one.names.length > 1 ? ` and ${one.names.length - 1} more names` : ''
      const what = `${one.observed}${names} where ${one.expected}`
      const doing = [...(one.excuse === undefined ? [] : [`may be: ${one.excuse}`]), ...one.during].join('; ')
      const when = `${clock(one.from)} – ${clock(one.to)}`
      return [one.kind, when, durationText(lengthOf(one)), one.node, one.target, what, doing || 'nothing that was seen']
    })
  const head = ['kind', 'when (UTC)', 'how long', 'seen from', 'at', 'what', 'what the cluster was doing then']
  const left = windows.length - shown.length
  return joined(
    table(head, rows, [1, 2]),
    left === 0 ? [] : tag('p', { class: 'soft' }, `And ${left} shorter ones, which only the journal has.`),
  )
}

export function verdictTable(records: readonly RequirementRecord[]): Markup {
  const rows = records.map((one): Content[] => [
    one.id,
    one.level,
    tag('span', { class: `verdict-${one.verdict}` }, one.verdict),
    one.reason === '' ? one.title : `${one.title}: ${one.reason}`,
  ])
  return rows.length === 0 ? tag('p', {}, 'Nothing was judged.') : table(['id', 'level', 'verdict', 'what'], rows, [0])
}

/** What is the same, what has changed as it may, and what is worse, as the comparison has told it. */
export function changes(records: readonly RequirementRecord[]): Markup {
  const lines = records
    .flatMap((one) => one.evidence)
    .filter((line) => /^(same|changed legitimately|regressed|unknown): /.test(line))
  if (lines.length === 0) return joined()
  return joined(
    tag('h2', {}, 'What has changed'),
    tag(
      'ul',
      {},
      [...new Set(lines)].map((line) => tag('li', {}, line)),
    ),
  )
}

export function canaryTable(canaries: readonly CanaryEntry[], clock: Clock, sound: SoakedWatch | undefined): Markup {
  if (canaries.length === 0) return joined()
  const slowest = (times: Readonly<Record<string, number>>): string => {
    const all = Object.values(times)
    return all.length === 0 ? '' : durationText(Math.max(...all))
  }
  const time = (ms: number | undefined): string => (ms === undefined ? '' : durationText(ms))
  const rows = canaries.map((one): Content[] => [
    clock(one.at),
    ...[
      time(one.ready),
      time(one.sliced),
      slowest(one.answered),
      slowest(one.direct),
      slowest(one.virtual),
      slowest(one.gone),
    ],
    one.stuck === undefined ? (one.unseen ?? 'came through') : `stuck at "${one.stuck.step}": ${one.stuck.saw}`,
  ])
  const head = ['when (UTC)', 'ready', 'in slices', 'answered', 'direct', 'virtual', 'gone', 'what became of it']
  const usual =
    sound === undefined
      ? []
      : [
          [
            'P99 when sound',
            ...canarySteps.map((step) => durationText(sound.canaries.steps[step].p99 * 1000)),
            `of ${sound.canaries.count}`,
          ],
        ]
  const stuck = canaries.filter((one) => one.stuck !== undefined).length
  return tag(
    'details',
    {},
    tag(
      'summary',
      {},
      `${canaries.length} new Services with a new Pod, ${stuck} of them stuck: times of the slowest node`,
    ),
    table(head, [...rows, ...usual], [0, 1, 2, 3, 4, 5, 6]),
  )
}

export function eventTable({ events, gaps }: Watched, clock: Clock): Markup {
  const rows = [
    ...events.map(({ at, of, subject, text }) => ({ at, row: [clock(at), of, subject, text] })),
    ...gaps.map(({ at, since, of, reason }) => ({
      at: since,
      row: [clock(since), 'not seen', of, `for ${durationText(at - since)}: ${reason}`],
    })),
  ].sort((a, b) => a.at - b.at)
  if (rows.length === 0) return joined()
  const all = rows.map((one): Content[] => one.row)
  return tag(
    'details',
    {},
    tag('summary', {}, `${events.length} events and ${gaps.length} gaps`),
    table(['when (UTC)', 'of', 'subject', 'what'], all, [0]),
  )
}
