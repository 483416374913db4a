import type { Io } from './io.ts'
import { clusterDown, clusterUp } from './kind.ts'
import type { KindOptions } from './options.ts'
import { stopwatch } from './phases.ts'

/** Seconds of one phase over all rounds. */
export interface PhaseTimes {
  phase: string
  min: number
  median: number
  max: number
}

/** Takes the cluster down and up `rounds` times and gives the seconds of each phase. Ends with the cluster down. */
export async function benchCluster(options: KindOptions, rounds: number, io: Io): Promise<PhaseTimes[]> {
  const measured: Record<string, number>[] = []
  for (let round = 1; round <= rounds; round++) {
    await clusterDown(options.name, io)
    const watch = stopwatch()
    await clusterUp(options, io, watch)
    measured.push(watch.seconds)
    io.progress(`round ${round} of ${rounds}: ${watch.seconds.total?.toFixed(1)} s`)
  }
  await clusterDown(options.name, io)
  return summarize(measured)
}

/** Least, middle and greatest of each phase, in the order in which the phases came. */
export function summarize(measured: Record<string, number>[]): PhaseTimes[] {
  const phases = Object.keys(measured[0] ?? {}).sort((a, b) => Number(a === 'total') - Number(b === 'total'))
  return phases.map((phase) => {
    const sorted = measured.map((seconds) => seconds[phase] ?? 0).sort((a, b) => a - b)
    const middle = (sorted.length - 1) / 2
    const median = ((sorted[Math.floor(middle)] ?? 0) + (sorted[Math.ceil(middle)] ?? 0)) / 2
    return { phase, min: sorted[0] ?? 0, median, max: sorted.at(-1) ?? 0 }
  })
}
