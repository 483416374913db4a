import { briefly } from './briefly.ts'
import { ofServer } from './matchers/dns-sightings.ts'
import { backendServer } from './probes/dns/outcome.ts'
import type { Observation } from './report/record.ts'
import { isTrouble } from './report/verdict.ts'
import type { KubernetesApi } from './target/api.ts'
import { type DnsBackend, type DnsService, readBackends } from './target/dns-service.ts'
import type { Seen } from './target/seen.ts'

/** Milliseconds for which an answer of the API is good for whoever asks next. */
const fresh = 500
/** Milliseconds for one request. */
const timeout = 5000

/**
 * Knows which of the servers that a run has found behind the DNS Service have left it since: one that is drained, evicted or scaled
 * away need not answer any more, and is nobody's fault.
 */
export class ServersInService {
  readonly #api: KubernetesApi | undefined
  readonly #service: Seen<DnsService>
  readonly #gone = briefly(fresh, (signal: AbortSignal) => this.#read(signal))

  /** Without `api` none has left. */
  constructor(api: KubernetesApi | undefined, service: Seen<DnsService>) {
    this.#api = api
    this.#service = service
  }

  /** What a look has seen, less what it holds against servers that are no ready endpoint of the DNS Service now. */
  async judged(observations: readonly Observation[], signal: AbortSignal): Promise<readonly Observation[]> {
    if (!observations.some(isAgainstServer)) return observations
    const left = new Set((await this.#gone(signal)).map((one) => backendText(one)))
    return observations.map((one) =>
      isAgainstServer(one) && left.has(one.backend)
        ? {
            ...one,
            verdict: 'not-applicable',
            observed: `no ready endpoint of the DNS Service any more; ${one.observed}`,
          }
        : one,
    )
  }

  async #read(signal: AbortSignal): Promise<readonly DnsBackend[]> {
    if (this.#api === undefined || !this.#service.seen) return []
    const { backends } = this.#service.value
    try {
      const now = await readBackends(this.#api, this.#service.value, { timeout, signal })
      return backends.filter(({ name, address }) => !now.some((one) => one.name === name && one.address === address))
    } catch {
      // Where the API does not tell, all stay what they were.
      return []
    }
  }
}

function isAgainstServer(one: Observation): boolean {
  return one.hop === 'DNS backend' && one.backend !== '' && isTrouble(one)
}

function backendText(one: DnsBackend): string {
  return ofServer(backendServer(one)).backend
}
