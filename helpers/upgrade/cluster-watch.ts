import type { KubernetesApi } from '../target/api.ts'
import type { Before } from './before.ts'
import { type ClusterLook, lookAtCluster } from './cluster-look.ts'
import { eventsBetween, knownAfter, standingEvents } from './events.ts'
import type { EventEntry } from './journal.ts'
import { grantedEvent, nodesOfCluster, refusedEvent } from './rights.ts'

/** Milliseconds for each request. */
const timeout = 3000
/** Milliseconds for which nodes may stay unseen while all else is seen: what befell them meanwhile nobody knows. */
const unseenFor = 10_000

export interface ClusterMeans {
  readonly api: KubernetesApi
  readonly before: Before
  /** Nodes that were lost when the watch ended that this one goes on with. */
  readonly lost?: ReadonlySet<string>
  readonly signal: AbortSignal
  readonly progress: (line: string) => void
}

/** Looks at the cluster again and again, and tells what an upgrade has changed in it. */
export class ClusterWatch {
  readonly #means: ClusterMeans
  readonly #refused = new Set<string>()
  #known: ClusterLook = {}
  /** Unix time in ms of the last look that showed nodes. */
  #nodesAt = Date.now()

  constructor(means: ClusterMeans) {
    this.#means = means
  }

  /** What has changed since the last look; nothing while the API is away. @throws the signal's reason on abort. */
  async look(): Promise<EventEntry[]> {
    const { api, before, lost = new Set<string>(), signal, progress } = this.#means
    const said: EventEntry[] = []
    const [read, unread] = [new Set<string>(), new Set<string>()]
    const refused = (what: string, reason: string, since = Date.now()): void => {
      unread.add(what)
      if (this.#refused.has(what)) return
      this.#refused.add(what)
      progress(`not watched: ${what} (${reason})`)
      said.push(refusedEvent(what, since))
    }
    const { service } = before.facts.dns
    const dns = service.seen ? service.value : undefined
    // Where nothing at all comes, the looks at the fixture tell that the API is away.
    const look = await lookAtCluster(api, { dns, timeout, signal, refused, allowed: (what) => read.add(what) })
    for (const what of read) {
      if (unread.has(what) || !this.#refused.delete(what)) continue
      progress(`watched again: ${what}`)
      said.push(grantedEvent(what, Date.now()))
    }
    if (look.nodes !== undefined) this.#nodesAt = Date.now()
    else if (Object.keys(look).length > 0 && Date.now() - this.#nodesAt > unseenFor)
      refused(nodesOfCluster, 'they do not come in time', this.#nodesAt)
    if (this.#known.nodes === undefined) said.push(...standingEvents(look, lost, Date.now()))
    const events = eventsBetween(this.#known, look, Date.now())
    this.#known = knownAfter(this.#known, look)
    return [...said, ...events]
  }
}
