import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Before } from '../upgrade/before.ts'
import { secondsMissed, type Watched } from '../upgrade/watched.ts'
import { clockOf, durationText, type Looked, momentText } from '../upgrade/window.ts'
import { joined, Markup, tag } from './markup.ts'
import type { RequirementRecord } from './record.ts'
import type { SoakedWatch } from './soaked-watch.ts'
import { chart, legend } from './timeline-chart.ts'
import { canaryTable, changes, eventTable, kindTable, verdictTable, windowTable } from './timeline-tables.ts'

const style = readFileSync(join(import.meta.dirname, 'timeline.css'), 'utf8')

/** An upgrade that was watched and judged. */
export interface Timeline {
  readonly watched: Watched
  readonly looked: Looked
  readonly before: Pick<Before, 'id' | 'taken' | 'facts'>
  /** What was made of it. */
  readonly records: readonly RequirementRecord[]
  /** The cluster as it is; undefined where nobody could look. */
  readonly now: Before['facts'] | undefined
  /** What a sound cluster was seen to do, to compare with. */
  readonly sound?: SoakedWatch | undefined
}

/** One page that needs nothing besides: what broke, when, and for how long, for whoever asks after an upgrade. */
export function timelineHtml({ watched, looked, before, records, now, sound }: Timeline): string {
  const title = 'What broke, when, and for how long'
  const clock = clockOf(watched)
  const page = tag(
    'html',
    { lang: 'en' },
    tag(
      'head',
      {},
      new Markup('<meta charset="utf-8"/><meta name="viewport" content="width=device-width"/>'),
      tag('title', {}, title),
      // Ours, and nobody else's: a style is not escaped.
      new Markup(`<style>${style}</style>`),
    ),
    tag(
      'body',
      {},
      tag('h1', {}, title),
      tag('p', {}, headline(looked)),
      ...verdicts(records).map((line) => tag('p', {}, line)),
      tag('p', { class: 'soft' }, circumstances(watched, before, now)),
      tag('div', { class: 'chart' }, chart(watched, looked, clock)),
      legend(),
      tag('h2', {}, 'Windows'),
      kindTable(looked.windows, clock, sound),
      windowTable(looked.windows, clock),
      tag('h2', {}, 'Verdicts'),
      verdictTable(records),
      changes(records),
      canaryTable(watched.canaries, clock, sound),
      eventTable(watched, clock),
    ),
  )
  return `<!DOCTYPE html>\n${joined(page).text}\n`
}

/** The answer in one sentence. */
function headline({ windows }: Looked): string {
  const broken = windows.filter((one) => one.excuse === undefined)
  const longest = broken.toSorted((a, b) => b.to - b.from - (a.to - a.from))[0]
  if (longest === undefined) return 'Nothing was seen to break that has to hold.'
  const { kind, node, target, from, to } = longest
  const count = broken.length === 1 ? 'One window' : `${broken.length} windows`
  return `${count} in which something was wrong; the longest: ${kind} for ${durationText(to - from)}, at ${target} as ${node} saw it.`
}

/** What stood it and what did not: also what no window shows, such as a volume that is another one. */
function verdicts(records: Timeline['records']): string[] {
  const ids = (verdict: RequirementRecord['verdict']): string =>
    records
      .filter((one) => one.verdict === verdict)
      .map((one) => one.id)
      .join(', ')
  const [broken, unclear] = [ids('non-conformant'), ids('inconclusive')]
  return [
    ...(broken === '' ? [] : [`Not kept: ${broken}.`]),
    ...(unclear === '' ? [] : [`Could not be told: ${unclear}.`]),
  ]
}

function circumstances(
  watched: Watched,
  { id, taken, facts }: Timeline['before'],
  now: Before['facts'] | undefined,
): string {
  const { from, to, samples, traffic } = watched
  const looks = [...samples.values()].reduce((sum, one) => sum + one.length, 0)
  const sent =
    traffic === undefined ? '' : `; asked ${traffic.questions} questions over ${traffic.connections} connections`
  const versions =
    now === undefined ? facts.version.gitVersion : `${facts.version.gitVersion} → ${now.version.gitVersion}`
  const times = `${momentText(from)} UTC, for ${durationText(to - from)}`
  return `${facts.context} (${versions}), recorded as ${id} on ${taken}. Watched from ${times}: ${looks} looks from ${samples.size} nodes, ${secondsMissed(watched)} seconds missed${sent}.`
}
