import type { Duplex } from 'node:stream'
import { AbstractConnector, Redis, type RedisOptions, ReplyError } from 'ioredis'
import { messageOf } from '../errors.ts'
import { mapReply, type RedisOutcome, refusal } from './redis-outcome.ts'
import { parseReplication, type Replication } from './redis-replication.ts'
import type { RedisSession, RedisTimes } from './redis-session.ts'

type NetStream = Awaited<ReturnType<AbstractConnector['connect']>>

/** Whatever the client would do to help hides what is looked for: a failover retried away, a refusal resent. */
const unhelpful = {
  protocol: 2,
  lazyConnect: true,
  enableOfflineQueue: false,
  enableReadyCheck: false,
  enableAutoPipelining: false,
  autoResubscribe: false,
  autoResendUnfulfilledCommands: false,
  maxRetriesPerRequest: 0,
  retryStrategy: null,
  reconnectOnError: null,
  disableClientInfo: true,
  noDelay: false,
} satisfies RedisOptions

/** The stream of one connection and the first error on it, which the client does not always pass on. */
interface Line {
  stream?: Duplex
  error?: Error
  closed: boolean
}

/** Gives the client a stream that someone else opened, in the place of a socket (`Connector` is semi-public in ioredis). */
function connectorOn(dialStream: () => Promise<Duplex>, line: Line): NonNullable<RedisOptions['Connector']> {
  return class extends AbstractConnector {
    constructor() {
      super(100)
    }

    override async connect(): Promise<NetStream> {
      this.connecting = true
      const stream = await dialStream()
      line.stream = stream
      if (stream.errored !== null) line.error ??= stream.errored
      // The client asks every stream for it, sockets or not.
      if (!('setKeepAlive' in stream)) Object.assign(stream, { setKeepAlive: () => stream })
      stream.on('error', (error: Error) => {
        line.error ??= error
        this.firstError ??= error
      })
      if (line.closed) stream.destroy()
      this.stream = stream as NetStream
      return this.stream
    }
  }
}

class Session implements RedisSession {
  readonly #line: Line = { closed: false }
  readonly #redis: Redis
  readonly #times: Required<RedisTimes>
  /** Why there is no connection. */
  #failure: RedisOutcome<never> | undefined

  constructor(dialStream: () => Promise<Duplex>, name: string, times: Required<RedisTimes>) {
    this.#times = times
    this.#redis = new Redis({ ...unhelpful, connectionName: name, Connector: connectorOn(dialStream, this.#line) })
    this.#redis.on('error', (error: Error) => {
      this.#line.error ??= error
    })
  }

  async open(): Promise<void> {
    const ms = this.#times.connect
    const opened = await this.#run(ms, () => this.#redis.connect())
    if (opened.kind === 'reply') return
    const undialled = opened.kind === 'timeout' && this.#line.stream === undefined
    this.#failure = undialled ? { kind: 'lost', text: `no connection within ${ms} ms` } : opened
    this.close()
  }

  async replication(): Promise<RedisOutcome<Replication>> {
    return mapReply(await this.#send(() => this.#redis.info('replication')), parseReplication)
  }

  async role(): Promise<RedisOutcome<string>> {
    return mapReply(await this.call('ROLE'), (reply) => (Array.isArray(reply) ? String(reply[0]) : String(reply)))
  }

  set(key: string, value: string): Promise<RedisOutcome<string>> {
    return this.#send(() => this.#redis.set(key, value))
  }

  get(key: string): Promise<RedisOutcome<string | null>> {
    return this.#send(() => this.#redis.get(key))
  }

  del(key: string): Promise<RedisOutcome<number>> {
    return this.#send(() => this.#redis.del(key))
  }

  wait(replicas: number, ms: number): Promise<RedisOutcome<number>> {
    return this.#send(() => this.#redis.wait(replicas, ms), ms + this.#times.command)
  }

  async hear(channel: string, ms: number, meanwhile: () => Promise<void>): Promise<RedisOutcome<string>> {
    const message = new Promise<string>((resolve) => {
      this.#redis.on('message', (on: string, text: string) => {
        if (on === channel) resolve(text)
      })
    })
    const subscribed = await this.#send(() => this.#redis.subscribe(channel))
    if (subscribed.kind !== 'reply') return subscribed
    await meanwhile()
    return this.#send(() => message, ms)
  }

  call(command: string, ...args: readonly string[]): Promise<RedisOutcome<unknown>> {
    return this.#send(() => this.#redis.call(command, ...args))
  }

  close(): void {
    this.#line.closed = true
    this.#redis.disconnect()
    this.#line.stream?.destroy()
  }

  async #send<T>(work: () => Promise<T>, ms = this.#times.command): Promise<RedisOutcome<T>> {
    return this.#failure ?? (await this.#run(ms, work))
  }

  #lossText(thrown: unknown): string {
    const text = messageOf(this.#line.error ?? thrown)
    return /enableOfflineQueue|^Connection is closed/.test(text) ? 'the connection is closed' : text
  }

  async #run<T>(ms: number, work: () => Promise<T>): Promise<RedisOutcome<T>> {
    let timer: NodeJS.Timeout | undefined
    const late = new Promise<RedisOutcome<T>>((resolve) => {
      timer = setTimeout(() => resolve({ kind: 'timeout', ms }), ms)
    })
    const answer = work().then(
      (value): RedisOutcome<T> => ({ kind: 'reply', value }),
      (thrown: unknown): RedisOutcome<T> =>
        thrown instanceof ReplyError
          ? refusal((thrown as Error).message)
          : { kind: 'lost', text: this.#lossText(thrown) },
    )
    const outcome = await Promise.race([answer, late])
    clearTimeout(timer)
    return outcome
  }
}

/**
 * Opens a session with one Redis server over a stream, such as one dialled to a pod. A server that cannot be reached
 * shows in the outcome of every command. Close the session even then.
 *
 * @param dialStream opens the one stream of the session.
 * @param name as which the connection appears in CLIENT LIST; no spaces.
 */
export async function connectRedis(
  dialStream: () => Promise<Duplex>,
  name: string,
  { connect = 3_000, command = 3_000 }: RedisTimes = {},
): Promise<RedisSession> {
  const session = new Session(dialStream, name, { connect, command })
  await session.open()
  return session
}
