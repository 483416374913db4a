import { windowKinds } from '../upgrade/window.ts'
import type { SoakReport } from './soak.ts'
import type { Spread } from './spread.ts'

/** What people read of a soak on a terminal. The last line is `N passed, N failed`, of verdicts. */
export function soakText(report: SoakReport): string {
  const { run, seconds, verdicts, requirements, troubles, watched } = report
  const kinds = watched === undefined ? [] : windowKinds
  const labels = [...kinds, ...requirements.map((one) => one.id)]
  const width = Math.max('requirement'.length, ...labels.map((one) => one.length))
  const line = (name: string, counts: readonly (number | string)[], spread: readonly string[]): string =>
    `${name.padEnd(width)} ${counts.map((one) => String(one).padStart(6)).join('')}  ${spread.map((one) => one.padStart(9)).join('')}`
  const empty = ['', '', '', '']
  const blocks = [
    [
      line('', empty, ['min s', 'median s', 'P99 s', 'max s']),
      line('whole run', empty, figures(seconds.whole, 1)),
      line('staging', empty, figures(seconds.staging, 1)),
      line('looking', empty, figures(seconds.looking, 1)),
    ],
    [
      line('requirement', ['good', 'bad', 'open', 'n/a'], []),
      ...requirements.map(({ id, verdicts: own, seconds: spread }) =>
        line(id, [own.conformant, own['non-conformant'], own.inconclusive, own['not-applicable']], figures(spread, 3)),
      ),
    ],
    watched === undefined
      ? []
      : [
          line(`watched ${Math.round(watched.seconds)} s, ${watched.missed} missed`, ['number', 'may be', '', ''], []),
          ...watched.windows
            .filter((one) => one.count > 0)
            .map(({ kind, count, excused, seconds: spread }) =>
              line(kind, [count, excused, '', ''], figures(spread, 3)),
            ),
          ...Object.entries(watched.canaries.steps).map(([step, spread]) =>
            line(`canary ${step}`, [watched.canaries.count, '', '', ''], figures(spread, 3)),
          ),
        ],
    troubles.map((one) => `${one.count} times  ${one.id}  ${one.verdict}  ${one.reason}`),
    [...new Set(run.problems)],
    [
      `${run.done} of ${run.asked} runs${run.interrupted ? ', interrupted' : ''}`,
      `${verdicts.conformant} passed, ${verdicts['non-conformant'] + verdicts.inconclusive} failed`,
    ],
  ]
  return `${blocks
    .filter((lines) => lines.length > 0)
    .map((lines) => lines.map((one) => one.trimEnd()).join('\n'))
    .join('\n\n')}\n`
}

function figures({ min, median, p99, max }: Spread, digits: number): string[] {
  return [min, median, p99, max].map((one) => one.toFixed(digits))
}
