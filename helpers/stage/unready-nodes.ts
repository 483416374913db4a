import { briefly } from '../briefly.ts'
import type { KubernetesApi } from '../target/api.ts'
import { readNodes } from '../target/nodes.ts'
import { isReady, type Pod } from '../target/objects.ts'

/** Milliseconds for which the readiness of nodes is taken for known. */
const fresh = 2000

/**
 * Knows on which nodes a Pod of a DaemonSet cannot become Ready: since they are not themselves, are full, or cannot pull its image while
 * others can. A cluster of some size has one at any time.
 */
export class UnreadyNodes {
  readonly #api: KubernetesApi
  readonly #signal: AbortSignal | undefined
  readonly #patience: number
  readonly #names = briefly(fresh, () => this.#read())
  /** When a Pod was first seen to have no place or no image, by uid. */
  readonly #hinderedSince = new Map<string, number>()

  /** `patience` is how many ms a node may have no place or no image for a Pod; 10,000 unless told. */
  constructor(
    api: KubernetesApi,
    { signal, patience = 10_000 }: { signal?: AbortSignal | undefined; patience?: number | undefined } = {},
  ) {
    this.#api = api
    this.#signal = signal
    this.#patience = patience
  }

  /**
   * Nodes on which one of these Pods is not ready and cannot be. Whether they are not Ready themselves is told by nobody who may not list
   * nodes.
   */
  async under(pods: readonly Pod[]): Promise<string[]> {
    const waiting = pods.filter((pod) => !isReady(pod))
    if (waiting.length === 0) return []
    const unready = await this.#names()
    const now = performance.now()
    const lost = waiting.filter((pod) => unready.has(nodeOf(pod)) || this.#isHindered(pod, now))
    return [...new Set(lost.map(nodeOf))].sort()
  }

  #isHindered(pod: Pod, now: number): boolean {
    const uid = pod.metadata?.uid ?? pod.metadata?.name ?? ''
    if (!hasNoPlace(pod) && !hasNoImage(pod)) {
      this.#hinderedSince.delete(uid)
      return false
    }
    const since = this.#hinderedSince.get(uid) ?? now
    this.#hinderedSince.set(uid, since)
    return now - since >= this.#patience
  }

  async #read(): Promise<ReadonlySet<string>> {
    const nodes = await readNodes(this.#api, this.#signal)
    return new Set((nodes.seen ? nodes.value : []).filter((one) => !one.ready).map((one) => one.name))
  }
}

function nodeOf(pod: Pod): string {
  return pod.spec?.nodeName ?? boundFor(pod)
}

/** The scheduler finds that it does not fit: the node is full. */
function hasNoPlace({ status }: Pod): boolean {
  return (status?.conditions ?? []).some(
    (one) => one.type === 'PodScheduled' && one.status === 'False' && one.reason === 'Unschedulable',
  )
}

function hasNoImage({ status }: Pod): boolean {
  return (status?.containerStatuses ?? []).some(({ state }) =>
    ['ErrImagePull', 'ImagePullBackOff', 'ErrImageNeverPull'].includes(state?.waiting?.reason ?? ''),
  )
}

/** For which node the controller has made a Pod of a DaemonSet that the scheduler has not bound (pkg/controller/daemon/util). */
function boundFor({ spec }: Pod): string {
  const terms = spec?.affinity?.nodeAffinity?.requiredDuringSchedulingIgnoredDuringExecution?.nodeSelectorTerms ?? []
  const fields = terms.flatMap((one) => one.matchFields ?? [])
  return fields.find((one) => one.key === 'metadata.name')?.values?.[0] ?? ''
}
