import { randomUUID } from 'node:crypto'
import { ofNode } from '../of-node.ts'
import { backendServer, type DnsServer, resolverAt } from '../probes/dns/outcome.ts'
import { Vantage } from '../probes/vantage/vantage.ts'
import { marksOf } from '../stage/labels.ts'
import type { KubernetesApi } from '../target/api.ts'
import type { DnsBackend } from '../target/dns-service.ts'
import type { Before } from './before.ts'
import { runCanary } from './canary.ts'
import { canaryName, removeCanaries } from './canary-objects.ts'
import type { SamplerPod } from './fixture-look.ts'
import type { CanaryEntry } from './journal.ts'

/** Nodes from which a canary is looked at: on a large cluster, a few stand for all. */
const most = 8

/** Sends one canary after the other, and looks at each from the samplers' Pods. */
export class Canaries {
  readonly #api: KubernetesApi
  readonly #before: Before
  readonly #signal: AbortSignal
  readonly #sights = new Map<string, Vantage>()
  /** Tells those of this watch from those of another one. */
  readonly #watch = randomUUID().slice(0, 8)
  #backends: readonly DnsBackend[] = []
  #sound = 0
  #last: CanaryEntry | undefined

  constructor(api: KubernetesApi, before: Before, signal: AbortSignal) {
    this.#api = api
    this.#before = before
    this.#signal = signal
  }

  /** From where to look from now on, and the servers behind the DNS Service. */
  attend(pods: readonly SamplerPod[], backends: readonly DnsBackend[]): void {
    this.#backends = backends
    const ready = pods.filter((pod) => pod.ready).slice(0, most)
    const wanted = new Map(ready.map((pod) => [pod.uid, pod]))
    for (const [uid, sight] of this.#sights) {
      if (wanted.has(uid)) continue
      sight.close()
      this.#sights.delete(uid)
    }
    for (const [uid, pod] of wanted) if (!this.#sights.has(uid)) this.#sights.set(uid, new Vantage(this.#api, pod))
  }

  /** What became of one canary, in the namespace of the fixture; nothing as long as there is nowhere to look from. */
  async send(): Promise<readonly CanaryEntry[]> {
    const namespace = this.#namespace()
    if (this.#sights.size === 0 || namespace === undefined) return []
    const sights = [...this.#sights.values()]
    this.#last = await runCanary(
      {
        api: this.#api,
        namespace,
        watch: this.#watch,
        marks: marksOf({ run: this.#before.id, kept: false }),
        imagesFrom: this.#before.imagesFrom,
        domain: this.#before.facts.dns.clusterDomain,
        sights,
        serversOf: (node) => this.#serversOf(node),
        signal: this.#signal,
      },
      canaryName(this.#watch),
    ).finally(() => {
      // One that was given up meanwhile opens again when it is asked again, and would keep this process from ending.
      const kept = new Set(this.#sights.values())
      for (const sight of sights) if (!kept.has(sight)) sight.close()
    })
    if (this.#last.stuck === undefined && this.#last.unseen === undefined) this.#sound++
    return [this.#last]
  }

  /** What became of them, in a few words. */
  get text(): string {
    const { stuck, unseen } = this.#last ?? {}
    const last =
      stuck === undefined ? unseen && `the last was not seen (${unseen})` : `the last is stuck: ${stuck.step}`
    return `${this.#sound} canaries sound${last ? `, ${last}` : ''}`
  }

  /** Takes away what is left, if it can be. */
  async end(): Promise<void> {
    const namespace = this.#namespace()
    for (const sight of this.#sights.values()) sight.close()
    if (namespace !== undefined) await removeCanaries({ api: this.#api, namespace, watch: this.#watch })
    this.#api.close()
  }

  #namespace(): string | undefined {
    return this.#before.sets.find((one) => one.set === 'upgrade')?.namespace
  }

  #serversOf(node: string): DnsServer[] {
    const { nameservers } = this.#before.facts.dns
    const own = ofNode(nameservers, node) ?? [...new Set(Object.values(nameservers).flat())]
    return [...own.map(resolverAt), ...this.#backends.map(backendServer)]
  }
}
