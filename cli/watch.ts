import { join } from 'node:path'
import { type ConfigInput, loadConfig } from '../helpers/config.ts'
import { Problem } from '../helpers/errors.ts'
import { KubernetesApi } from '../helpers/target/api.ts'
import type { HandedCluster } from '../helpers/target/credentials.ts'
import { takeOver } from '../helpers/target/credentials.ts'
import { JournalLock } from '../helpers/upgrade/journal-lock.ts'
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
export async function watch(
  input: WatchInput,
  { env, handed }: { readonly env: NodeJS.ProcessEnv; readonly handed: HandedCluster },
): Promise<number> {
  const seconds = secondsOf(input.for)
  const config = loadConfig(input.flags, env)
  const interrupt = new Interrupt()
  interrupt.install()
  const progress = progressTo(process.stderr)
  const { context, server, why } = handed
  const connect = (): KubernetesApi => new KubernetesApi(takeOver(handed.access))
  const before = await recordedBefore(connect, config, input.state, interrupt.signal)
  const path = join(config.reports, journalFile)
  const lock = JournalLock.take(path)
  try {
    const { journal, left } = await openJournal(path, before.id, progress)
    progress(`context ${context} at ${server} (${why})`)
    progress(`watching the fixture ${before.id}, ${left.last === undefined ? 'into' : 'going on in'} ${path}`)
    const time = seconds === undefined ? [] : [AbortSignal.timeout(seconds * 1000)]
    const signal = AbortSignal.any([interrupt.signal, ...time])
    const means = { connect, before, journal, left, signal, progress }
    const traffic = await new Watcher(means).run().finally(() => journal.close())
    const { questions, connections, bytes } = traffic
    progress(`asked ${questions} questions over ${connections} connections; their answers took ${bytes} bytes`)
  } finally {
    lock.release()
  }
  progress(`watched; what was seen is in ${path}`)
  return 0
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
