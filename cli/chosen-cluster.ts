import { once } from 'node:events'
import { Worker } from 'node:worker_threads'
import { Problem } from '../helpers/errors.ts'
import type { HandedCluster } from '../helpers/target/credentials.ts'
import { isNamed, type KubeconfigChoice } from '../helpers/target/kubeconfig-choice.ts'

/** What the thread tells that has read the kubeconfig: nothing where no cluster is named. */
export interface Told {
  readonly cluster?: HandedCluster
  readonly problem?: string
}

export interface ChosenFrom {
  readonly env: NodeJS.ProcessEnv
  readonly signal: AbortSignal
}

/**
 * Finds the cluster that the user means, or nothing where none is named, as `chooseCluster` does; in a thread of its own, which ends.
 * @throws Problem as `chooseCluster`, and the signal's reason on abort.
 */
export async function chosenCluster(
  { kind, context, kubeconfig }: KubeconfigChoice,
  { env, signal }: ChosenFrom,
): Promise<HandedCluster | undefined> {
  signal.throwIfAborted()
  // Most often none is: no thread has to be started to find that out.
  if (!isNamed({ kind, context, kubeconfig }, env)) return undefined
  const thread = new Worker(new URL('../bin/choosing.js', import.meta.url), {
    workerData: { context, kubeconfig },
    env,
  })
  try {
    const [told] = (await once(thread, 'message', { signal })) as [Told]
    if (told.problem !== undefined) throw new Problem(told.problem)
    return told.cluster
  } catch (error) {
    signal.throwIfAborted()
    throw error
  } finally {
    await thread.terminate()
  }
}
