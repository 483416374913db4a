import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { type Config, type ConfigInput, loadConfig } from '../helpers/config.ts'
import { messageOf, Problem } from '../helpers/errors.ts'
import { writeReport } from '../helpers/report/write.ts'
import type { SetName } from '../helpers/stage/sets.ts'
import { Staging } from '../helpers/stage/staging.ts'
import { readVantages } from '../helpers/stage/vantages.ts'
import { mayI } from '../helpers/target/access.ts'
import { KubernetesApi } from '../helpers/target/api.ts'
import { type ApiFacts, readApiFacts } from '../helpers/target/facts.ts'
import type { KubernetesObject } from '../helpers/target/objects.ts'
import { unseen } from '../helpers/target/seen.ts'
import type { Before } from '../helpers/upgrade/before.ts'
import {
  beforeJson,
  homeOf,
  keepInCluster,
  readBeforeFile,
  readBeforeInCluster,
} from '../helpers/upgrade/keep-before.ts'
import { recordBefore } from '../helpers/upgrade/record-before.ts'
import { findCluster } from './cluster-under-test.ts'
import { Interrupt } from './interrupt.ts'
import { checkRights } from './prepare.ts'
import { progressTo } from './progress.ts'
import { beforeFile } from './recorded.ts'
import { refusalOfSet } from './set-refusal.ts'
import { runId } from './staging.ts'
import { requiredTools, samplerTools, survey } from './survey.ts'

/** Seconds that the fixture stays where nobody takes it away: an upgrade may take a week of evenings. */
const keptFor = 7 * 24 * 3600

/** What staging needs to know. */
interface Stage {
  readonly api: KubernetesApi
  readonly config: Config
  readonly staging: Staging
  readonly facts: ApiFacts
  readonly signal: AbortSignal
}

/** Stages a fixture that stays, and writes down all that is so of it. Takes it away again where that does not come about. */
export async function before(flags: ConfigInput, env: NodeJS.ProcessEnv): Promise<number> {
  const config = loadConfig(flags, env)
  const interrupt = new Interrupt()
  interrupt.install()
  const { signal } = interrupt
  const progress = progressTo(process.stderr)
  const { chosen } = await findCluster(config, { env, progress, signal })
  progress(`context ${chosen.context} at ${chosen.server} (${chosen.why})`)
  const api = new KubernetesApi(chosen.config)
  const id = runId({ ...config, stage: undefined })
  let staging: Staging | undefined
  try {
    await checkNoOther(api, config, signal)
    await checkRights(api, config, signal)
    const facts = await readApiFacts(api, chosen.context, signal, config.namespace)
    const without = await unwritable(api, config, signal)
    staging = new Staging(api, {
      ...{ run: id, namespace: config.namespace, kept: true, keptFor, without },
      ...{ readyTimeout: config.readyTimeout * 1000, signal, progress },
    })
    const taken = await record({ api, config, staging, facts, signal }, id)
    const path = await writeReport(config.reports, beforeFile, beforeJson(taken))
    await keepInCluster(api, taken, keptFor)
    progress(`what is so before the upgrade is in ${path}`)
    progress(
      `next: rollcall watch during the upgrade, and rollcall after it; ${sweeping(config)} takes the fixture away`,
    )
    return 0
  } catch (error) {
    for (const problem of (await staging?.unstage()) ?? []) console.error(problem)
    if (interrupt.happened) return 130
    throw error
  } finally {
    api.close()
  }
}

async function record({ api, config, staging, facts, signal }: Stage, id: string): Promise<Before> {
  const kept = await refusalOfSet(api, 'upgrade-redis-kept', {
    ...{ storage: facts.storage, namespace: config.namespace, signal },
  })
  const names: SetName[] = ['upgrade', kept === undefined ? 'upgrade-redis-kept' : 'upgrade-redis']
  const staged = await Promise.all(names.map(async (set) => ({ ...(await staging.stage(set)), set })))
  const failed = staged.find((one) => one.problem !== undefined)
  if (failed?.problem !== undefined) throw new Problem(failed.problem)
  const vantages = await readVantages(api, staging.namespaceOf('upgrade'), 'sampler', signal)
  const nobody = unseen('rollcall before stages no privileged Pod')
  const told = await survey(api, facts, vantages, nobody, nobody, [...requiredTools, ...samplerTools])
  return recordBefore({ api, id, facts: told.facts, sets: staged, vantages, servers: told.servers, signal })
}

/** What an admin of a namespace may not write is left out: slices by hand, and the Service that they are for. */
async function unwritable(
  api: KubernetesApi,
  { namespace }: Config,
  signal: AbortSignal,
): Promise<(object: KubernetesObject) => boolean> {
  const scope = namespace === undefined ? {} : { namespace }
  const right = { verb: 'patch', group: 'discovery.k8s.io', resource: 'endpointslices', ...scope }
  const { allowed } = await mayI(api, right, signal)
  return (object) => !allowed && (object.kind === 'EndpointSlice' || object.metadata.name === 'up-hand')
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
    `${path} tells of the fixture ${other.id}, which is still in the cluster; judge it with rollcall after, or take it away with ${sweeping(config)}.`,
  )
}

/** What takes a fixture away again. */
function sweeping({ namespace }: Pick<Config, 'namespace'>): string {
  return `rollcall sweep --all${namespace === undefined ? '' : ` --namespace ${namespace}`}`
}
