import { parentPort, workerData } from 'node:worker_threads'
import { messageOf, Problem } from '../helpers/errors.ts'
import { chooseCluster, handOver, type KubeconfigChoice } from '../helpers/target/kubeconfig.ts'
import type { Told } from './chosen-cluster.ts'

/** Reads the kubeconfig, as a thread that ends: the client that does it would cost whoever goes on 100 MB. */
async function choose(choice: KubeconfigChoice): Promise<Told> {
  try {
    const found = chooseCluster(choice, process.env)
    if (found === undefined) return {}
    const { context, server, why, config } = found
    return { cluster: { context, server, why, access: await handOver(config) } }
  } catch (error) {
    if (error instanceof Problem) return { problem: messageOf(error) }
    throw error
  }
}

parentPort?.postMessage(await choose(workerData as KubeconfigChoice))
