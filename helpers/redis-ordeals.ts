import { Problem } from './errors.ts'
import { type Churn, churn } from './redis-churn.ts'
import { type BrokenLinks, breakLinks, loseMaster, type Staleness } from './redis-links.ts'
import { type LocalWrite, writeLocally } from './redis-local-writes.ts'
import { type Promotion, promote } from './redis-promotion.ts'
import { isWhole, links, RedisSessions, type ReplicatedSet, type StandingLook, seenWithin } from './redis-sessions.ts'
import { type Minimum, type Pause, pauseReplica, wantReplicas } from './redis-waits.ts'
import { type DnsOutage, outagePatience } from './stage/stalls.ts'
import type { KubernetesApi } from './target/api.ts'
import type { Seen } from './target/seen.ts'

/** What is done to a replicated set in several steps, and what is seen on the way. */
export interface Ordeals {
  'broken links': BrokenLinks
  'a pause': Pause
  'a minimum': Minimum
  'a lost master': Staleness
  'a local write': LocalWrite
  'a promotion': Promotion
  churn: Seen<Churn>
}

type Deed<T> = (api: KubernetesApi, set: ReplicatedSet) => Promise<T>

const over =
  <T>(deed: (sessions: RedisSessions) => Promise<T>): Deed<T> =>
  (api, set) =>
    RedisSessions.with(api, set, deed)

const deeds: { readonly [K in keyof Ordeals]: Deed<Ordeals[K]> } = {
  'broken links': over(breakLinks),
  'a pause': over(pauseReplica),
  'a minimum': over(wantReplicas),
  'a lost master': over(loseMaster),
  'a local write': over(writeLocally),
  'a promotion': over(promote),
  churn,
}

/** Puts replicated sets through ordeals, each once: several requirements are judged by what was seen of the same one. */
export class RedisOrdeals {
  readonly #api: KubernetesApi
  readonly #outage: DnsOutage
  readonly #standing: (set: ReplicatedSet) => Promise<StandingLook[]>
  readonly #seen = new Map<string, Promise<unknown>>()
  readonly #met = new Map<string, Promise<unknown>>()

  /** Where `outage` knows why no name resolves, nobody waits for replicas that look for their master by its name. */
  constructor(
    api: KubernetesApi,
    outage: DnsOutage,
    standing = (set: ReplicatedSet): Promise<StandingLook[]> =>
      RedisSessions.with(api, set, (sessions) => sessions.standing()),
  ) {
    this.#api = api
    this.#outage = outage
    this.#standing = standing
  }

  /** @throws Problem where the set is not whole, and cannot become so, since no name resolves. */
  undergo<K extends keyof Ordeals>(kind: K, set: ReplicatedSet): Promise<Ordeals[K]> {
    const members = `${set.namespace} ${set.pods.join(',')}`
    const key = `${kind} of ${members}`
    const met = this.#met.get(members) ?? this.#meet(set)
    this.#met.set(members, met)
    const begin = (): Promise<Ordeals[K]> => met.then(() => deeds[kind](this.#api, set))
    const undergone = (this.#seen.get(key) as Promise<Ordeals[K]> | undefined) ?? begin()
    this.#seen.set(key, undergone)
    return undergone
  }

  /** Pods are ready before their links are up: waits once for that, and no longer than it may take. */
  async #meet(set: ReplicatedSet): Promise<void> {
    const seen = await seenWithin(outagePatience, () => this.#standing(set), isWhole)
    if (isWhole(seen)) return
    const outage = await this.#outage()
    if (outage !== undefined)
      throw new Problem(`The replicas of ${set.pods[0]} look for it by its name, and ${outage}.`)
    await seenWithin(links - outagePatience, () => this.#standing(set), isWhole)
  }
}
