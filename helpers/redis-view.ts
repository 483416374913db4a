import type { ReplicationLook } from './matchers/redis.ts'
import type { Propagation, RefusedWrite } from './matchers/redis-writes.ts'
import { connectRedis } from './probes/redis.ts'
import { type Attempts, type Reads, tryReads, tryWrites } from './probes/redis-attempts.ts'
import { type Apartness, type Effects, readElsewhere, writeManyWays } from './probes/redis-effects.ts'
import type { RedisSession } from './probes/redis-session.ts'
import { type Membership, type Offsets, readMembership, readOffsets } from './probes/redis-standing.ts'
import type { KubernetesApi } from './target/api.ts'
import { dial } from './target/dial.ts'

/** Milliseconds that the master waits for its replicas to acknowledge a write; they sit one hop away. */
const acknowledge = 2000

/** The Pods of one replicated set, each with a session of its own, as long as a look takes. */
export class RedisView {
  readonly pods: readonly string[]
  readonly #sessions: ReadonlyMap<string, RedisSession>
  readonly #open: (pod: string) => Promise<RedisSession>

  private constructor(sessions: ReadonlyMap<string, RedisSession>, open: (pod: string) => Promise<RedisSession>) {
    this.#sessions = sessions
    this.#open = open
    this.pods = [...sessions.keys()]
  }

  /** Opens a session with every Pod, hands the view to `look`, and closes them whatever happens. */
  static async with<T>(
    api: KubernetesApi,
    namespace: string,
    pods: readonly string[],
    look: (view: RedisView) => Promise<T>,
  ): Promise<T> {
    const open = (pod: string): Promise<RedisSession> =>
      connectRedis(() => dial(api, { namespace, pod, port: 6379 }), pod)
    const sessions = pods.map(async (pod): Promise<[string, RedisSession]> => [pod, await open(pod)])
    const view = new RedisView(new Map(await Promise.all(sessions)), open)
    try {
      return await look(view)
    } finally {
      for (const session of view.#sessions.values()) session.close()
    }
  }

  /** What each Pod says of its part in the replication. */
  async replication(pods: readonly string[] = this.pods): Promise<ReplicationLook[]> {
    return Promise.all(pods.map(async (pod) => ({ pod, replication: await this.#at(pod).replication() })))
  }

  /** Writes a key of its own on the master, waits for all replicas, and reads it from each. */
  async propagate(master: string): Promise<Propagation> {
    const { key, value } = fresh()
    const others = this.#besides(master)
    const write = await this.#at(master).set(key, value)
    const acknowledged = await this.#at(master).wait(others.length, acknowledge)
    const replicas = await Promise.all(others.map(async (pod) => ({ pod, read: await this.#at(pod).get(key) })))
    await this.#at(master).del(key)
    return { pod: master, key, value, write, acknowledged, replicas }
  }

  /** Tries to write a key of its own on each replica, and reads it there and on the master. */
  async writeToReplicas(master: string): Promise<RefusedWrite[]> {
    return Promise.all(
      this.#besides(master).map(async (pod) => {
        const { key, value } = fresh()
        const write = await this.#at(pod).set(key, value)
        const reads = await Promise.all(
          [pod, master].map(async (one) => ({ pod: one, read: await this.#at(one).get(key) })),
        )
        if (write.kind === 'reply') await this.#at(pod).del(key)
        return { pod, key, before: null, write, reads }
      }),
    )
  }

  /** Lets the master take a write, and waits until each replica has processed as much as the master had. */
  async offsets(master: string): Promise<Offsets> {
    return readOffsets(this.#at, master, this.#besides(master), fresh().key)
  }

  /** Whom the master lists as its replicas, and by which names these announce themselves. */
  async membership(master: string): Promise<Membership> {
    return readMembership(this.#at, master, this.#besides(master))
  }

  /** Reads on each replica, and has a second connection to it hear what is published there. */
  async readOnReplicas(master: string): Promise<Reads[]> {
    return Promise.all(
      this.#besides(master).map(async (pod) => {
        const listener = await this.#open(pod)
        try {
          return await tryReads(this.#at(pod), listener, pod, fresh().key)
        } finally {
          listener.close()
        }
      }),
    )
  }

  /** Tries on each replica what it has to refuse, in several ways. */
  async tryOnReplicas(master: string): Promise<Attempts[]> {
    return Promise.all(this.#besides(master).map((pod) => tryWrites(this.#at(pod), pod, fresh().key)))
  }

  /** Writes on the master in every way, and compares what all Pods hold of it. Nobody else may do so at the same time. */
  async effects(master: string): Promise<Effects> {
    return writeManyWays(this.#at, master, this.#besides(master))
  }

  /** Writes on each Pod a key of its own, and reads that on every Pod. */
  async apart(): Promise<Apartness[]> {
    return Promise.all(this.pods.map((pod) => readElsewhere(this.#at, pod, this.pods, fresh())))
  }

  #besides(master: string): string[] {
    return this.pods.filter((pod) => pod !== master)
  }

  readonly #at = (pod: string): RedisSession => {
    const session = this.#sessions.get(pod)
    if (session === undefined) throw new Error(`no session with ${pod}`)
    return session
  }
}

/** A key that nobody has written before, so that what is read of it is the doing of this look. */
function fresh(): { key: string; value: string } {
  const id = Math.random().toString(36).slice(2)
  return { key: `rollcall:${id}`, value: `v-${id}` }
}
