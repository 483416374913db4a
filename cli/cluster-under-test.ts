import { clusterDown, clusterUp, type KindOptions } from '../cluster/kind.ts'
import type { Config } from '../helpers/config.ts'
import type { HandedCluster } from '../helpers/target/credentials.ts'
import { type ChosenFrom, chosenCluster } from './chosen-cluster.ts'
import { kindOptionsFromEnv } from './cluster.ts'

/** The cluster that a run judges, and how to take it away again if the run has brought it. */
export interface ClusterUnderTest {
  readonly chosen: HandedCluster
  /** Deletes the Kind cluster if this run has started it; does nothing otherwise. */
  down(): Promise<void>
}

export interface FindOptions extends ChosenFrom {
  readonly progress: (line: string) => void
}

/** The user's cluster if one is named, else the Kind cluster, which is started unless it is up. Never touches the user's. */
export async function findCluster(config: Config, options: FindOptions): Promise<ClusterUnderTest> {
  const { env, progress, signal } = options
  const named = await chosenCluster(config, { env, signal })
  if (named !== undefined) return { chosen: named, down: async () => {} }
  const kind = kindOptionsFromEnv(env, {})
  const { cluster, created } = await kindCluster(kind, options)
  const why = created ? 'Kind cluster started by this run' : 'Kind cluster that was up'
  return {
    chosen: { ...cluster, why },
    down: async () => {
      if (created) await clusterDown(kind.name, { progress, signal: new AbortController().signal })
    },
  }
}

/** A Kind cluster that is up, or is started. */
export async function kindCluster(
  kind: KindOptions,
  { progress, signal }: Pick<FindOptions, 'progress' | 'signal'>,
): Promise<{ readonly cluster: HandedCluster; readonly created: boolean }> {
  const { kubeconfig, context, created } = await clusterUp(kind, { progress, signal })
  const cluster = await chosenCluster({ kubeconfig, context }, { env: {}, signal })
  if (cluster === undefined) throw new Error('a named context is always a choice')
  return { cluster, created }
}
