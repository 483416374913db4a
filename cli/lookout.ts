import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import type { Config } from '../helpers/config.ts'
import { type SoakedWatch, soakedWatch } from '../helpers/report/soaked-watch.ts'
import { writeReport } from '../helpers/report/write.ts'
import { KubernetesApi } from '../helpers/target/api.ts'
import type { HandedCluster } from '../helpers/target/credentials.ts'
import { takeOver } from '../helpers/target/credentials.ts'
import { beforeJson } from '../helpers/upgrade/keep-before.ts'
import { judgeJournal } from '../helpers/upgrade-view.ts'
import { ended, startOwn } from './own-commands.ts'
import { beforeFile } from './recorded.ts'
import { type Standing, stageStanding } from './standing.ts'
import { journalFile } from './watch.ts'

export interface LookoutMeans {
  readonly config: Config
  readonly chosen: HandedCluster
  readonly signal: AbortSignal
  readonly progress: (line: string) => void
}

/** A fixture that stands while something else is done to a cluster, and what it sees of that. */
export interface Lookout {
  /** Ends it, and takes the fixture away. */
  end(): Promise<{ readonly watched?: SoakedWatch; readonly problems: readonly string[] }>
}

/**
 * Stages the fixture of `rollcall before`, and starts to watch it; what is seen goes to `soak/` among the reports. Takes the fixture
 * away again where that does not come about.
 */
export async function startLookout({ config, chosen, signal, progress }: LookoutMeans): Promise<Lookout> {
  const reports = join(config.reports, 'soak')
  const journal = join(reports, journalFile)
  const api = new KubernetesApi(takeOver(chosen.access))
  let standing: Standing | undefined
  try {
    standing = await stageStanding({ api, context: chosen.context, config, signal, progress })
    await writeReport(reports, beforeFile, beforeJson(standing.before))
    await rm(journal, { force: true })
  } catch (error) {
    for (const problem of (await standing?.staging.unstage()) ?? []) progress(problem)
    api.close()
    throw error
  }
  const { before, staging } = standing
  const watch = startOwn(['watch', ...flagsOf(config), '--reports', reports], 'ignore')
  return {
    async end() {
      watch.kill('SIGTERM')
      const code = await ended(watch)
      const problems = await staging.unstage()
      api.close()
      // An interrupt goes to all processes of a terminal.
      if (code !== 0 && !signal.aborted) return { problems: [...problems, `rollcall watch ended with code ${code}.`] }
      const { watched, looked } = await judgeJournal(journal, before)
      return { watched: soakedWatch(watched, looked), problems }
    },
  }
}

/** The flags by which another of our commands finds the same cluster. */
function flagsOf({ context, kubeconfig, namespace }: Config): string[] {
  return Object.entries({ context, kubeconfig, namespace }).flatMap(([name, value]) =>
    value === undefined ? [] : [`--${name}`, value],
  )
}
