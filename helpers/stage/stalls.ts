import type { KubernetesApi } from '../target/api.ts'
import { type Pod, pathOf } from '../target/objects.ts'

/**
 * Watches for Pods whose init container waits for something that does not come. Ours wait for the DNS name of a peer, which
 * exists as soon as that peer has an address: once every Pod has one, there is nothing left to be slow but DNS itself.
 */
export class Stalls {
  readonly #api: KubernetesApi
  readonly #patience: number
  readonly #waitingSince = new Map<string, number>()

  /** `patience` in ms. */
  constructor(api: KubernetesApi, patience: number) {
    this.#api = api
    this.#patience = patience
  }

  /** A sentence, without its full stop, for the first Pod that has waited for too long. */
  async among(pods: readonly Pod[]): Promise<string[]> {
    const waiting = pods.every((pod) => pod.status?.podIP !== undefined) ? pods.filter(runsInit) : []
    const now = performance.now()
    for (const uid of this.#waitingSince.keys())
      if (!waiting.some((pod) => uidOf(pod) === uid)) this.#waitingSince.delete(uid)
    for (const pod of waiting) if (!this.#waitingSince.has(uidOf(pod))) this.#waitingSince.set(uidOf(pod), now)
    const overdue = waiting.find((pod) => now - (this.#waitingSince.get(uidOf(pod)) ?? now) >= this.#patience)
    if (overdue === undefined) return []
    const container = initOf(overdue)?.name ?? ''
    const said = await this.#lastLine(overdue, container)
    return [
      `init container ${container} of pod ${overdue.metadata?.name} does not end, while all Pods have addresses${said}`,
    ]
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

function runsInit(pod: Pod): boolean {
  return initOf(pod) !== undefined
}

function uidOf(pod: Pod): string {
  return pod.metadata?.uid ?? pod.metadata?.name ?? ''
}
