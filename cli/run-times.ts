import type { RequirementRecord } from '../helpers/report/record.ts'
import type { RunEnd } from './run.ts'
import { phases } from './stopwatch.ts'

/**
 * What a run has spent its time on, as a table: seconds of each phase and the share of it in which the runner waited for the
 * cluster, then seconds and number of requirements of each area. Areas are looked at side by side, so that their seconds add
 * up to more than the phase.
 */
export function runTimes(
  { seconds, laps }: Pick<RunEnd, 'seconds' | 'laps'>,
  records: readonly RequirementRecord[],
): string {
  const areas = [...new Set(records.map((one) => one.area))].sort()
  return [
    line('phase', 'seconds', 'waiting'),
    ...phases.map((phase) => {
      const { seconds: whole, own } = laps[phase]
      return line(phase, whole.toFixed(1), whole === 0 ? '' : `${Math.round(100 * Math.max(0, 1 - own / whole))} %`)
    }),
    line('whole run', seconds.whole.toFixed(1), ''),
    '',
    line('area', 'seconds', 'requirements'),
    ...areas.map((area) => {
      const own = records.filter((one) => one.area === area)
      return line(area, own.reduce((sum, one) => sum + one.seconds, 0).toFixed(1), String(own.length))
    }),
    '',
  ].join('\n')
}

function line(name: string, ...figures: readonly string[]): string {
  return name.padEnd(16) + figures.map((one) => one.padStart(14)).join('')
}
