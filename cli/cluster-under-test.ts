import { existsSync } from 'node:fs'
import { clusterDown, clusterKubeconfig, clusterUp } from '../cluster/kind.ts'
import type { Config } from '../helpers/config.ts'
import { Problem } from '../helpers/errors.ts'
import { type ChosenCluster, chooseCluster } from '../helpers/target/kubeconfig.ts'
import { kindOptionsFromEnv } from './cluster.ts'

/** The cluster that a run judges, and how to take it away again if the run has brought it. */
export interface ClusterUnderTest {
  readonly chosen: ChosenCluster
  /** Deletes the Kind cluster if this run has started it; does nothing otherwise. */
  down(): Promise<void>
}

export interface FindOptions {
  readonly env: NodeJS.ProcessEnv
  readonly progress: (line: string) => void
  readonly signal: AbortSignal
}

/** The user's cluster if one is named, else the Kind cluster, which is started unless it is up. Never touches the user's. */
export async function findCluster(config: Config, options: FindOptions): Promise<ClusterUnderTest> {
  const { env, progress, signal } = options
  const named = chooseCluster(config, env)
  if (named !== undefined) return { chosen: named, down: async () => {} }
  const kind = await clusterUp(kindOptionsFromEnv(env, {}), { progress, signal })
  const chosen = chooseCluster({ kubeconfig: kind.kubeconfig, context: kind.context }, {})
  if (chosen === undefined) throw new Error('a named context is always a choice')
  return {
    chosen: { ...chosen, why: kind.created ? 'Kind cluster started by this run' : 'Kind cluster that was up' },
    down: async () => {
      if (kind.created) await clusterDown(kind.name, { progress, signal: new AbortController().signal })
    },
  }
}

/**
 * The cluster that the user has named, else the Kind cluster, which is not started for it.
 * @throws Problem where neither is there.
 */
export function existingCluster(config: Config, env: NodeJS.ProcessEnv): ChosenCluster {
  const named = chooseCluster(config, env)
  if (named !== undefined) return named
  const { name } = kindOptionsFromEnv(env, {})
  const kubeconfig = clusterKubeconfig(name)
  const kind = existsSync(kubeconfig) ? chooseCluster({ kubeconfig, context: `kind-${name}` }, {}) : undefined
  if (kind !== undefined) return kind
  throw new Problem(
    `No cluster is named, and the Kind cluster "${name}" is not up; name one with --context, or start that with rollcall cluster up.`,
  )
}
