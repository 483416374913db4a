import { setMaxListeners } from 'node:events'
import { messageOf, Problem } from '../errors.ts'
import type { KubernetesApi } from '../target/api.ts'
import type { KubernetesObject } from '../target/objects.ts'
import { withoutRefusedAffinity } from './affinity.ts'
import { Applier } from './apply.ts'
import { withCrowds } from './crowd.ts'
import { readFixtures } from './fixture.ts'
import { type Belonging, isLeftover, leftoverOf, marksOf, ownNamespaceOf, runLabel } from './labels.ts'
import { OwnNamespaces } from './own-namespaces.ts'
import { awaitReady } from './readiness.ts'
import { find, type Place, remove } from './removal.ts'
import { withScripts } from './scripts.ts'
import type { PodSecurity } from './security-constraints.ts'
import { sweepWithin } from './shared-namespace.ts'
import { ShutNamespaces } from './shut-namespaces.ts'
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

/** The id of the run is `[a-z0-9]{4,12}`. */
export interface StagingOptions extends Belonging {
  /** An existing namespace to stage everything in; fresh ones without it. */
  readonly namespace?: string | undefined
  /** Objects of fixtures that are left out, which we may not write, say. */
  readonly without?: (object: KubernetesObject) => boolean
  /** The registry that images are taken from; from where they are named without it. */
  readonly imagesFrom?: string | undefined
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
  readonly #namespaces: OwnNamespaces
  readonly #shut: ShutNamespaces
  readonly #objects: KubernetesObject[] = []
  readonly #running = new Set<Promise<unknown>>()
  readonly #over = new AbortController()
  #outage: DnsOutage = async () => undefined
  /** The run was interrupted, or is over. */
  readonly #signal: AbortSignal

  constructor(api: KubernetesApi, options: StagingOptions) {
    this.#api = api
    this.#options = options
    this.#applier = new Applier(api, options.imagesFrom)
    this.#namespaces = new OwnNamespaces(api)
    this.#signal = AbortSignal.any([options.signal, this.#over.signal])
    this.#shut = new ShutNamespaces(api, { signal: this.#signal, progress: options.progress })
    // Every set that is being waited for listens; Node takes more than ten for a leak.
    setMaxListeners(0, this.#signal)
  }

  /** The namespace that a set is staged in. */
  namespaceOf(set: string): string {
    return this.#options.namespace ?? ownNamespaceOf(set, this.#options.run)
  }

  /** Lets Pods that wait for a name be given up early from now on, also those of sets that are being staged. */
  watchDns(outage: DnsOutage): void {
    this.#outage = outage
  }

  /**
   * Applies a set and waits until it is ready. What fails is told in `problem`: one set that cannot be staged is no reason
   * not to judge the others.
   */
  async stage(set: string, podSecurity: PodSecurity = 'restricted'): Promise<StagedSet> {
    const staging = this.#stage(set, podSecurity)
    this.#running.add(staging)
    return staging
  }

  async #stage(set: string, podSecurity: PodSecurity): Promise<StagedSet> {
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
        await this.#apply(object, namespace)
      }
      const outage: DnsOutage = () => this.#outage()
      // Whoever shuts new namespaces does so a moment after they have come, and may not have when the first Pods start.
      await this.#open(namespace)
      await awaitReady(this.#api, set, namespace, objects, { deadline: readyTimeout, signal, progress, outage })
      await this.#open(namespace)
      return { set, namespace, readyAt: Date.now() }
    } catch (error) {
      if (this.#options.signal.aborted) throw error
      return { set, namespace, readyAt: Date.now(), problem: messageOf(error) }
    }
  }

  async #apply(object: KubernetesObject, namespace: string): Promise<void> {
    try {
      await this.#applier.apply(object, namespace, this.marks())
    } catch (error) {
      const plain = withoutRefusedAffinity(object, error)
      if (plain === undefined) throw error
      await this.#applier.apply(plain, namespace, this.marks())
    }
  }

  /** Takes over what an earlier run has staged and kept. What suites change there they change again; it is not deleted. */
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

  async #open(namespace: string): Promise<void> {
    if (this.#options.namespace === undefined) await this.#shut.open(namespace)
  }

  /** Begins to delete a set that nobody will look at any more, if it is in a namespace of our own and not to be kept. */
  release(set: string): void {
    if (!this.#options.kept) this.#namespaces.release(this.namespaceOf(set))
  }

  /** Deletes everything staged and waits until it is gone. Returns what could not be cleaned up, one sentence each. */
  async unstage(): Promise<string[]> {
    this.#over.abort(new Error('the run is over'))
    await Promise.allSettled(this.#running)
    const jobs: Promise<void>[] = [
      ...this.#namespaces.remove(),
      ...this.#objects.map((object) => remove(this.#place(), object)),
    ]
    const results: PromiseSettledResult<void>[] = await Promise.allSettled(jobs)
    // Suites make objects of their own, which nothing takes away with a namespace that is not ours.
    if (this.#objects.length > 0) results.push(...(await Promise.allSettled([this.#sweepOwn()])))
    return results.flatMap((result) => (result.status === 'rejected' ? [messageOf(result.reason)] : []))
  }

  async #sweepOwn(): Promise<void> {
    await sweepWithin(this.#api, this.namespaceOf(''), { run: this.#options.run })
  }

  /** The labels that tell our objects from others' in a namespace that is not ours; undefined in our own. */
  marks(): Record<string, string> | undefined {
    return this.#options.namespace === undefined ? undefined : marksOf(this.#options)
  }

  #place(): Place {
    return { api: this.#api, applier: this.#applier, namespace: this.namespaceOf('') }
  }

  async #prepare(namespace: string, objects: readonly KubernetesObject[], podSecurity: PodSecurity): Promise<void> {
    if (this.#options.namespace === undefined)
      return this.#namespaces.create(namespace, { ...this.#options, podSecurity, signal: this.#signal })
    for (const object of objects) {
      const existing = await find(this.#place(), object)
      const claim = existing === undefined ? undefined : this.#claimOn(existing, namespace)
      if (claim !== undefined)
        throw new Problem(`Namespace ${namespace} already has a ${object.kind} ${object.metadata.name} ${claim}.`)
    }
  }

  /** Whose an object is, and what to do, where it is not for us to take over: what is left of a run that is over is. */
  #claimOn({ metadata: { labels = {} } }: KubernetesObject, namespace: string): string | undefined {
    const run = labels[runLabel]
    if (run === undefined) return "that is not Rollcall's; stage in a namespace without it"
    if (run === this.#options.run || isLeftover(leftoverOf(labels), Date.now() / 1000)) return undefined
    return `of run ${run}, which goes on or was kept; let it end, take it away with rollcall sweep --all --namespace ${namespace}, or stage in another namespace`
  }
}
