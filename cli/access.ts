import { type ConfigInput, loadConfig } from '../helpers/config.ts'
import type { HandedAccess } from '../helpers/target/credentials.ts'
import { type ChosenCluster, handOver } from '../helpers/target/kubeconfig.ts'
import { existingCluster } from './existing-cluster.ts'

/** A cluster as one process or thread hands it to another, which need not read kubeconfigs then. Holds secrets. */
export interface HandedCluster extends Pick<ChosenCluster, 'context' | 'server' | 'why'> {
  readonly access: HandedAccess
}

/**
 * Hands the cluster that is named, else the Kind cluster that is up, to the process that has forked this one.
 * @throws Problem where there is none.
 */
export async function handOverCluster(flags: ConfigInput, env: NodeJS.ProcessEnv): Promise<number> {
  const { context, server, why, config } = existingCluster(loadConfig(flags, env), env)
  const handed: HandedCluster = { context, server, why, access: await handOver(config) }
  await new Promise<void>((resolve, reject) => {
    if (process.send === undefined) throw new Error('nobody has forked this process')
    process.send(handed, (error: Error | null) => (error === null ? resolve() : reject(error)))
  })
  process.disconnect()
  return 0
}
