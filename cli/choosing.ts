import { once } from 'node:events'
import { parentPort } from 'node:worker_threads'
import { messageOf, Problem } from '../helpers/errors.ts'
import { chooseCluster, handOverChosen } from '../helpers/target/kubeconfig.ts'
import type { Asked, Told } from './chosen-cluster.ts'

/** Reads the kubeconfig, as a thread that ends: see `KubeconfigReader`. */
async function choose({ choice, env }: Asked): Promise<Told> {
  try {
    const found = chooseCluster(choice, env)
    return found === undefined ? {} : { cluster: await handOverChosen(found) }
  } catch (error) {
    if (error instanceof Problem) return { problem: messageOf(error) }
    throw error
  }
}

if (parentPort !== null) {
  const [asked] = (await once(parentPort, 'message')) as [Asked]
  parentPort.postMessage(await choose(asked))
}
