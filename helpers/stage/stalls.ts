import type { KubernetesApi } from '../target/api.ts'
import { type Pod, pathOf } from '../target/objects.ts'

/** Says why no name resolves in the cluster at this moment, in a clause without its full stop; undefined where none is known. */
export type DnsOutage = () => Promise<string | undefined>

/** Milliseconds that somebody may wait for a name before an outage of DNS is its reason: restarted servers are back by then. */
export const outagePatience = 3000

/**
 * Milliseconds from Pods that have addresses to names that are answered: what DNS may take to hear of them (perf-tests' threshold), and
 * what a cache may keep of names that were asked for before (30 s in kubeadm's Corefile before Kubernetes 1.32).
 */
export const nameComes = 40_000

/**
 * Watches for Pods whose init container waits for something that does not come. Ours wait for the DNS name of a peer, which
 * exists as soon as that peer has an address: once every Pod has one, there is nothing left to be slow but DNS itself.
 */
export class Stalls {
  readonly #api: KubernetesApi
  readonly #patience: number
  readonly #outage: DnsOutage
  readonly #waitingSince = new Map<string, number>()

  /** `patience` in ms; where `outage` knows a reason, three seconds are enough. */
  constructor(api: KubernetesApi, patience = nameComes, outage: DnsOutage = async () => undefined) {
    this.#api = api
    this.#patience = patience
    this.#outage = outage
  }

  /** A sentence, without its full stop, for the first Pod that has waited for too long. */
  async among(pods: readonly Pod[]): Promise<string[]> {
    const waiting = pods.every((pod) => pod.status?.podIP !== undefined) ? pods.filter(runsInit) : []
    const now = performance.now()
    for (const uid of this.#waitingSince.keys())
      if (!waiting.some((pod) => uidOf(pod) === uid)) this.#waitingSince.delete(uid)
    for (const pod of waiting) if (!this.#waitingSince.has(uidOf(pod))) this.#waitingSince.set(uidOf(pod), now)
    const waited = (patience: number) =>
      waiting.find((pod) => now - (this.#waitingSince.get(uidOf(pod)) ?? now) >= patience)
    const overdue = waited(this.#patience)
    if (overdue !== undefined) {
      const said = await this.#lastLine(overdue, initOf(overdue)?.name ?? '')
      return [`${subject(overdue)} does not end, while all Pods have addresses${said}`]
    }
    const nameless = waited(outagePatience)
    const outage = nameless === undefined ? undefined : await this.#outage()
    return nameless === undefined || outage === undefined
      ? []
      : [`${subject(nameless)} waits for a name, and ${outage}`]
  }

  async #lastLine(pod: Pod, container: string): Promise<string> {
    try {
      const path = `${pathOf('pods', pod.metadata?.namespace, pod.metadata?.name)}/log`
      const log = await this.#api.send<unknown>(path, { query: { container, tailLines: '1' } })
      return typeof log === 'string' && log.trim() !== '' ? `: "${log.trim()}"` : ''
    } catch {
      // The log only explains what is known without it.
      return ''
    }
  }
}

function initOf(pod: Pod) {
  return (pod.status?.initContainerStatuses ?? []).find((one) => one.state?.running !== undefined)
}

function subject(pod: Pod): string {
  return `init container ${initOf(pod)?.name} of pod ${pod.metadata?.name}`
}

function runsInit(pod: Pod): boolean {
  return initOf(pod) !== undefined
}

function uidOf(pod: Pod): string {
  return pod.metadata?.uid ?? pod.metadata?.name ?? ''
}
