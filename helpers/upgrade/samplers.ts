import { placeTargets } from '../probes/sampler/place-targets.ts'
import { targetsText } from '../probes/sampler/targets-text.ts'
import type { KubernetesApi } from '../target/api.ts'
import type { SamplerPod } from './fixture-look.ts'
import { Intake } from './intake.ts'
import type { SampleEntry, Target, TargetsEntry } from './journal.ts'
import { followLog } from './log-follower.ts'
import type { Left } from './resume.ts'

/** Seconds that a sampler goes on without hearing from us, and ms after which it does hear from us. */
const lasts = 1800
const renewal = 300_000
/** Milliseconds that handing it its targets may take, and until that is tried again. */
const patience = 10_000
const retry = 3000

export interface SamplersOptions {
  /** The API, by connections of its own for each log: they stay open. */
  readonly connect: () => KubernetesApi
  readonly left: Left
  readonly told: (entry: SampleEntry) => void
  readonly signal: AbortSignal
}

interface Followed {
  readonly pod: SamplerPod
  readonly api: KubernetesApi
  readonly over: AbortController
  /** When it was handed which list; or when that has failed. */
  placed?: { readonly at: number; readonly version: number }
  failed?: { readonly at: number; readonly reason: string }
  placing: boolean
}

/** The samplers on all nodes: each is told what to ask, and its log is followed. */
export class Samplers {
  readonly #options: SamplersOptions
  readonly #known: Map<number, readonly Target[]>
  readonly #followed = new Map<string, Followed>()
  readonly #intakes = new Map<string, Intake>()
  readonly #running = new Set<Promise<void>>()
  #now: TargetsEntry | undefined

  constructor(options: SamplersOptions) {
    this.#options = options
    this.#known = new Map(options.left.targets)
    for (const [node, samples] of options.left.samples) for (const one of samples) this.#intakeOf(node).resume(one)
  }

  /** The targets from now on. */
  ask(entry: TargetsEntry): void {
    this.#now = entry
    this.#known.set(entry.at, entry.targets)
  }

  /** Follows those that are there, and nobody else; hands them what they have not got. */
  attend(pods: readonly SamplerPod[]): void {
    for (const [uid, one] of this.#followed) if (!pods.some((pod) => pod.uid === uid)) this.#leave(uid, one)
    for (const pod of pods) {
      const one = this.#followed.get(pod.uid) ?? this.#follow(pod)
      if (pod.ready && this.#isDue(one)) this.#run(this.#place(one))
    }
  }

  /** What is amiss with each node's sampler, in a few words. */
  troubles(): string[] {
    const unplaced = [...this.#followed.values()].flatMap(({ pod, failed }) =>
      failed === undefined ? [] : [`${pod.node} cannot be told what to ask: ${failed.reason}`],
    )
    const strange = [...this.#intakes].flatMap(([node, { strange: odd }]) =>
      odd === undefined ? [] : [`${odd.count} unreadable parts from ${node}, the last: ${odd.text}`],
    )
    return [...unplaced, ...strange]
  }

  /** Bytes of samples that were read. */
  get bytes(): number {
    return [...this.#intakes.values()].reduce((sum, one) => sum + one.bytes, 0)
  }

  /** Lets the samplers rest, as far as they can be told, and closes everything. */
  async end(): Promise<void> {
    const rest = [...this.#followed.values()].map(({ api, pod }) =>
      placeTargets(api, pod, targetsText(0, []), { lasts: 0, timeout: 3000, signal: new AbortController().signal }),
    )
    await Promise.allSettled(rest)
    for (const [uid, one] of this.#followed) this.#leave(uid, one)
    await Promise.allSettled(this.#running)
  }

  #follow(pod: SamplerPod): Followed {
    const api = this.#options.connect()
    const one: Followed = { pod, api, over: new AbortController(), placing: false }
    this.#followed.set(pod.uid, one)
    const intake = this.#intakeOf(pod.node)
    const following = followLog(api, pod, {
      since: () => intake.last,
      told: (line) => {
        const entry = intake.read(line)
        if (entry !== undefined) this.#options.told(entry)
      },
      lost: () => {},
      signal: AbortSignal.any([this.#options.signal, one.over.signal]),
    })
    // Also where its log cannot be found any more: if the Pod is still there, it is followed anew.
    const left = (): void => {
      if (!this.#options.signal.aborted) this.#leave(pod.uid, one)
    }
    this.#run(following.finally(left))
    return one
  }

  #leave(uid: string, one: Followed): void {
    if (this.#followed.get(uid) === one) this.#followed.delete(uid)
    one.over.abort(new Error('its Pod is gone'))
    one.api.close()
  }

  #isDue({ placing, placed, failed }: Followed): boolean {
    if (placing || this.#now === undefined) return false
    const now = Date.now()
    if (failed !== undefined && now - failed.at < retry) return false
    return placed === undefined || placed.version !== this.#now.at || now - placed.at > renewal
  }

  async #place(one: Followed): Promise<void> {
    const { at: version, targets } = this.#now ?? { at: 0, targets: [] }
    one.placing = true
    const signal = AbortSignal.any([this.#options.signal, one.over.signal])
    const text = targetsText(version, targets)
    const placed = await placeTargets(one.api, one.pod, text, { lasts, timeout: patience, signal })
    one.placing = false
    if (placed.kind === 'lost') one.failed = { at: Date.now(), reason: placed.reason }
    else {
      this.#intakeOf(one.pod.node).setClock(placed.offset, placed.error)
      one.placed = { at: Date.now(), version }
      delete one.failed
    }
  }

  #intakeOf(node: string): Intake {
    let intake = this.#intakes.get(node)
    if (intake === undefined) {
      intake = new Intake(node, (version) => this.#known.get(version))
      this.#intakes.set(node, intake)
    }
    return intake
  }

  #run(work: Promise<void>): void {
    this.#running.add(work)
    void work.catch(() => {}).finally(() => this.#running.delete(work))
  }
}
