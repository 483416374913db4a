import { briefly } from '../briefly.ts'
import type { KubernetesApi } from '../target/api.ts'
import { readNodes } from '../target/nodes.ts'
import { isReady, type Pod } from '../target/objects.ts'

/** Milliseconds for which the readiness of nodes is taken for known. */
const fresh = 2000

/** Knows on which nodes a Pod cannot become Ready, since they are not themselves: a cluster of some size has one at any time. */
export class UnreadyNodes {
  readonly #api: KubernetesApi
  readonly #signal: AbortSignal | undefined
  readonly #names = briefly(fresh, () => this.#read())

  constructor(api: KubernetesApi, signal?: AbortSignal) {
    this.#api = api
    this.#signal = signal
  }

  /** The nodes that are not Ready and have one of these Pods that is not, either; none where nobody may list nodes. */
  async under(pods: readonly Pod[]): Promise<string[]> {
    const waiting = pods.filter((pod) => !isReady(pod)).map((pod) => pod.spec?.nodeName ?? boundFor(pod))
    if (waiting.length === 0) return []
    const unready = await this.#names()
    return [...new Set(waiting.filter((node) => unready.has(node)))].sort()
  }

  async #read(): Promise<ReadonlySet<string>> {
    const nodes = await readNodes(this.#api, this.#signal)
    return new Set((nodes.seen ? nodes.value : []).filter((one) => !one.ready).map((one) => one.name))
  }
}

/** For which node the controller has made a Pod of a DaemonSet that the scheduler has not bound (pkg/controller/daemon/util). */
function boundFor({ spec }: Pod): string {
  const terms = spec?.affinity?.nodeAffinity?.requiredDuringSchedulingIgnoredDuringExecution?.nodeSelectorTerms ?? []
  const fields = terms.flatMap((one) => one.matchFields ?? [])
  return fields.find((one) => one.key === 'metadata.name')?.values?.[0] ?? ''
}
