import { totalsOf } from '../helpers/report/verdict.ts'
import type { RunEnd } from './run.ts'
import { phases } from './stopwatch.ts'

/** One whole run, on a sound cluster or on one that is broken as a mutant tells. */
export interface TimedRun {
  readonly of: string
  readonly end: Pick<RunEnd, 'seconds' | 'collector'>
}

/**
 * What runs have taken, as a table: seconds of each phase and of the whole, how many times that is what the sound runs right before and
 * after took on the average, since machines change their pace within minutes, and what the run found.
 */
export function brokenTimes(runs: readonly TimedRun[]): string {
  return [
    line('run', [...phases, 'whole', 'times sound', 'non-conformant', 'inconclusive']),
    ...runs.map(({ of, end }, index) => {
      const { seconds, collector } = end
      const beside = [runs[index - 1], runs[index + 1]].flatMap((one) =>
        of !== sound && one?.of === sound ? one.end.seconds.whole : [],
      )
      const usual = beside.reduce((sum, one) => sum + one, 0) / beside.length
      const totals = totalsOf(collector.records())
      return line(of, [
        ...[...phases.map((phase) => seconds[phase]), seconds.whole].map((one) => one.toFixed(1)),
        beside.length === 0 ? '' : (seconds.whole / usual).toFixed(2),
        String(totals['non-conformant']),
        String(totals.inconclusive),
      ])
    }),
    '',
  ].join('\n')
}

/** What a run on the cluster as it is is called. */
export const sound = 'sound'

function line(name: string, cells: readonly string[]): string {
  return name.padEnd(12) + cells.map((one) => one.padStart(16)).join('')
}
