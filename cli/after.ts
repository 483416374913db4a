import { existsSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { type Config, type ConfigInput, loadConfig } from '../helpers/config.ts'
import { messageOf, Problem } from '../helpers/errors.ts'
import { soakedWatchIn } from '../helpers/report/soak.ts'
import type { SoakedWatch } from '../helpers/report/soaked-watch.ts'
import { timelineHtml } from '../helpers/report/timeline.ts'
import { writeReport } from '../helpers/report/write.ts'
import { KubernetesApi } from '../helpers/target/api.ts'
import { type Seen, seen, unseen } from '../helpers/target/seen.ts'
import type { Before } from '../helpers/upgrade/before.ts'
import { sameCluster } from '../helpers/upgrade/same-cluster.ts'
import { judgeJournal } from '../helpers/upgrade-view.ts'
import { conclude } from './conclude.ts'
import { existingCluster } from './existing-cluster.ts'
import { Interrupt } from './interrupt.ts'
import { progressTo } from './progress.ts'
import { recordedBefore } from './recorded.ts'
import { checkKept, type RunEnd, runOnce } from './run.ts'
import { journalFile } from './watch.ts'

export interface AfterInput {
  readonly flags: ConfigInput
  /** Judges only what stands since before, and nothing that is staged for it. */
  readonly fixtureOnly: boolean
  /** What `rollcall before` has written; in the folder of reports, or else in the cluster, unless given. */
  readonly state?: string | undefined
  /** What `rollcall watch` has written; in the folder of reports unless given. */
  readonly journal?: string | undefined
}

/** Judges a cluster after an upgrade by what was recorded before it and watched meanwhile, and returns the exit code. */
export async function after(input: AfterInput, env: NodeJS.ProcessEnv): Promise<number> {
  const config = loadConfig(input.flags, env)
  if (config.stage !== undefined)
    throw new Problem('--stage is for rollcall run; what stands since before an upgrade is told by --state.')
  checkKept(config)
  const interrupt = new Interrupt()
  interrupt.install()
  const progress = progressTo(process.stderr)
  const before = await stateOf(config, input.state, env, interrupt.signal)
  const journal = await journalOf(config, input, before)
  progress(`judging what was staged for ${before.id} on ${before.taken}${journal.seen ? '' : `; ${journal.reason}`}`)
  const upgrade = { before, journal }
  const filters = input.fixtureOnly ? ['.after.test.ts'] : []
  const { imagesFrom } = before
  const end = await runOnce({ filters, upgrade }, { config: { ...config, imagesFrom }, env, interrupt, progress })
  const problems = [...end.problems]
  const path = journal.seen ? await drawn(end, before, journal.value, problems) : undefined
  const exit = await conclude({ ...end, problems })
  if (path !== undefined) process.stderr.write(`What broke, when and for how long: ${path}\n`)
  return exit
}

/** What was recorded, on the cluster that it was recorded on. */
async function stateOf(
  config: Config,
  state: string | undefined,
  env: NodeJS.ProcessEnv,
  signal: AbortSignal,
): Promise<Before> {
  const chosen = existingCluster(config, env)
  const connect = (): KubernetesApi => new KubernetesApi(chosen.config)
  const before = await recordedBefore(connect, config, state, signal)
  const api = connect()
  try {
    await sameCluster(api, before, signal)
    return before
  } finally {
    api.close()
  }
}

/** The journal of a watch over the same fixture. One that was not named may be of another; then nothing was watched. */
async function journalOf(config: Config, { journal }: AfterInput, before: Before): Promise<Seen<string>> {
  const path = journal ?? join(config.reports, journalFile)
  if (!existsSync(path)) {
    if (journal === undefined) return unseen('nothing was watched: rollcall watch has written no journal')
    throw new Problem(
      `There is no journal ${journal}; name the file that rollcall watch has written, or leave --journal out.`,
    )
  }
  const { watched } = await judgeJournal(path, before)
  if (watched.id === before.id)
    return watched.samples.size === 0 ? unseen(`nothing was watched: ${path} holds no look`) : seen(path)
  if (journal === undefined)
    return unseen(`nothing was watched: ${path} is of ${watched.id || 'nothing'}, not of ${before.id}`)
  throw new Problem(
    `${path} is the journal of ${watched.id || 'nothing'}, and ${before.id} was recorded; name the one of the same fixture.`,
  )
}

/** What `rollcall soak --watch` has seen of a sound cluster, if its report lies beside ours. */
async function soundIn(reports: string): Promise<SoakedWatch | undefined> {
  const text = await readFile(join(reports, 'soak.json'), 'utf8').catch(() => '')
  return soakedWatchIn(text)
}

/** Draws the timeline. That it cannot be is a problem of the run, and no reason to lose its verdicts. */
async function drawn(end: RunEnd, before: Before, journal: string, problems: string[]): Promise<string | undefined> {
  try {
    const records = end.collector.records().filter((one) => one.area === 'upgrade')
    const sound = await soundIn(end.config.reports)
    const html = timelineHtml({ ...(await judgeJournal(journal, before)), before, records, now: end.facts, sound })
    return await writeReport(end.config.reports, 'timeline.html', html)
  } catch (error) {
    problems.push(messageOf(error))
    return undefined
  }
}
