import type { Config } from '../helpers/config.ts'
import { Problem } from '../helpers/errors.ts'
import type { SetName } from '../helpers/stage/sets.ts'
import { Staging } from '../helpers/stage/staging.ts'
import { readVantages } from '../helpers/stage/vantages.ts'
import { mayI } from '../helpers/target/access.ts'
import type { KubernetesApi } from '../helpers/target/api.ts'
import { type ApiFacts, readApiFacts } from '../helpers/target/facts.ts'
import type { KubernetesObject } from '../helpers/target/objects.ts'
import { unseen } from '../helpers/target/seen.ts'
import type { Before } from '../helpers/upgrade/before.ts'
import { recordBefore } from '../helpers/upgrade/record-before.ts'
import { checkRights } from './prepare.ts'
import { refusalOfSet } from './set-refusal.ts'
import { runId } from './staging.ts'
import { requiredTools, samplerTools, survey } from './survey.ts'

/** Seconds that the fixture stays where nobody takes it away: an upgrade may take a week of evenings. */
export const keptFor = 7 * 24 * 3600

/** What staging a fixture that stays takes. */
export interface StandingMeans {
  readonly api: KubernetesApi
  /** The name of the context, for the record. */
  readonly context: string
  readonly config: Config
  readonly signal: AbortSignal
  readonly progress: (line: string) => void
}

/** A fixture that stays, and how to take it away again. */
export interface Standing {
  readonly before: Before
  readonly staging: Staging
}

/** Stages a fixture that stays, and looks at all that is so of it. Takes it away again where that does not come about. */
export async function stageStanding(means: StandingMeans): Promise<Standing> {
  const { api, context, config, signal, progress } = means
  await checkRights(api, config, signal)
  const facts = await readApiFacts(api, context, signal, config.namespace)
  const without = await unwritable(api, config, signal)
  const id = runId({ ...config, stage: undefined })
  const staging = new Staging(api, {
    ...{ run: id, namespace: config.namespace, kept: true, keptFor, without, imagesFrom: config.imagesFrom },
    ...{ readyTimeout: config.readyTimeout * 1000, signal, progress },
  })
  try {
    return { before: await record(means, { id, staging, facts }), staging }
  } catch (error) {
    for (const problem of await staging.unstage()) progress(problem)
    throw error
  }
}

async function record(
  { api, config, signal }: StandingMeans,
  { id, staging, facts }: { readonly id: string; readonly staging: Staging; readonly facts: ApiFacts },
): Promise<Before> {
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
  const { imagesFrom } = config
  const seen = { facts: told.facts, vantages: told.vantages, servers: told.servers }
  return recordBefore({ ...seen, api, id, sets: staged, imagesFrom, signal })
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
