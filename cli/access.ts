import { type ConfigInput, loadConfig } from '../helpers/config.ts'
import { handOverChosen } from '../helpers/target/kubeconfig.ts'
import { existingCluster } from './existing-cluster.ts'

/**
 * Hands the cluster that is named, else the Kind cluster that is up, to the process that has forked this one.
 * @throws Problem where there is none.
 */
export async function handOverCluster(flags: ConfigInput, env: NodeJS.ProcessEnv): Promise<number> {
  const handed = await handOverChosen(existingCluster(loadConfig(flags, env), env))
  await new Promise<void>((resolve, reject) => {
    if (process.send === undefined) throw new Error('nobody has forked this process')
    process.send(handed, (error: Error | null) => (error === null ? resolve() : reject(error)))
  })
  process.disconnect()
  return 0
}
