import { connectRedis } from './probes/redis.ts'
import { mapReply, type RedisOutcome } from './probes/redis-outcome.ts'
import { parseStanding, type Standing } from './probes/redis-server-info.ts'
import type { RedisSession } from './probes/redis-session.ts'
import { nameComes } from './stage/stalls.ts'
import type { KubernetesApi } from './target/api.ts'
import { dial } from './target/dial.ts'
import { eventually, whenExpired } from './wait.ts'

/** The Pods of a replicated set, the master first. */
export interface ReplicatedSet {
  readonly namespace: string
  readonly pods: readonly [string, ...string[]]
  /** The governing Service, below which each Pod has its name. */
  readonly service: string
  /** The zone that DNS serves. */
  readonly clusterDomain: string
}

/** What a Pod told of its standing at one moment. */
export interface StandingLook {
  readonly pod: string
  readonly replication: RedisOutcome<Standing>
}

/** Milliseconds that a command may take: the longest pause that a server is told to make, and a little. */
const patience = 5000

/** The sessions with the Pods of one replicated set, as long as one deed takes. Nothing here throws for what Redis says. */
export class RedisSessions {
  readonly set: ReplicatedSet
  readonly #sessions: ReadonlyMap<string, RedisSession>
  /** What servers were set to before anything was exchanged, by Pod and key. */
  readonly #first = new Map<string, Map<string, string>>()
  /** Pods of which nobody knows what they are set to now. */
  readonly #unsure = new Set<string>()

  private constructor(set: ReplicatedSet, sessions: ReadonlyMap<string, RedisSession>) {
    this.set = set
    this.#sessions = sessions
  }

  /**
   * Opens a session with every Pod, hands them to `deed`, and closes them whatever happens. Where one is lost before a setting was put
   * back, another one does that: whoever looks at the set next would blame it for what we have left there.
   */
  static async with<T>(
    api: KubernetesApi,
    set: ReplicatedSet,
    deed: (sessions: RedisSessions) => Promise<T>,
    open = (pod: string): Promise<RedisSession> => openSession(api, set.namespace, pod),
  ): Promise<T> {
    const opened = await Promise.all(set.pods.map(open))
    const sessions = new RedisSessions(set, new Map(opened.map((session, index) => [set.pods[index] ?? '', session])))
    try {
      return await deed(sessions)
    } finally {
      for (const session of opened) session.close()
      await sessions.#putBack(open)
    }
  }

  get master(): string {
    return this.set.pods[0]
  }

  get replicas(): readonly string[] {
    return this.set.pods.slice(1)
  }

  at(pod: string): RedisSession {
    const session = this.#sessions.get(pod)
    if (session === undefined) throw new Error(`no session with ${pod}`)
    return session
  }

  async standing(pods: readonly string[] = this.set.pods): Promise<StandingLook[]> {
    return Promise.all(pods.map((pod) => standingOf(pod, this.at(pod))))
  }

  /** What a server is set to; sets it to something else. Empty where it did not tell. */
  async exchange(pod: string, key: string, value: string): Promise<string> {
    const told = await this.at(pod).call('CONFIG', 'GET', key)
    const done = await this.at(pod).call('CONFIG', 'SET', key, value)
    if (done.kind === 'lost' || done.kind === 'timeout') this.#unsure.add(pod)
    const [, before] = told.kind === 'reply' && Array.isArray(told.value) ? told.value : []
    if (typeof before !== 'string') return ''
    const first = this.#first.get(pod) ?? new Map<string, string>()
    this.#first.set(pod, first)
    if (!first.has(key)) first.set(key, before)
    return before
  }

  async #putBack(open: (pod: string) => Promise<RedisSession>): Promise<void> {
    const each = [...this.#unsure].map(async (pod) => {
      const again = await open(pod)
      for (const [key, value] of this.#first.get(pod) ?? []) await again.call('CONFIG', 'SET', key, value)
      again.close()
    })
    // Who cannot be reached now either is seen to be so by whoever looks next.
    await Promise.allSettled(each)
  }
}

export function openSession(api: KubernetesApi, namespace: string, pod: string): Promise<RedisSession> {
  return connectRedis(() => dial(api, { namespace, pod, port: 6379 }), 'rollcall', { command: patience })
}

export async function standingOf(pod: string, session: RedisSession): Promise<StandingLook> {
  return { pod, replication: mapReply(await session.call('INFO'), (info) => parseStanding(String(info))) }
}

/** Milliseconds that a write may take to every replica whose link is up, on a machine that has much to do. */
export const streams = 5000

/** Whether a Pod says that its link to a master is up. */
export function isUp({ replication }: StandingLook): boolean {
  return replication.kind === 'reply' && replication.value.masterLinkStatus === 'up'
}

/** Whether a Pod says that its link to a master is down. */
export function isDown({ replication }: StandingLook): boolean {
  return replication.kind === 'reply' && replication.value.masterLinkStatus === 'down'
}

/** Milliseconds from Pods that are there to links that are up: whoever is dialled by name has to be found first. */
export const links = nameComes

/** Whether a set is as it is meant to be, the master first: each replica follows its stream, and it has all in its list. */
export function isWhole([master, ...replicas]: readonly StandingLook[]): boolean {
  if (master?.replication.kind !== 'reply') return false
  const { role, replid, replicas: listed } = master.replication.value
  const follows = (one: StandingLook): boolean =>
    isUp(one) && one.replication.kind === 'reply' && one.replication.value.replid === replid
  const areOnline = listed.length >= replicas.length && listed.every(({ state }) => state === 'online')
  return role === 'master' && areOnline && replicas.every(follows)
}

/** Looks until what is seen is as wanted, at the longest for some ms; what was seen last, either way. */
export async function seenWithin<T>(ms: number, look: () => Promise<T>, isWanted: (seen: T) => boolean): Promise<T> {
  let last = await look()
  await eventually(
    async () => {
      if (isWanted(last)) return { done: true, value: undefined }
      last = await look()
      return { done: false, saw: 'something else' }
    },
    { reason: 'Redis', deadline: ms, interval: 100 },
  ).catch(whenExpired(() => undefined))
  return last
}

/** A key that nobody has written before, so that what is read of it is the doing of this deed. */
export function freshKey(): { key: string; value: string } {
  const id = Math.random().toString(36).slice(2)
  return { key: `rollcall:${id}`, value: `v-${id}` }
}
