import { existsSync } from 'node:fs'
import { clusterKubeconfig } from '../cluster/kind.ts'
import type { Config } from '../helpers/config.ts'
import { Problem } from '../helpers/errors.ts'
import { type ChosenCluster, chooseCluster } from '../helpers/target/kubeconfig.ts'
import { kindOptionsFromEnv } from './cluster.ts'

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

/** The namespace that the context names, where a probe goes that was given none. */
export function namespaceOfContext({ config, context }: ChosenCluster): string {
  return config.getContextObject(context)?.namespace ?? 'default'
}
