import { type ConfigInput, loadConfig } from '../helpers/config.ts'
import { sweep } from '../helpers/stage/namespace.ts'
import { sweepProbes } from '../helpers/stage/probe-pod.ts'
import { sweepWithin } from '../helpers/stage/shared-namespace.ts'
import { KubernetesApi } from '../helpers/target/api.ts'
import type { ChosenCluster } from '../helpers/target/kubeconfig.ts'
import { existingCluster, namespaceOfContext } from './existing-cluster.ts'

/** Deletes what older runs have left: their namespaces, or their objects in the one that is named. Prints what that was. */
export async function sweepLeftovers(flags: ConfigInput, all: boolean, env: NodeJS.ProcessEnv): Promise<number> {
  const config = loadConfig(flags, env)
  const chosen = existingCluster(config, env)
  const { namespace } = config
  const api = new KubernetesApi(chosen.config)
  try {
    const names = await (namespace === undefined ? everywhere(api, chosen, all) : sweepWithin(api, namespace, { all }))
    const where = namespace === undefined ? chosen.context : `namespace ${namespace} of ${chosen.context}`
    console.log(names.length === 0 ? `nothing to sweep in ${where}` : `swept ${names.join(', ')}`)
    return 0
  } finally {
    api.close()
  }
}

/** The namespaces of runs, and what `rollcall doctor` has left where it puts its Pod without a namespace. */
async function everywhere(api: KubernetesApi, chosen: ChosenCluster, all: boolean): Promise<string[]> {
  const namespaces = await sweep(api, { all })
  return [...namespaces, ...(await sweepProbes(api, namespaceOfContext(chosen), { all }))]
}
