import { join } from 'node:path'
import { stripVTControlCharacters, styleText } from 'node:util'
import { shellWords } from '../shell-words.ts'
import { someOf } from '../some-of.ts'
import { recordsByArea } from './areas.ts'
import { type ConformanceReport, closableHops, type RequirementRecord, type Verdict } from './record.ts'
import { isBroken, isWarning, totalsOf } from './verdict.ts'

type Style = Parameters<typeof styleText>[0]

export interface SummaryOptions {
  /** Where the reports were written; absent when they were not. */
  readonly directory?: string
  readonly colour?: boolean
  /** Flags, quoted for a shell, that lead whoever looks at this requirement again to the same cluster; none unless given. */
  readonly flagsAgain?: (record: RequirementRecord) => readonly string[]
}

const styles: Readonly<Record<Verdict | 'warning', Style>> = {
  conformant: 'green',
  'non-conformant': 'red',
  inconclusive: 'yellow',
  'not-applicable': 'gray',
  warning: 'yellow',
}

/** Whether to colour what goes to this stream: only on a terminal, and never where NO_COLOR is set. */
export function wantsColour(stream: { readonly isTTY?: boolean }, env: NodeJS.ProcessEnv = process.env): boolean {
  return stream.isTTY === true && (env.NO_COLOR ?? '') === ''
}

/** What people read on a terminal. The last line is `N passed, N failed`, for machines that read only that. */
export function summaryText(report: ConformanceReport, options: SummaryOptions = {}): string {
  const strict = report.run.strict ?? false
  const paint = painter(options.colour ?? false)
  const blocks = [
    tree(report.requirements, paint),
    linesOf(report.requirements, strict, paint),
    trouble(report).map((line) => paint('red', line)),
    onPurpose(report),
    whereabouts(report.requirements, strict, options),
    counts(report.requirements, strict, paint),
  ]
  return `${blocks
    .filter((lines) => lines.length > 0)
    .map((lines) => lines.join('\n'))
    .join('\n\n')}\n`
}

/** The command that runs one requirement alone; its title is matched as a regular expression. */
export function rerunCommand(record: RequirementRecord, flags: readonly string[] = []): string {
  if (record.area === 'upgrade') return ['npx rollcall after --fixture-only', ...flags].join(' ')
  const pattern = record.title.replaceAll(/[*+?^${}()|[\]\\]/g, '\\$&')
  return ['npm test --', shellWords(['-t', pattern]), ...flags].join(' ')
}

function tree(records: readonly RequirementRecord[], paint: Paint): readonly string[] {
  const areas = [...recordsByArea(records)]
  const width = Math.max(0, ...areas.map(([area]) => area.length))
  return areas.map(([area, own]) => {
    const parts = Object.entries(totalsOf(own)).filter(([, count]) => count > 0)
    const said = parts.map(([verdict, count]) => paint(styles[verdict as Verdict], `${count} ${verdict}`))
    return `${area.padEnd(width)}  ${said.join(', ')}`
  })
}

/** More requirements than this with one and the same reason are told in one line: the reason is the news. */
const fewEnough = 3

/** One line per requirement that is not conformant, what is broken first. */
function linesOf(records: readonly RequirementRecord[], strict: boolean, paint: Paint): readonly string[] {
  const order: readonly Verdict[] = ['non-conformant', 'inconclusive', 'not-applicable']
  return order.flatMap((verdict) => {
    const groups = new Map<string, RequirementRecord[]>()
    for (const record of records.filter((one) => one.verdict === verdict))
      groups.set(record.reason, [...(groups.get(record.reason) ?? []), record])
    return [...groups].flatMap(([reason, own]) =>
      own.length > fewEnough
        ? [`${own.length} requirements  ${paint(styles[verdict], verdict)}  ${oneLine(reason)}`]
        : own.map((one) => requirementLine(one, strict, paint)),
    )
  })
}

function requirementLine(record: RequirementRecord, strict: boolean, paint: Paint): string {
  const style = styles[isWarning(record, strict) ? 'warning' : record.verdict]
  return `${record.id}  ${record.level}  ${paint(style, record.verdict)}  ${oneLine(record.reason)}`
}

/** What went wrong outside the requirements, but for what their lines have just said. */
function trouble({ run, requirements }: ConformanceReport): readonly string[] {
  const said = new Set(requirements.map((one) => one.reason))
  return [
    ...(run.interrupted ? ['The run was interrupted.'] : []),
    ...run.problems.filter((problem) => !said.has(problem)).map(oneLine),
  ]
}

/** Who may have closed on purpose what is broken. */
function onPurpose({ cluster, requirements }: ConformanceReport): readonly string[] {
  const { widePolicies } = cluster
  if (!Array.isArray(widePolicies) || widePolicies.length === 0) return []
  const isClosed = ({ hop }: RequirementRecord): boolean => hop !== undefined && closableHops.includes(hop)
  if (!requirements.some((one) => one.verdict === 'non-conformant' && isClosed(one))) return []
  const named = someOf(widePolicies, fewEnough)
  return [oneLine(`The whole cluster has policies, which may have closed a way on purpose: ${named}.`)]
}

function whereabouts(
  records: readonly RequirementRecord[],
  strict: boolean,
  { directory, flagsAgain }: SummaryOptions,
): readonly string[] {
  const again =
    records.find((one) => isBroken(one, strict)) ??
    records.find((one) => one.verdict === 'inconclusive') ??
    records.find((one) => isWarning(one, strict))
  return [
    ...(directory === undefined
      ? []
      : [`Reports: ${join(directory, 'conformance.json')}, ${join(directory, 'junit.xml')}`]),
    ...(again === undefined ? [] : [`Run one requirement again: ${oneLine(rerunCommand(again, flagsAgain?.(again)))}`]),
  ]
}

function counts(records: readonly RequirementRecord[], strict: boolean, paint: Paint): readonly string[] {
  const totals = totalsOf(records)
  const warnings = records.filter((record) => isWarning(record, strict)).length
  const failed = records.filter((record) => isBroken(record, strict)).length + totals.inconclusive
  const passed = `${totals.conformant} passed`
  return [
    `${totals['not-applicable']} not applicable, ${warnings} ${warnings === 1 ? 'warning' : 'warnings'}`,
    `${paint('green', passed)}, ${failed === 0 ? '0 failed' : paint('red', `${failed} failed`)}`,
  ]
}

type Paint = (style: Style, text: string) => string

function painter(colour: boolean): Paint {
  // The stream was judged by the caller; styleText would judge process.stdout again.
  return (style, text) => (colour ? styleText(style, text, { validateStream: false }) : text)
}

/** What a cluster says must not move the cursor or colour the terminal of its reader. */
function oneLine(text: string): string {
  return stripVTControlCharacters(text)
    .replaceAll(/\s+/g, ' ')
    .replaceAll(/\p{Control}/gu, '')
}
