import type { Config } from '../helpers/config.ts'
import { messageOf, Problem } from '../helpers/errors.ts'
import type { VantagePod } from '../helpers/probes/vantage/vantage.ts'
import type { RollContext } from '../helpers/roll.ts'
import { daemonPodSpec } from '../helpers/stage/fixture.ts'
import { sweep } from '../helpers/stage/namespace.ts'
import { areasOfNodeRules, type SetName, stayingSets } from '../helpers/stage/sets.ts'
import { sweepWithin } from '../helpers/stage/shared-namespace.ts'
import type { StagedSet, Staging } from '../helpers/stage/staging.ts'
import { readVantages } from '../helpers/stage/vantages.ts'
import { describeRight, mayI, privilegedAdmitted, type Right } from '../helpers/target/access.ts'
import type { KubernetesApi } from '../helpers/target/api.ts'
import type { HandedCluster } from '../helpers/target/credentials.ts'
import { outageAmong } from '../helpers/target/dns-service.ts'
import { type ApiFacts, readApiFacts } from '../helpers/target/facts.ts'
import { type Seen, seen, unseen } from '../helpers/target/seen.ts'
import type { UpgradeOffer } from '../helpers/upgrade/offer.ts'
import { standingSet } from '../helpers/upgrade-view.ts'
import { refusalOfSet } from './set-refusal.ts'
import type { SuiteFile } from './suite-files.ts'
import { survey } from './survey.ts'

export interface Preparation {
  readonly api: KubernetesApi
  readonly chosen: Pick<HandedCluster, 'context' | 'access'>
  readonly config: Config
  readonly staging: Staging
  /** Those that will look: they decide what is staged. */
  readonly suites: readonly Pick<SuiteFile, 'area' | 'sets'>[]
  readonly signal: AbortSignal
  readonly progress: (line: string) => void
  /** What was before an upgrade, and meanwhile, where that is judged. */
  readonly upgrade?: UpgradeOffer | undefined
}

/** Checks our rights, stages what the suites look at, side by side, and learns what only pods can tell. */
export async function prepare(preparation: Preparation): Promise<RollContext> {
  const { api, chosen, config, staging, suites, signal, progress } = preparation
  const facts = await readApiFacts(api, chosen.context, signal, config.namespace)
  await checkRights(api, config, signal)
  const sweeping = sweepOlder(api, config, progress)
  // What is swept there has the names of what is staged.
  if (config.namespace !== undefined) await sweeping
  const stage = config.stage === undefined ? staging.stage.bind(staging) : (set: string) => staging.adopt(set)
  const vantageSet = stage('vantage')
  const nodeSet = suites.some(({ area }) => areasOfNodeRules.includes(area))
    ? stageNodeVantage(preparation, stage)
    : Promise.resolve(unseen('no selected suite reads node rules'))
  // What stands is looked at together.
  const standing: readonly SetName[] = preparation.upgrade === undefined ? [] : ['upgrade', 'upgrade-redis']
  const wanted = [...new Set([...suites.flatMap(({ sets }) => sets), ...standing])]
  const sets = Promise.all(wanted.map((set) => stageSet(preparation, set, stage, facts)))
  // Beside the staging: what the vantages learn of DNS tells whether a set that waits for a name waits in vain.
  const look = async (): Promise<RollContext> => {
    const [vantage, node] = await Promise.all([vantageSet, nodeSet])
    const roll = await lookAround(api, chosen, { facts, vantage, node, sets: [], signal })
    staging.watchDns(() => outageAmong(api, roll.facts.dns.nameservers, signal))
    return roll
  }
  const [roll, staged] = await Promise.all([look(), sets])
  await sweeping
  const { upgrade } = preparation
  const marks = staging.marks()
  return {
    ...roll,
    sets: staged,
    ...(marks === undefined ? {} : { marks }),
    imagesFrom: config.imagesFrom,
    ...(upgrade === undefined ? {} : { upgrade }),
  }
}

/** What is staged to look from, and at. */
export interface Staged {
  readonly vantage: StagedSet
  readonly node: Seen<StagedSet>
  readonly sets: readonly StagedSet[]
  readonly signal: AbortSignal
  /** What the API tells, if that has just been read. */
  readonly facts?: ApiFacts
}

/** Learns from the staged vantages what only pods can tell, and puts together what suites are handed. */
export async function lookAround(
  api: KubernetesApi,
  chosen: Preparation['chosen'],
  { vantage, node, sets, signal, ...known }: Staged,
): Promise<RollContext> {
  if (vantage.problem !== undefined) throw new Problem(vantage.problem)
  const facts = known.facts ?? (await readApiFacts(api, chosen.context, signal))
  const vantages = await readVantages(api, vantage.namespace, 'vantage', signal)
  const nodeVantages: Seen<VantagePod[]> = node.seen
    ? seen(await readVantages(api, node.value.namespace, 'node-vantage', signal))
    : node
  const privileged = node.seen ? seen(true as const) : node
  const told = await survey(api, facts, vantages, nodeVantages, privileged)
  return {
    access: chosen.access,
    facts: told.facts,
    sets,
    vantages: told.vantages,
    servers: told.servers,
    nodeVantages,
  }
}

/** Takes away what older runs have left, beside the staging. What is stuck there is told, and is no reason not to judge. */
async function sweepOlder(api: KubernetesApi, config: Config, progress: (line: string) => void): Promise<void> {
  const { namespace, stage } = config
  if (stage !== undefined) return
  try {
    const names = await (namespace === undefined ? sweep(api, { deadline: 20_000 }) : sweepWithin(api, namespace))
    for (const name of names) progress(`swept ${name}, left by an older run`)
  } catch (error) {
    progress(`could not sweep what an older run has left: ${messageOf(error)}`)
  }
}

/** Stages a set where it can be; says why not otherwise, which is nobody's fault. */
async function stageSet(
  preparation: Preparation,
  set: SetName,
  stage: (set: string) => Promise<StagedSet>,
  { storage }: ApiFacts,
): Promise<StagedSet> {
  const { api, staging, config, signal } = preparation
  if (stayingSets.includes(set)) return takeOver(preparation, set)
  const refusal = await refusalOfSet(api, set, { storage, namespace: config.namespace, signal })
  if (refusal === undefined) return stage(set)
  return { set, namespace: staging.namespaceOf(set), readyAt: Date.now(), refusal }
}

/** A set that stands since before an upgrade: of the two replicated ones the one that there is goes by the name of the first. */
async function takeOver({ staging, upgrade }: Preparation, set: SetName): Promise<StagedSet> {
  const standing = upgrade === undefined ? undefined : standingSet(upgrade.before, set)
  if (standing !== undefined) return staging.takeOver(set, { fixtures: standing.set, namespace: standing.namespace })
  const refusal = `rollcall before has staged no set ${set}`
  return { set, namespace: staging.namespaceOf(set), readyAt: Date.now(), refusal }
}

/** Stages the privileged vantages; in a namespace that the user has named only where a dry run says that they are admitted. */
async function stageNodeVantage(
  { api, config, staging, signal }: Preparation,
  stage: (set: string, podSecurity?: 'privileged') => Promise<StagedSet>,
): Promise<Seen<StagedSet>> {
  if (config.namespace !== undefined) {
    const pod = privilegedPod(config.imagesFrom)
    const admitted = await privilegedAdmitted(api, staging.namespaceOf('node-vantage'), pod, signal)
    if (!admitted.seen) return admitted
  }
  const staged = await stage('node-vantage', 'privileged')
  return staged.problem === undefined ? seen(staged) : unseen(staged.problem)
}

/** The Pod that the node vantage's DaemonSet would make. */
export function privilegedPod(imagesFrom: string | undefined): unknown {
  const spec = daemonPodSpec('node-vantage', imagesFrom)
  return { apiVersion: 'v1', kind: 'Pod', metadata: { generateName: 'rollcall-admission-' }, spec }
}

/** Without these all that a run has made would stay. */
function rightsToCleanUp(namespace: string | undefined): Right[] {
  if (namespace === undefined) return [{ verb: 'delete', resource: 'namespaces' }]
  return [
    { verb: 'delete', group: 'apps', resource: 'daemonsets', namespace },
    { verb: 'delete', resource: 'pods', namespace },
    { verb: 'delete', resource: 'services', namespace },
  ]
}

/** @throws Problem where a right is missing without which nothing can be staged or seen, or nothing taken away again. */
export async function checkRights(api: KubernetesApi, config: Config, signal: AbortSignal): Promise<void> {
  const { namespace } = config
  const scope = namespace === undefined ? {} : { namespace }
  const needed: Right[] = [
    ...(namespace === undefined ? [{ verb: 'create', resource: 'namespaces' }] : []),
    { verb: 'create', resource: 'pods', subresource: 'exec', ...scope },
    { verb: 'get', resource: 'pods', ...scope },
    { verb: 'patch', group: 'apps', resource: 'daemonsets', ...scope },
    { verb: 'list', group: 'discovery.k8s.io', resource: 'endpointslices', ...scope },
    ...rightsToCleanUp(namespace),
  ]
  for (const right of needed) {
    const { allowed, reason } = await mayI(api, right, signal)
    if (allowed) continue
    const hint =
      right.resource === 'namespaces'
        ? 'name an existing one of which you are admin with --namespace'
        : 'ask for that right, or name a namespace of which you are admin with --namespace'
    throw new Problem(
      `You may not ${describeRight(right)}${reason === '' ? '' : ` (${reason})`}, which the suite needs; ${hint}.`,
    )
  }
}
