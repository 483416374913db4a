import type { Vitest } from 'vitest/node'
import { type Config, type ConfigInput, loadConfig } from '../helpers/config.ts'
import { messageOf, Problem } from '../helpers/errors.ts'
import { RecordCollector } from '../helpers/report/collector.ts'
import type { RollContext, RollOffer } from '../helpers/roll.ts'
import type { Staging } from '../helpers/stage/staging.ts'
import { KubernetesApi } from '../helpers/target/api.ts'
import { takeOver } from '../helpers/target/credentials.ts'
import type { UpgradeOffer } from '../helpers/upgrade/offer.ts'
import { type ClusterUnderTest, findCluster } from './cluster-under-test.ts'
import { type Conclusion, conclude } from './conclude.ts'
import { Interrupt } from './interrupt.ts'
import { LastLooks } from './last-looks.ts'
import { nextCommand } from './next-command.ts'
import { observe, openVitest } from './observe.ts'
import { prepare } from './prepare.ts'
import { progressTo } from './progress.ts'
import { checkRecordable, record } from './recording.ts'
import { openStaging, runId } from './staging.ts'
import { type Lap, type Phase, Stopwatch } from './stopwatch.ts'
import { readSuite, readSuites, type SuiteFile } from './suite-files.ts'

export interface RunInput {
  /** Vitest file filters. */
  readonly filters: readonly string[]
  /** Regular expression that titles must match. */
  readonly title?: string | undefined
  readonly flags: ConfigInput
  /** File to record the cluster in as the suites have seen it; its name without .json.gz is the world's id. */
  readonly record?: string | undefined
  /** What was before an upgrade, and meanwhile; suites that judge it run only where it is told. */
  readonly upgrade?: UpgradeOffer | undefined
}

/** What a run needs of whoever starts it. */
export interface RunMeans {
  readonly config: Config
  readonly env: NodeJS.ProcessEnv
  readonly interrupt: Interrupt
  readonly progress: (line: string) => void
}

/** A run that is over and cleaned up, but not reported. */
export interface RunEnd extends Conclusion {
  /** Zero for what it never came to. */
  readonly seconds: ReturnType<Stopwatch['read']>
  readonly laps: Readonly<Record<Phase, Lap>>
}

/** Runs the suite against a cluster and returns the exit code. Reports are written and everything is cleaned up whatever happens. */
export async function run(input: RunInput, env: NodeJS.ProcessEnv): Promise<number> {
  const config = loadConfig(input.flags, env)
  checkKept(config)
  checkPattern(input.title)
  await checkRecordable(input.record)
  const interrupt = new Interrupt()
  interrupt.install()
  return conclude(await runOnce(input, { config, env, interrupt, progress: progressTo(process.stderr) }))
}

/** Stages, looks and cleans up, once. What goes wrong on the way is told in `problems`. */
export async function runOnce(input: Omit<RunInput, 'flags'>, means: RunMeans): Promise<RunEnd> {
  const { config, env, interrupt, progress } = means
  const { signal } = interrupt
  const started = new Date()
  const watch = new Stopwatch()
  const id = runId(config)
  const problems: string[] = []
  const collector = new RecordCollector()
  let cluster: ClusterUnderTest | undefined
  let api: KubernetesApi | undefined
  let staging: Staging | undefined
  let offer: RollOffer = { ready: false, problem: 'nothing was set up' }
  let suites: readonly SuiteFile[] = []
  // What nobody looks at any more is deleted while the rest is looked at.
  const lastLooks = new LastLooks((set) => staging?.release(set))
  const vitest = await openVitest([collector, lastLooks], input.title)
  // Vitest has put listeners of its own on the signals.
  interrupt.install()
  const cancel = (): void => void vitest.cancelCurrentRun('keyboard-input')
  signal.addEventListener('abort', cancel, { once: true })
  try {
    try {
      suites = await selectedSuites(vitest, input, config.disruptive)
      cluster = await findCluster(config, { env, progress, signal })
      const { chosen } = cluster
      progress(`context ${chosen.context} at ${chosen.server} (${chosen.why})`)
      api = new KubernetesApi(takeOver(chosen.access))
      staging = openStaging(api, config, id, { signal, progress })
      const { upgrade } = input
      const preparation = { api, chosen, config, staging, suites, signal, progress, upgrade }
      const roll = await watch.during('staging', () => prepare(preparation))
      offer = { ready: true, roll: { ...roll, record: input.record !== undefined } }
      lastLooks.expect(suites)
      progress('ready: looking')
    } catch (error) {
      offer = { ready: false, problem: messageOf(error) }
      problems.push(messageOf(error))
    }
    if (suites.length > 0) await watch.during('looking', () => observe(vitest, offer, suites, signal))
    if (offer.ready && !interrupt.happened && collector.records().length === 0) problems.push(nothingSelected(input))
    if (offer.ready && input.record !== undefined) problems.push(...(await record(input.record, offer.roll, collector)))
  } finally {
    signal.removeEventListener('abort', cancel)
    await vitest.close()
    problems.push(...(await watch.during('cleaning', () => cleanUp(config, id, staging, cluster, progress))))
    api?.close()
  }
  const facts = factsOf(offer)
  const laps = { staging: watch.lap('staging'), looking: watch.lap('looking'), cleaning: watch.lap('cleaning') }
  const seconds = watch.read()
  return { id, config, started, collector, problems, interrupted: interrupt.happened, facts, seconds, laps }
}

/** The suites that the filters select. Throws a Problem where one of them selects none that may run: it would not be missed. */
async function selectedSuites(
  vitest: Vitest,
  { filters, upgrade }: Pick<RunInput, 'filters' | 'upgrade'>,
  disruptive: boolean,
): Promise<SuiteFile[]> {
  const selected = new Map<string, SuiteFile>()
  for (const filter of filters.length === 0 ? [''] : filters) {
    const specifications = await vitest.globTestSpecifications(filter === '' ? [] : [filter])
    if (specifications.length === 0)
      throw new Problem(
        `No suite file matches ${filter}; name a part of its path, such as ${areasOf(readSuites()).join(', ')}.`,
      )
    const suites = specifications
      .map((one) => readSuite(one.moduleId))
      .filter((one) => upgrade !== undefined || !one.after)
    if (suites.length === 0)
      throw new Problem(`All that matches ${filter} judges what stands since before an upgrade; use rollcall after.`)
    const own = suites.filter((one) => disruptive || !one.disruptive)
    if (own.length === 0)
      throw new Problem(`All that matches ${filter} is disruptive, which a run is not unless told; add --disruptive.`)
    for (const one of own) selected.set(one.path, one)
  }
  return [...selected.values()]
}

function areasOf(suites: readonly SuiteFile[]): string[] {
  return [...new Set(suites.map((one) => one.area))].sort()
}

/** Nothing can be kept on a cluster that goes away. */
export function checkKept({ keep, down }: Config): void {
  if (keep && down)
    throw new Problem(
      '--keep and --down exclude each other: what is kept would go with the Kind cluster; leave one out.',
    )
}

function checkPattern(title: string | undefined): void {
  try {
    new RegExp(title ?? '')
  } catch (error) {
    throw new Problem(
      `-t is no regular expression: ${messageOf(error)}; put a backslash before ( ) [ ] { } . * + ? ^ $ | \\.`,
    )
  }
}

function nothingSelected({ title }: Pick<RunInput, 'title'>): string {
  return title === undefined
    ? 'The suites hold no requirement.'
    : `No requirement has a title that matches -t ${title}.`
}

async function cleanUp(
  config: Config,
  id: string,
  staging: Staging | undefined,
  cluster: ClusterUnderTest | undefined,
  progress: (line: string) => void,
): Promise<string[]> {
  const problems: string[] = []
  if (config.keep)
    progress(
      `kept the staged namespaces: look again with ${nextCommand(config, `npm test -- --stage ${id}`, ['imagesFrom'])}, remove them with ${nextCommand(config, 'npx rollcall sweep --all')}`,
    )
  else if (staging !== undefined) {
    progress('cleaning up')
    problems.push(...(await staging.unstage()))
  }
  if (config.down && cluster !== undefined) {
    try {
      await cluster.down()
    } catch (error) {
      problems.push(messageOf(error))
    }
  }
  return problems
}

function factsOf(offer: RollOffer): RollContext['facts'] | undefined {
  return offer.ready ? offer.roll.facts : undefined
}
