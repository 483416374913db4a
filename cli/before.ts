import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { type Config, type ConfigInput, loadConfig } from '../helpers/config.ts'
import { messageOf, Problem } from '../helpers/errors.ts'
import { writeReport } from '../helpers/report/write.ts'
import { KubernetesApi } from '../helpers/target/api.ts'
import { takeOver } from '../helpers/target/credentials.ts'
import {
  beforeJson,
  homeOf,
  keepInCluster,
  readBeforeFile,
  readBeforeInCluster,
} from '../helpers/upgrade/keep-before.ts'
import { findCluster } from './cluster-under-test.ts'
import { Interrupt } from './interrupt.ts'
import { nextCommand, nextOnFixture } from './next-command.ts'
import { progressTo } from './progress.ts'
import { beforeFile } from './recorded.ts'
import { keptFor, type Standing, stageStanding } from './standing.ts'

/** Stages a fixture that stays, and writes down all that is so of it. Takes it away again where that does not come about. */
export async function before(flags: ConfigInput, env: NodeJS.ProcessEnv): Promise<number> {
  const config = loadConfig(flags, env)
  const interrupt = new Interrupt()
  interrupt.install()
  const { signal } = interrupt
  const progress = progressTo(process.stderr)
  const { chosen } = await findCluster(config, { env, progress, signal })
  progress(`context ${chosen.context} at ${chosen.server} (${chosen.why})`)
  const api = new KubernetesApi(takeOver(chosen.access))
  let standing: Standing | undefined
  try {
    await checkNoOther(api, config, signal)
    standing = await stageStanding({ api, context: chosen.context, config, signal, progress })
    const path = await writeReport(config.reports, beforeFile, beforeJson(standing.before))
    await keepInCluster(api, standing.before, keptFor)
    progress(`what is so before the upgrade is in ${path}`)
    progress(
      `next: ${around(config, 'watch')} during the upgrade, and ${around(config, 'after')} after it; ${sweeping(config)} takes the fixture away`,
    )
    return 0
  } catch (error) {
    for (const problem of (await standing?.staging.unstage()) ?? []) console.error(problem)
    if (interrupt.happened) return 130
    throw error
  } finally {
    api.close()
  }
}

/** What was written down before an upgrade is not to be lost by asking for it again after the upgrade. */
async function checkNoOther(api: KubernetesApi, config: Config, signal: AbortSignal): Promise<void> {
  const path = join(config.reports, beforeFile)
  if (!existsSync(path)) return
  const other = await Promise.resolve()
    .then(() => readBeforeFile(path))
    .catch((error: unknown) => {
      throw new Problem(`${messageOf(error)} Or move it away, for rollcall before to write another.`)
    })
  const found = await readBeforeInCluster(api, homeOf(other), signal).catch(() => undefined)
  if (found?.id !== other.id) return
  throw new Problem(
    `${path} tells of the fixture ${other.id}, which is still in the cluster; judge it with ${around(config, 'after')}, or take it away with ${sweeping(config)}.`,
  )
}

/** What takes a fixture away again. */
function sweeping(config: Config): string {
  return nextCommand(config, 'npx rollcall sweep --all')
}

/** What goes on with the fixture. */
function around(config: Config, command: 'watch' | 'after'): string {
  return nextOnFixture(config, `npx rollcall ${command}`)
}
