import { messageOf } from '../errors.ts'
import type { KubernetesApi } from '../target/api.ts'
import { exec } from '../target/exec.ts'
import { isForbidden, isStatus } from '../target/kubernetes-error.ts'
import {
  isReady,
  type KubernetesObject,
  list,
  type Pod,
  pathOf,
  type Resource,
  type StatefulSet,
} from '../target/objects.ts'
import { eventually } from '../wait.ts'
import { Applier } from './apply.ts'
import { type Deed, type History, keepHistory } from './history.ts'
import { copyOf, type PodPlace } from './pod-copy.ts'
import { lastWarning } from './refusals.ts'
import { type Besides, readSnapshot, type Snapshot } from './snapshot.ts'

/** Milliseconds that a step of a change may take until the API shows it. */
const stepDeadline = 20_000
/** Milliseconds that the Pods of a set may take for one step, which may be several Pods one after the other. */
const journeyStep = 45_000
/** Seconds for which a Pod that takes no notice goes on: longer than any look at it takes, and cut short afterwards. */
const longGrace = 45

export interface HandsOptions {
  /** Outlives the hands: what they keep is looked at when they are done. */
  readonly histories?: Map<string, History>
  /** Labels of whatever they apply in a namespace that is not ours (`marksOf`). */
  readonly marks?: Readonly<Record<string, string>> | undefined
  /** The registry that images are taken from; from where they are named without it. */
  readonly imagesFrom?: string | undefined
}

/**
 * What a suite does to the objects of its own stage, and nothing else. Every deed throws where it fails: what is looked at
 * after it would say nothing of the cluster.
 */
export class Hands {
  readonly namespace: string
  readonly #api: KubernetesApi
  readonly #signal: AbortSignal
  readonly #applier: Applier
  readonly #histories: Map<string, History>
  readonly #marks: HandsOptions['marks']

  constructor(
    api: KubernetesApi,
    namespace: string,
    signal: AbortSignal,
    { histories = new Map<string, History>(), marks, imagesFrom }: HandsOptions = {},
  ) {
    this.#api = api
    this.#marks = marks
    this.namespace = namespace
    this.#signal = signal
    this.#applier = new Applier(api, imagesFrom)
    this.#histories = histories
  }

  /** Server-side apply, exactly as written but for the marks. */
  async apply(object: KubernetesObject): Promise<KubernetesObject> {
    return this.#applier.apply(object, this.namespace, this.#marks, this.#signal)
  }

  /**
   * Applies a copy of a Pod of another namespace, with the ConfigMaps that it mounts and none of its rights. Returns the
   * sentence that says why there can be none; undefined where there is one.
   */
  async copy(from: PodPlace, name: string): Promise<string | undefined> {
    let refusal: string | undefined
    const forbidden = await refusalOf(async () => {
      const copy = await copyOf(this.#api, from, name, this.#signal)
      if ('refusal' in copy) refusal = copy.refusal
      else for (const object of copy.objects) await this.apply(object)
    })
    return forbidden ?? refusal
  }

  /** Merges fields into an object (RFC 7396): `null` removes one. */
  async merge(resource: Resource, name: string, fields: object): Promise<void> {
    await this.#api.send(pathOf(resource, this.namespace, name), {
      method: 'PATCH',
      contentType: 'application/merge-patch+json',
      body: fields,
      signal: this.#signal,
    })
  }

  /** Merges fields into the status of an object, which is a controller's to write: a right that few have. */
  async mergeStatus(resource: Resource, name: string, fields: object): Promise<void> {
    await this.#api.send(`${pathOf(resource, this.namespace, name)}/status`, {
      method: 'PATCH',
      contentType: 'application/merge-patch+json',
      body: fields,
      signal: this.#signal,
    })
  }

  /**
   * Annotates a Service, so that its controllers look at it again. Upstream's controller of slices misses it when a Pod that
   * is no longer Ready ends (k8s.io/endpointslice/util podEndpointsChanged), and finds out with whatever happens next.
   */
  async touch(service: string): Promise<void> {
    await this.merge('services', service, { metadata: { annotations: { 'rollcall.dev/touched': `${Date.now()}` } } })
  }

  /** Deletes an object if it is there, and does not wait for its end. `graceSeconds` is for a Pod. */
  async remove(resource: Resource, name: string, graceSeconds?: number): Promise<void> {
    try {
      await this.#api.send(pathOf(resource, this.namespace, name), {
        method: 'DELETE',
        query: graceSeconds === undefined ? {} : { gracePeriodSeconds: String(graceSeconds) },
        signal: this.#signal,
      })
    } catch (error) {
      if (!isStatus(error, 404)) throw error
    }
  }

  /** Waits until a Pod is there, Ready, and not being deleted; for one that is, its controller at once makes another. */
  async arrived(pod: string): Promise<Pod> {
    const found = podOf(await this.untilPods(`${pod} to be there`, (pods) => podOf(pods, pod) !== undefined), pod)
    if (found?.metadata?.deletionTimestamp === undefined) return this.#ready(pod)
    await this.remove('pods', pod, 0)
    return this.#ready(pod, found.metadata.uid)
  }

  /** Deletes a Pod at once and waits until the one that its controller makes in its place is Ready. */
  async replaced(pod: string): Promise<Pod> {
    const { metadata } = await this.arrived(pod)
    await this.remove('pods', pod, 0)
    return this.#ready(pod, metadata?.uid)
  }

  /** Waits until a Pod is Ready that is not the one with the uid `gone`. */
  async #ready(pod: string, gone?: string): Promise<Pod> {
    const isIt = (found: Pod | undefined): found is Pod =>
      isReady(found) && found?.metadata?.uid !== gone && found?.metadata?.deletionTimestamp === undefined
    const found = podOf(await this.untilPods(`${pod} to be Ready`, (pods) => isIt(podOf(pods, pod))), pod)
    if (!isIt(found)) throw new Error(`${pod} was Ready, and is not`)
    return found
  }

  /** Deletes a Ready Pod so that it goes on for longer than anybody looks, which takes one that does not heed SIGTERM. */
  async departing(pod: string): Promise<void> {
    await this.arrived(pod)
    await this.remove('pods', pod, longGrace)
    const isLeaving = (found: Pod | undefined): boolean => found?.metadata?.deletionTimestamp !== undefined
    await this.untilPods(`${pod} to be terminating`, (pods) => isLeaving(podOf(pods, pod)))
  }

  /**
   * Does something, and keeps under a name what happens meanwhile to the Pods of a StatefulSet: every event, from a watch that
   * began before the deed. Each wait of the deed may take so many milliseconds; it is no error where one takes longer.
   */
  async watched(name: string, set: string, deed: Deed, patience = journeyStep): Promise<void> {
    const { namespace } = this
    const options = { namespace, set, patience, signal: this.#signal }
    this.#histories.set(`${namespace} ${name}`, await keepHistory(this.#api, options, deed))
  }

  /** Whether a history is kept under a name, and is whole. */
  hasWatched(name: string): boolean {
    const kept = this.#histories.get(`${this.namespace} ${name}`)
    return kept !== undefined && kept.trouble === undefined && kept.refusal === undefined
  }

  /** Waits until a StatefulSet is as its controller is to write it. */
  async untilSet(reason: string, name: string, shows: (set: StatefulSet) => boolean): Promise<StatefulSet> {
    return eventually(
      async () => {
        const set = await this.#api.send<StatefulSet>(pathOf('statefulsets', this.namespace, name), {
          signal: this.#signal,
        })
        return shows(set) ? { done: true, value: set } : { done: false, saw: JSON.stringify(set.status) }
      },
      { reason, deadline: stepDeadline, interval: 50, signal: this.#signal },
    )
  }

  /** Runs a command in a container of the stage. Throws where it does not end with code 0. */
  async run(pod: string, container: string, argv: readonly string[]): Promise<void> {
    const { end, stderr } = await exec(this.#api, { namespace: this.namespace, pod, container }, argv, {
      timeout: 10_000,
    })
    if (end.kind === 'lost') throw new Error(`${argv[0]} in ${pod}: ${end.reason}`)
    if (end.code !== 0) throw new Error(`${argv[0]} in ${pod} ended with code ${end.code}: ${stderr.trim()}`)
  }

  /**
   * Waits until the API shows what a deed was for: no more than the precondition of what is judged afterwards. Returns what
   * it shows then.
   * @throws WaitExpired, which makes the requirement inconclusive.
   */
  async until(
    reason: string,
    shows: (snapshot: Snapshot) => boolean,
    { besides = [], deadline = stepDeadline }: { besides?: readonly Besides[]; deadline?: number } = {},
  ): Promise<Snapshot> {
    const read = () => readSnapshot(this.#api, this.namespace, { besides, signal: this.#signal })
    return this.#shown(reason, read, shows, deadline)
  }

  /** Waits as `until` does for what Pods alone show, which costs the API server a third. Returns those of the namespace. */
  async untilPods(reason: string, shows: (pods: readonly Pod[]) => boolean): Promise<readonly Pod[]> {
    const read = () => list(this.#api, 'pods', { namespace: this.namespace, signal: this.#signal })
    return this.#shown(reason, read, shows, stepDeadline)
  }

  async #shown<T>(reason: string, read: () => Promise<T>, shows: (seen: T) => boolean, deadline: number): Promise<T> {
    return eventually(
      async () => {
        const seen = await read()
        return shows(seen) ? { done: true, value: seen } : { done: false, saw: 'the API does not show it' }
      },
      { reason, deadline, interval: 100, signal: this.#signal },
    )
  }

  /** The last warning about objects of these names, or about Pods of theirs, as the end of a sentence; empty without one. */
  async warningOf(names: readonly string[]): Promise<string> {
    return lastWarning(this.#api, this.namespace, names)
  }
}

/**
 * Does something that not everybody may. Returns the API server's words where it is forbidden, by a missing right or by an
 * admission policy; throws whatever else goes wrong.
 */
export async function refusalOf(deed: () => Promise<void>): Promise<string | undefined> {
  try {
    await deed()
    return undefined
  } catch (error) {
    if (isForbidden(error)) return messageOf(error)
    throw error
  }
}

function podOf(pods: readonly Pod[], name: string): Pod | undefined {
  return pods.find((one) => one.metadata?.name === name)
}
