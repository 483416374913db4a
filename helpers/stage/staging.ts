import { messageOf, Problem } from '../errors.ts'
import type { KubernetesApi } from '../target/api.ts'
import { isStatus } from '../target/kubernetes-error.ts'
import type { KubernetesObject } from '../target/objects.ts'
import { eventually, WaitExpired } from '../wait.ts'
import { Applier } from './apply.ts'
import { deleteClaimsOf } from './claims.ts'
import { withCrowds } from './crowd.ts'
import { readFixtures } from './fixture.ts'
import { runLabel } from './labels.ts'
import { createNamespace, deleteNamespace } from './namespace.ts'
import { awaitReady } from './readiness.ts'
import { withScripts } from './scripts.ts'
import { takenByServer } from './since.ts'
import type { DnsOutage } from './stalls.ts'

/** A set of fixtures in the cluster. Cloneable. */
export interface StagedSet {
  readonly set: string
  readonly namespace: string
  /** Unix time in ms at which everything was ready; observations may take a propagation window from then on. */
  readonly readyAt: number
  /** Why it could not be staged. */
  readonly problem?: string
  /** Why it was not to be staged here: nothing that looks at it is applicable. */
  readonly refusal?: string
}

export interface StagingOptions {
  /** Id of the run: `[a-z0-9]{4,12}`. */
  readonly run: string
  /** An existing namespace to stage everything in; fresh ones without it. */
  readonly namespace?: string | undefined
  readonly kept: boolean
  /** Seconds that a kept namespace stays; a day unless told. */
  readonly keptFor?: number
  /** Objects of fixtures that are left out, which we may not write, say. */
  readonly without?: (object: KubernetesObject) => boolean
  /** Milliseconds that a set may take to be ready. */
  readonly readyTimeout: number
  readonly signal: AbortSignal
  readonly progress: (line: string) => void
}

/** Stages sets of fixtures and takes them away again, whatever happened in between. */
export class Staging {
  readonly #api: KubernetesApi
  readonly #options: StagingOptions
  readonly #applier: Applier
  readonly #namespaces = new Set<string>()
  readonly #objects: KubernetesObject[] = []
  readonly #running = new Set<Promise<unknown>>()
  readonly #over = new AbortController()
  #outage: DnsOutage = async () => undefined
  /** The run was interrupted, or is over. */
  readonly #signal: AbortSignal

  constructor(api: KubernetesApi, options: StagingOptions) {
    this.#api = api
    this.#options = options
    this.#applier = new Applier(api)
    this.#signal = AbortSignal.any([options.signal, this.#over.signal])
  }

  /** The namespace that a set is staged in. */
  namespaceOf(set: string): string {
    return this.#options.namespace ?? `rollcall-${set}-${this.#options.run}`
  }

  /** Lets Pods that wait for a name be given up early from now on, also those of sets that are being staged. */
  watchDns(outage: DnsOutage): void {
    this.#outage = outage
  }

  /**
   * Applies a set and waits until it is ready. What fails is told in `problem`: one set that cannot be staged is no reason
   * not to judge the others.
   */
  async stage(set: string, podSecurity: 'restricted' | 'privileged' = 'restricted'): Promise<StagedSet> {
    const staging = this.#stage(set, podSecurity)
    this.#running.add(staging)
    return staging
  }

  async #stage(set: string, podSecurity: 'restricted' | 'privileged'): Promise<StagedSet> {
    const signal = this.#signal
    const namespace = this.namespaceOf(set)
    try {
      const { without = () => false } = this.#options
      const written = withScripts(withCrowds(readFixtures(set))).filter((object) => !without(object))
      const objects = await takenByServer(this.#api, written)
      await this.#prepare(namespace, objects, podSecurity)
      const { progress, readyTimeout } = this.#options
      for (const object of objects) {
        signal.throwIfAborted()
        if (this.#options.namespace !== undefined) this.#objects.push(object)
        // Not cut short by the signal: what the server still makes of it could come after the clean-up.
        await this.#applier.apply(object, namespace, this.#ownRun())
      }
      const outage: DnsOutage = () => this.#outage()
      await awaitReady(this.#api, set, namespace, objects, { deadline: readyTimeout, signal, progress, outage })
      return { set, namespace, readyAt: Date.now() }
    } catch (error) {
      if (this.#options.signal.aborted) throw error
      return { set, namespace, readyAt: Date.now(), problem: messageOf(error) }
    }
  }

  /** Takes over what an earlier run has staged and kept. It is observed, and neither changed nor deleted. */
  async adopt(set: string): Promise<StagedSet> {
    const namespace = this.namespaceOf(set)
    try {
      const { signal, progress } = this.#options
      const objects = await takenByServer(this.#api, readFixtures(set))
      await awaitReady(this.#api, set, namespace, objects, { deadline: 5000, signal, progress })
      return { set, namespace, readyAt: 0 }
    } catch (error) {
      if (this.#options.signal.aborted) throw error
      return { set, namespace, readyAt: 0, problem: messageOf(error) }
    }
  }

  /**
   * Takes over a set that stands since before an upgrade, of these fixtures, in whatever state it is: that is what is judged. It may
   * take a minute to come up, and is told where it has not.
   */
  async takeOver(set: string, { fixtures, namespace }: { fixtures: string; namespace: string }): Promise<StagedSet> {
    const { signal, progress } = this.#options
    try {
      const objects = await takenByServer(this.#api, readFixtures(fixtures))
      await awaitReady(this.#api, set, namespace, objects, { deadline: 60_000, signal, progress })
    } catch (error) {
      if (signal.aborted) throw error
      progress(`judging ${namespace} as it is: ${messageOf(error)}`)
    }
    return { set, namespace, readyAt: Date.now() }
  }

  /** Deletes everything staged and waits until it is gone. Returns what could not be cleaned up, one sentence each. */
  async unstage(): Promise<string[]> {
    this.#over.abort(new Error('the run is over'))
    await Promise.allSettled(this.#running)
    const jobs = [
      ...[...this.#namespaces].map((namespace) => deleteNamespace(this.#api, namespace)),
      ...this.#objects.map((object) => this.#delete(object)),
    ]
    const results = await Promise.allSettled(jobs)
    return results.flatMap((result) => (result.status === 'rejected' ? [messageOf(result.reason)] : []))
  }

  /** In a namespace that is not ours, a label tells our objects from others'. */
  #ownRun(): string | undefined {
    return this.#options.namespace === undefined ? undefined : this.#options.run
  }

  async #prepare(
    namespace: string,
    objects: readonly KubernetesObject[],
    podSecurity: 'restricted' | 'privileged',
  ): Promise<void> {
    const { run, kept, keptFor } = this.#options
    if (this.#options.namespace === undefined) {
      this.#namespaces.add(namespace)
      const lifetime = keptFor === undefined ? {} : { keptFor }
      await createNamespace(this.#api, namespace, { run, kept, ...lifetime, podSecurity, signal: this.#signal })
      return
    }
    for (const object of objects) {
      const existing = await this.#find(object)
      if (existing !== undefined && existing.metadata.labels?.[runLabel] === undefined)
        throw new Problem(
          `Namespace ${namespace} already has a ${object.kind} ${object.metadata.name} that is not Rollcall's; stage in a namespace without it.`,
        )
    }
  }

  async #find(object: KubernetesObject): Promise<KubernetesObject | undefined> {
    try {
      return await this.#api.send<KubernetesObject>(await this.#applier.path(object, this.namespaceOf('')))
    } catch (error) {
      if (isStatus(error, 404)) return undefined
      throw error
    }
  }

  async #delete(object: KubernetesObject): Promise<void> {
    const subject = `${object.kind} ${object.metadata.name}`
    try {
      // Foreground: the object is gone only after its pods are.
      await this.#api.send(await this.#applier.path(object, this.namespaceOf('')), {
        method: 'DELETE',
        query: { propagationPolicy: 'Foreground' },
      })
    } catch (error) {
      if (isStatus(error, 404)) return
      throw error
    }
    try {
      await eventually(
        async () =>
          (await this.#find(object)) === undefined
            ? { done: true, value: undefined }
            : { done: false, saw: 'still there' },
        { reason: `${subject} to be gone`, deadline: 60_000 },
      )
    } catch (error) {
      if (!(error instanceof WaitExpired)) throw error
      throw new Problem(`${subject} is stuck in deletion: ${error.message}; see what holds it and delete it.`)
    }
    await deleteClaimsOf(this.#api, this.namespaceOf(''), object)
  }
}
