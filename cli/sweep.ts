import { type ConfigInput, loadConfig } from '../helpers/config.ts'
import { sweep } from '../helpers/stage/namespace.ts'
import { KubernetesApi } from '../helpers/target/api.ts'
import { existingCluster } from './cluster-under-test.ts'

/** Deletes the namespaces that older runs have left, and prints their names. */
export async function sweepNamespaces(flags: ConfigInput, all: boolean, env: NodeJS.ProcessEnv): Promise<number> {
  const chosen = existingCluster(loadConfig(flags, env), env)
  const names = await sweep(new KubernetesApi(chosen.config), { all })
  console.log(names.length === 0 ? `nothing to sweep in ${chosen.context}` : `swept ${names.join(', ')}`)
  return 0
}
