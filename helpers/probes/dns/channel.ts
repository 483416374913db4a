import { messageOf } from '../../errors.ts'
import type { KubernetesApi } from '../../target/api.ts'
import type { ExecPlace } from '../../target/exec.ts'
import { DnsConnection } from './connection.ts'
import { isEncodable, type Question } from './message.ts'
import { type DnsOutcome, type DnsServer, notAskable } from './outcome.ts'

/**
 * Milliseconds for which a refused connection speaks for the next queries too: each try costs an exec. The first speaks for one look
 * alone, since a verdict takes two (`settle`); then twice as long each time that a new try is refused again, up to a bound.
 */
export const refusalLasts = { first: 200, atMost: 4000 } as const

interface Refusal {
  readonly outcome: DnsOutcome
  readonly lasts: number
  /** On the clock of `performance.now()`. */
  readonly until: number
}

/**
 * DNS over TCP from a multitool Pod to one server, over a connection that `nc` keeps open in a long-lived exec, pipelined.
 * DNS servers close idle connections after some seconds, so a query that meets a closed one is asked once more. A
 * connection on which a query timed out is not used again: it may lead to a server that is gone, as a new one would not.
 */
export class DnsChannel {
  readonly #api: KubernetesApi
  readonly #place: ExecPlace
  readonly #server: DnsServer
  #connection: Promise<DnsConnection> | undefined
  #refusal: Refusal | undefined

  constructor(api: KubernetesApi, place: ExecPlace, server: DnsServer) {
    this.#api = api
    this.#place = place
    this.#server = server
  }

  /** Asks one question; `timeout` in ms. Never throws: what went wrong is an outcome. */
  async ask(question: Question, timeout: number): Promise<DnsOutcome> {
    if (!isEncodable(question.name)) return notAskable(question.name)
    if (this.#refusal !== undefined && performance.now() < this.#refusal.until) return this.#refusal.outcome
    const outcome = await this.#twice(question, timeout)
    this.#refusal = outcome.kind === 'unreachable' ? refusalAfter(this.#refusal, outcome) : undefined
    return outcome
  }

  async #twice(question: Question, timeout: number): Promise<DnsOutcome> {
    const first = await this.#once(question, timeout)
    if (first !== 'closed') return first
    const second = await this.#once(question, timeout)
    if (second !== 'closed') return second
    return { kind: 'unreachable', reason: 'the server closed two connections without answering' }
  }

  close(): void {
    this.#connection?.then((connection) => connection.close()).catch(() => {})
  }

  async #once(question: Question, timeout: number): Promise<DnsOutcome | 'closed'> {
    this.#connection ??= this.#open()
    const used = this.#connection
    let connection: DnsConnection
    try {
      connection = await used
    } catch (error) {
      this.#forget(used)
      return { kind: 'lost', reason: `exec into ${this.#place.pod}: ${messageOf(error)}` }
    }
    const outcome = await connection.ask(question, timeout)
    if (outcome !== 'closed' && outcome.kind === 'timeout') {
      this.#forget(used)
      connection.retire()
    }
    return outcome
  }

  #open(): Promise<DnsConnection> {
    const opened = new DnsConnection().open(this.#api, this.#place, this.#server, () => this.#forget(opened))
    return opened
  }

  #forget(used: Promise<DnsConnection>): void {
    if (this.#connection === used) this.#connection = undefined
  }
}

/** All queries that wait on one connection are refused together, which counts once. */
function refusalAfter(before: Refusal | undefined, outcome: DnsOutcome): Refusal {
  const now = performance.now()
  if (before !== undefined && now < before.until) return before
  const lasts = before === undefined ? refusalLasts.first : Math.min(before.lasts * 2, refusalLasts.atMost)
  return { outcome, lasts, until: now + lasts }
}
