import { parentPort, workerData } from 'node:worker_threads'
import { messageOf, Problem } from '../helpers/errors.ts'
import { chooseCluster, handOverChosen } from '../helpers/target/kubeconfig.ts'
import type { KubeconfigChoice } from '../helpers/target/kubeconfig-choice.ts'
import type { Told } from './chosen-cluster.ts'

/** Reads the kubeconfig, as a thread that ends: the client that does it would cost whoever goes on 100 MB. */
async function choose(choice: KubeconfigChoice): Promise<Told> {
  try {
    const found = chooseCluster(choice, process.env)
    return found === undefined ? {} : { cluster: await handOverChosen(found) }
  } catch (error) {
    if (error instanceof Problem) return { problem: messageOf(error) }
    throw error
  }
}

parentPort?.postMessage(await choose(workerData as KubeconfigChoice))
