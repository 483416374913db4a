import type { KubernetesApi } from '../target/api.ts'
import { KubernetesError } from '../target/kubernetes-error.ts'
import type { Before } from './before.ts'
import { type ClusterLook, lookAtCluster } from './cluster-look.ts'
import { eventsBetween, knownAfter } from './events.ts'
import type { EventEntry } from './journal.ts'
import { grantedEvent, nodesOfCluster, refusedEvent } from './rights.ts'

/** Milliseconds for each request. */
const timeout = 3000

export interface ClusterMeans {
  readonly api: KubernetesApi
  readonly before: Before
  readonly signal: AbortSignal
  readonly progress: (line: string) => void
}

/** Looks at the cluster again and again, and tells what an upgrade has changed in it. */
export class ClusterWatch {
  readonly #means: ClusterMeans
  readonly #refused = new Set<string>()
  #known: ClusterLook = {}

  constructor(means: ClusterMeans) {
    this.#means = means
  }

  /** What has changed since the last look; nothing while the API is away. @throws the signal's reason on abort. */
  async look(): Promise<EventEntry[]> {
    const { api, before, signal, progress } = this.#means
    const said: EventEntry[] = []
    const refused = (what: string, reason: string): void => {
      if (this.#refused.has(what)) return
      this.#refused.add(what)
      progress(`not watched: ${what} (${reason})`)
      said.push(refusedEvent(what, Date.now()))
    }
    const { service } = before.facts.dns
    const dns = service.seen ? service.value : undefined
    const look = await lookAtCluster(api, { dns, timeout, signal, refused }).catch((error: unknown): ClusterLook => {
      signal.throwIfAborted()
      if (error instanceof TypeError || error instanceof KubernetesError) throw error
      // The looks at the fixture tell that it is away.
      return {}
    })
    if (look.nodes !== undefined && this.#refused.delete(nodesOfCluster))
      said.push(grantedEvent(nodesOfCluster, Date.now()))
    const events = eventsBetween(this.#known, look, Date.now())
    this.#known = knownAfter(this.#known, look)
    return [...said, ...events]
  }
}
