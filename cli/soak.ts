import { type Config, type ConfigInput, loadConfig } from '../helpers/config.ts'
import { messageOf } from '../helpers/errors.ts'
import { type SoakedRun, type SoakReport, soakJson, soakReport } from '../helpers/report/soak.ts'
import { soakText } from '../helpers/report/soak-text.ts'
import type { SoakedWatch } from '../helpers/report/soaked-watch.ts'
import { isTrouble, totalsOf } from '../helpers/report/verdict.ts'
import { writeReport } from '../helpers/report/write.ts'
import { type ClusterUnderTest, findCluster } from './cluster-under-test.ts'
import { countOf } from './count.ts'
import { Interrupt } from './interrupt.ts'
import { type Lookout, startLookout } from './lookout.ts'
import { progressTo } from './progress.ts'
import { type RunMeans, runOnce } from './run.ts'

export interface SoakInput {
  readonly runs: string
  /** Parts of suite file names; all suites without one. */
  readonly filters: readonly string[]
  readonly flags: ConfigInput
  /** Whether a fixture stands all the time, and is watched as in an upgrade. */
  readonly watched: boolean
}

/**
 * Judges a sound cluster many times, each time staged anew, and tells how verdicts and times are spread. The cluster stays up
 * in between. Returns 0 only where nothing was non-conformant or inconclusive; an interrupted run is not counted.
 */
export async function soak({ runs, filters, flags, watched }: SoakInput, env: NodeJS.ProcessEnv): Promise<number> {
  const asked = countOf('runs', runs, 10_000)
  const config = loadConfig(flags, env)
  const started = new Date()
  const interrupt = new Interrupt()
  interrupt.install()
  const progress = progressTo(process.stderr)
  const done: SoakedRun[] = []
  const problems: string[] = []
  let cluster: ClusterUnderTest | undefined
  let lookout: Lookout | undefined
  let seen: SoakedWatch | undefined
  try {
    // Brought up beforehand: bringing it up is no part of a run.
    cluster = await findCluster(config, { env, progress, signal: interrupt.signal })
    if (watched) lookout = await startLookout({ config, chosen: cluster.chosen, signal: interrupt.signal, progress })
    while (done.length < asked && !interrupt.happened) {
      const run = await soakOnce(filters, { config, env, interrupt })
      if (interrupt.happened) break
      if (done.length === 0 && run.records.length === 0) {
        // Nothing was looked at, and so it would go on.
        problems.push(...run.problems)
        break
      }
      done.push(run)
      progress(`run ${done.length} of ${asked}: ${tally(run)} in ${run.seconds.whole.toFixed(1)} s`)
    }
  } catch (error) {
    problems.push(messageOf(error))
  } finally {
    try {
      const end = await lookout?.end()
      problems.push(...(end?.problems ?? []))
      seen = end?.watched
    } catch (error) {
      problems.push(messageOf(error))
    }
    if (config.down) await cluster?.down().catch((error: unknown) => problems.push(messageOf(error)))
  }
  const occasion = {
    ...{ started: started.toISOString(), filters: [...filters], asked, interrupted: interrupt.happened },
    ...(seen === undefined ? {} : { watched: seen }),
  }
  return told(config, () => soakReport({ ...occasion, finished: new Date().toISOString(), problems }, done), problems)
}

/** Writes the report, prints it and returns the exit code. That it cannot be written is one of the problems, and no reason to print nothing. */
async function told({ reports }: Config, report: () => SoakReport, problems: string[]): Promise<number> {
  let place = ''
  try {
    place = `Report: ${await writeReport(reports, 'soak.json', soakJson(report()))}\n\n`
  } catch (error) {
    problems.push(messageOf(error))
  }
  const last = report()
  process.stdout.write(`${place}${soakText(last)}`)
  return last.run.exit
}

async function soakOnce(
  filters: readonly string[],
  { config, ...means }: Omit<RunMeans, 'progress'>,
): Promise<SoakedRun> {
  const own = { ...config, down: false, keep: false, stage: undefined }
  const { collector, problems, seconds } = await runOnce({ filters }, { ...means, config: own, progress: () => {} })
  return { seconds, problems: [...new Set([...problems, ...collector.problems()])], records: collector.records() }
}

function tally({ records, problems }: SoakedRun): string {
  const parts = Object.entries(totalsOf(records)).filter(([, count]) => count > 0)
  const told = parts.map(([verdict, count]) => `${count} ${verdict}`).join(', ')
  const troubles = records.filter(isTrouble)
  // Whoever waits for fifty runs wants to know of the second one which it was.
  const named = troubles.map((one) => `${one.id} ${one.verdict}: ${one.reason}`)
  return [told || 'nothing judged', ...named, ...problems].join('; ')
}
