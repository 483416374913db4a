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

/** What the thread is asked. */
export interface Asked {
  readonly choice: KubeconfigChoice
  readonly env: NodeJS.ProcessEnv
}

export interface ChosenFrom {
  readonly env: NodeJS.ProcessEnv
  readonly signal: AbortSignal
  /** Reads the kubeconfig; one that was begun before has loaded what it needs. A new one unless given. */
  readonly reader?: KubeconfigReader
}

/**
 * Reads a kubeconfig in a thread of its own, which ends with the first answer: the client that does it would cost whoever goes on
 * 100 MB. Loading that client takes longer than anything else in the beginning of a run, so that it may begin beforehand.
 */
export class KubeconfigReader {
  readonly #thread: Worker
  /** What went wrong before anything was asked. */
  #failure: Error | undefined

  constructor(env: NodeJS.ProcessEnv) {
    this.#thread = new Worker(new URL('../bin/choosing.js', import.meta.url), { env })
    // Who ends without having asked does not wait for it.
    this.#thread.unref()
    this.#thread.once('error', (error) => {
      this.#failure = error
    })
  }

  /** @throws Problem as `chooseCluster`, and the signal's reason on abort. */
  async read(asked: Asked, signal: AbortSignal): Promise<HandedCluster | undefined> {
    this.#thread.ref()
    try {
      if (this.#failure !== undefined) throw this.#failure
      this.#thread.postMessage(asked)
      const [told] = (await once(this.#thread, 'message', { signal })) as [Told]
      if (told.problem !== undefined) throw new Problem(told.problem)
      return told.cluster
    } catch (error) {
      signal.throwIfAborted()
      throw error
    } finally {
      await this.close()
    }
  }

  async close(): Promise<void> {
    await this.#thread.terminate()
  }
}

/**
 * Finds the cluster that the user means, or nothing where none is named, as `chooseCluster` does.
 * @throws Problem as `chooseCluster`, and the signal's reason on abort.
 */
export async function chosenCluster(
  { context, kubeconfig }: KubeconfigChoice,
  { env, signal, reader }: ChosenFrom,
): Promise<HandedCluster | undefined> {
  signal.throwIfAborted()
  // Most often none is: no thread has to be started to find that out.
  if (!isNamed({ context, kubeconfig }, env)) return undefined
  return (reader ?? new KubeconfigReader(env)).read({ choice: { context, kubeconfig }, env }, signal)
}
