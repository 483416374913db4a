import { clusterKubeconfig, kindOptionsFromEnv } from '../cluster/kind.ts'
import { loadConfig } from '../helpers/config.ts'
import { messageOf, Problem } from '../helpers/errors.ts'
import type { RequirementRecord } from '../helpers/report/record.ts'
import { select } from '../mutants/selection.ts'
import { runCase } from '../mutants/trial.ts'
import { brokenTimes, sound, type TimedRun } from './broken-times.ts'
import { Interrupt } from './interrupt.ts'
import { progressTo } from './progress.ts'
import { ProvingGround } from './proving-ground.ts'
import { runOnce } from './run.ts'

/**
 * Measures whole runs as users start them, staging and cleaning up included, on a Kind cluster that is broken by one mutant at a time,
 * and before, between and after them on the same one while it is sound. What a mutant breaks in fixtures alone shows in no run, which has
 * its own.
 * @throws Problem where an id names no mutant, or the cluster is not to be had; NotRestored where it is not as it was.
 */
export async function benchBroken(ids: readonly string[], env: NodeJS.ProcessEnv): Promise<number> {
  const { cases, kinds } = select(ids)
  const [other] = kinds
  if (other !== undefined) throw new Problem(`${other.id} is a cluster of its own kind, and not broken; name mutants.`)
  const interrupt = new Interrupt()
  interrupt.install()
  const progress = progressTo(process.stderr)
  const kind = kindOptionsFromEnv(env, {})
  const ground = new ProvingGround({ ...kind, name: `${kind.name}-bench` }, interrupt, progress)
  const runs: TimedRun[] = []
  const problems = new Set<string>()
  try {
    await ground.open()
    const { name } = ground.kind
    const config = loadConfig({ kubeconfig: clusterKubeconfig(name), context: `kind-${name}` }, {}, '/dev/null')
    const timed = async (of: string): Promise<readonly RequirementRecord[]> => {
      const end = await runOnce({ filters: [] }, { config, env, interrupt, progress })
      interrupt.signal.throwIfAborted()
      for (const problem of end.problems) problems.add(`${of}: ${problem}`)
      runs.push({ of, end })
      return end.collector.records()
    }
    const bench = ground.bench(await ground.survey())
    await timed(sound)
    for (const one of cases) {
      const { outcome, note } = await runCase(one, {
        bench,
        look: () => timed(one.change.id),
        lookAgain: async (again) => (await ground.look({ ids: again })).records,
      })
      if (outcome === 'error') problems.add(`${one.change.id}: ${note}`)
      await timed(sound)
    }
  } catch (error) {
    if (!interrupt.happened) throw error
  } finally {
    await ground.down().catch((error: unknown) => problems.add(messageOf(error)))
    process.stdout.write(brokenTimes(runs))
    for (const problem of problems) process.stdout.write(`${problem}\n`)
  }
  return interrupt.happened ? 130 : problems.size > 0 ? 2 : 0
}
