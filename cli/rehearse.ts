import { join } from 'node:path'
import { clusterUpgrade, type KindOptions, kindOptionsFromEnv } from '../cluster/kind.ts'
import { messageOf, Problem } from '../helpers/errors.ts'
import { goodOutcomes, type MutantResult } from '../mutants/outcome.ts'
import type { Rehearsal } from '../mutants/rehearsal.ts'
import { rehearsalsNamed } from '../mutants/rehearsals/catalogue.ts'
import { Interrupt } from './interrupt.ts'
import { progressTo } from './progress.ts'
import { Rehearsing } from './rehearsing.ts'

export interface RehearseInput {
  /** The version to begin at, and the one to come to; without them the rehearsals of the catalogue are gone through. */
  readonly from?: string | undefined
  readonly to?: string | undefined
  readonly drain: boolean
  readonly only?: readonly string[] | undefined
  /** Leave the cluster up for the next time. */
  readonly keep: boolean
}

const root = join(import.meta.dirname, '..')

/** Goes through upgrades, and what may go wrong in them, on a Kind cluster of its own. Exit code 0 when each came to what it should. */
export async function rehearse(input: RehearseInput, env: NodeJS.ProcessEnv): Promise<number> {
  const { kind, selection } = planOf(input, env)
  const interrupt = new Interrupt()
  interrupt.install()
  const progress = progressTo(process.stderr)
  const reports = join(root, 'reports', 'rehearsals')
  const results: MutantResult[] = []
  const problems: string[] = []
  const rehearsing = new Rehearsing(kind, { reports, signal: interrupt.signal, progress })
  try {
    for (const rehearsal of selection) {
      progress(`${rehearsal.id} (${results.length + 1} of ${selection.length}): ${rehearsal.does}`)
      const result = await rehearsing.through(rehearsal)
      results.push(result)
      const { outcome, seconds, note } = result
      progress(`${rehearsal.id}  ${outcome}  ${seconds} s  ${note}`.trimEnd())
    }
  } catch (error) {
    problems.push(interrupt.happened ? 'interrupted' : messageOf(error))
  } finally {
    await rehearsing.end(input.keep).catch((error: unknown) => {
      problems.push(messageOf(error))
    })
  }
  const bad = results.filter((one) => !goodOutcomes.includes(one.outcome))
  for (const { id, outcome, note } of bad) process.stdout.write(`${id}  ${outcome}  ${note}\n`)
  for (const problem of problems) process.stdout.write(`${problem}\n`)
  process.stdout.write(`Timelines: ${reports}/*/timeline.html\n\n`)
  process.stdout.write(`${results.length - bad.length} passed, ${bad.length + problems.length} failed\n`)
  if (interrupt.happened) return 130
  return bad.length > 0 ? 1 : problems.length > 0 ? 2 : 0
}

/** What is gone through, on which cluster. @throws Problem where the flags do not go together. */
function planOf(
  { from, to, drain, only }: RehearseInput,
  env: NodeJS.ProcessEnv,
): { kind: KindOptions; selection: readonly Rehearsal[] } {
  const usual = kindOptionsFromEnv(env, from === undefined ? {} : { kubernetesVersion: from })
  const kind = { ...usual, name: `${usual.name}-rehearsal` }
  if (from === undefined && to === undefined) {
    if (drain) throw new Problem('--drain is for an upgrade from one version to another; give --from and --to, too.')
    return { kind, selection: rehearsalsNamed(only) }
  }
  if (from === undefined || to === undefined || only !== undefined)
    throw new Problem('An upgrade takes --from and --to, and no --only; give both versions, or neither.')
  const { kubernetesVersion } = kindOptionsFromEnv({}, { kubernetesVersion: to })
  return { kind, selection: [versionUpgrade(kind, kubernetesVersion, drain)] }
}

/** The upgrade of a Kind cluster in its nodes. */
function versionUpgrade(kind: KindOptions, to: string, drain: boolean): Rehearsal {
  const progress = progressTo(process.stderr)
  return {
    id: `U-${to}${drain ? '.drain' : ''}`,
    does: `Kubernetes ${kind.kubernetesVersion} becomes ${to}${drain ? ', node by node without Pods' : ''}`,
    course: ({ signal }) => clusterUpgrade(kind.name, { to, drain }, { progress, signal }),
    kills: {},
  }
}
