import type { RedisOutcome } from './redis-outcome.ts'
import type { Replication } from './redis-replication.ts'

/** A connection to one Redis server. Nothing here throws, retries or reconnects: what is lost stays lost. */
export interface RedisSession {
  replication(): Promise<RedisOutcome<Replication>>
  /** The first word of ROLE: `master`, `slave` or `sentinel`. */
  role(): Promise<RedisOutcome<string>>
  set(key: string, value: string): Promise<RedisOutcome<string>>
  get(key: string): Promise<RedisOutcome<string | null>>
  del(key: string): Promise<RedisOutcome<number>>
  /** How many replicas have the writes of this connection, after at most `ms`; 0 ms would wait forever. */
  wait(replicas: number, ms: number): Promise<RedisOutcome<number>>
  /**
   * Subscribes to a channel, and gives the first message that comes on it while `meanwhile` is done, or `ms` later. Such a
   * connection takes few other commands.
   */
  hear(channel: string, ms: number, meanwhile: () => Promise<void>): Promise<RedisOutcome<string>>
  /** Any other command. */
  call(command: string, ...args: readonly string[]): Promise<RedisOutcome<unknown>>
  close(): void
}

/** Times in ms. */
export interface RedisTimes {
  /** Until the server must have answered the first time; 3,000 unless told. */
  readonly connect?: number
  /** Until a command must have been answered; 3,000 unless told. */
  readonly command?: number
}
