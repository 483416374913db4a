import { briefly } from './briefly.ts'
import type { VantagePod } from './probes/vantage/vantage.ts'
import type { Observation } from './report/record.ts'
import type { KubernetesApi } from './target/api.ts'
import { list } from './target/objects.ts'

/** Milliseconds for which an answer of the API is good for whoever asks next. */
const fresh = 500

/**
 * Knows which of the Pods that a run looks from are gone: a node that leaves the cluster meanwhile, as autoscalers have it, takes its own
 * along, and nothing can be seen from there any more.
 */
export class VantagesStanding {
  readonly #api: KubernetesApi | undefined
  readonly #vantages: readonly VantagePod[]
  readonly #gone = briefly(fresh, (signal: AbortSignal) => this.#read(signal))

  /** Without `api` all stand. */
  constructor(api: KubernetesApi | undefined, vantages: readonly VantagePod[]) {
    this.#api = api
    this.#vantages = vantages
  }

  /** What a look has seen, less what could not be seen from Pods that are gone, as long as one is left to look from. */
  async judged(observations: readonly Observation[], signal: AbortSignal): Promise<readonly Observation[]> {
    const nodes = this.#vantages.map((one) => one.node)
    const isBlind = (one: Observation): boolean => one.verdict === 'inconclusive' && nodes.includes(one.vantage)
    if (!observations.some(isBlind)) return observations
    const gone = await this.#gone(signal)
    if (gone.length === nodes.length) return observations
    return observations.map((one) =>
      isBlind(one) && gone.includes(one.vantage)
        ? {
            ...one,
            verdict: 'not-applicable',
            observed: `the Pod that looks from ${one.vantage} is gone; ${one.observed}`,
          }
        : one,
    )
  }

  /** Nodes whose Pod is not there any more, or is about to go. */
  async #read(signal: AbortSignal): Promise<readonly string[]> {
    const [first] = this.#vantages
    if (this.#api === undefined || first === undefined) return []
    try {
      const pods = await list(this.#api, 'pods', { namespace: first.namespace, labels: 'app=rollcall-vantage', signal })
      const there = pods.filter((one) => one.metadata?.deletionTimestamp === undefined).map((one) => one.metadata?.name)
      return this.#vantages.filter((one) => !there.includes(one.pod)).map((one) => one.node)
    } catch {
      // Where the API does not tell, all stand.
      return []
    }
  }
}
