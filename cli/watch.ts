import { join } from 'node:path'
import { type Config, type ConfigInput, loadConfig } from '../helpers/config.ts'
import { Problem } from '../helpers/errors.ts'
import { KubernetesApi } from '../helpers/target/api.ts'
import { type ChosenCluster, chooseCluster } from '../helpers/target/kubeconfig.ts'
import { openJournal } from '../helpers/upgrade/resume.ts'
import { Watcher } from '../helpers/upgrade/watcher.ts'
import { Interrupt } from './interrupt.ts'
import { progressTo } from './progress.ts'
import { recordedBefore } from './recorded.ts'

/** The file in the folder of the reports. */
export const journalFile = 'watch.ndjson'

export interface WatchInput {
  readonly flags: ConfigInput
  /** Seconds; until it is interrupted without. */
  readonly for?: string | undefined
  /** What `rollcall before` has written; in the folder of the reports, or in the cluster, without. */
  readonly state?: string | undefined
}

/** Writes down what the fixture of `rollcall before` sees of an upgrade, until it is interrupted or the time is over. */
export async function watch(input: WatchInput, env: NodeJS.ProcessEnv): Promise<number> {
  const seconds = secondsOf(input.for)
  const config = loadConfig(input.flags, env)
  const interrupt = new Interrupt()
  interrupt.install()
  const progress = progressTo(process.stderr)
  const chosen = await clusterOf(config, env)
  const before = await recordedBefore(chosen, config, input.state, interrupt.signal)
  const path = join(config.reports, journalFile)
  const { journal, left } = await openJournal(path, before.id, progress)
  progress(`context ${chosen.context} at ${chosen.server} (${chosen.why})`)
  progress(`watching the fixture ${before.id}, ${left.last === undefined ? 'into' : 'going on in'} ${path}`)
  const time = seconds === undefined ? [] : [AbortSignal.timeout(seconds * 1000)]
  const signal = AbortSignal.any([interrupt.signal, ...time])
  try {
    await new Watcher({
      connect: () => new KubernetesApi(chosen.config),
      before,
      journal,
      left,
      signal,
      progress,
    }).run()
  } finally {
    journal.close()
  }
  progress(`watched; what was seen is in ${path}`)
  return 0
}

/** The cluster that is named, else the Kind cluster that is up. What finds that is loaded only then: it takes memory for hours. */
async function clusterOf(config: Config, env: NodeJS.ProcessEnv): Promise<ChosenCluster> {
  const named = chooseCluster(config, env)
  if (named !== undefined) return named
  const { existingCluster } = await import('./cluster-under-test.ts')
  return existingCluster(config, env)
}

function secondsOf(text: string | undefined): number | undefined {
  if (text === undefined) return undefined
  const seconds = Number(text)
  // Longer than a timer can be.
  if (!Number.isFinite(seconds) || seconds <= 0 || seconds > 2_000_000)
    throw new Problem(
      `--for is "${text}" but must be seconds, at most 2000000; give another, or none to watch until Ctrl-C.`,
    )
  return seconds
}
