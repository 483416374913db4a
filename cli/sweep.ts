import { type ConfigInput, loadConfig } from '../helpers/config.ts'
import { sweep } from '../helpers/stage/namespace.ts'
import { sweepWithin } from '../helpers/stage/shared-namespace.ts'
import { KubernetesApi } from '../helpers/target/api.ts'
import { existingCluster } from './existing-cluster.ts'

/** Deletes what older runs have left: their namespaces, or their objects in the one that is named. Prints what that was. */
export async function sweepLeftovers(flags: ConfigInput, all: boolean, env: NodeJS.ProcessEnv): Promise<number> {
  const config = loadConfig(flags, env)
  const chosen = existingCluster(config, env)
  const { namespace } = config
  const api = new KubernetesApi(chosen.config)
  try {
    const names = await (namespace === undefined ? sweep(api, { all }) : sweepWithin(api, namespace, { all }))
    const where = namespace === undefined ? chosen.context : `namespace ${namespace} of ${chosen.context}`
    console.log(names.length === 0 ? `nothing to sweep in ${where}` : `swept ${names.join(', ')}`)
    return 0
  } finally {
    api.close()
  }
}
