import { clusterKubeconfig, kindDefaults } from '../cluster/kind.ts'
import { type ConfigInput, loadConfig } from '../helpers/config.ts'
import { sweep } from '../helpers/stage/namespace.ts'
import { KubernetesApi } from '../helpers/target/api.ts'
import { type ChosenCluster, chooseCluster } from '../helpers/target/kubeconfig.ts'

/** The cluster that the user has named, else the Kind cluster, which is not started for it. */
export function existingCluster(flags: ConfigInput, env: NodeJS.ProcessEnv): ChosenCluster {
  const name = env.ROLLCALL_KIND_NAME ?? kindDefaults.name
  const chosen =
    chooseCluster(loadConfig(flags, env), env) ??
    chooseCluster({ kubeconfig: clusterKubeconfig(name), context: `kind-${name}` }, {})
  if (chosen === undefined) throw new Error('a named context is always a choice')
  return chosen
}

/** Deletes the namespaces that older runs have left, and prints their names. */
export async function sweepNamespaces(flags: ConfigInput, all: boolean, env: NodeJS.ProcessEnv): Promise<number> {
  const chosen = existingCluster(flags, env)
  const names = await sweep(new KubernetesApi(chosen.config), { all })
  console.log(names.length === 0 ? `nothing to sweep in ${chosen.context}` : `swept ${names.join(', ')}`)
  return 0
}
