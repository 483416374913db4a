import { messageOf } from '../../errors.ts'
import type { KubernetesApi } from '../../target/api.ts'
import { type ExecPlace, type ExecSession, openExec } from '../../target/exec.ts'
import { decodeAnswer, encodeQuery, type Question } from './message.ts'
import type { DnsOutcome, DnsServer } from './outcome.ts'

interface Pending {
  readonly question: Question
  readonly settle: (outcome: DnsOutcome | 'closed') => void
}

/**
 * DNS over one TCP connection from a multitool Pod to one server, kept open by `nc` in a long-lived exec and pipelined.
 * DNS servers close idle connections after some seconds, so a query that meets a closed one is asked once more.
 */
export class DnsChannel {
  readonly #api: KubernetesApi
  readonly #place: ExecPlace
  readonly #server: DnsServer
  readonly #pending = new Map<number, Pending>()
  #session: Promise<ExecSession> | undefined
  #received: Buffer = Buffer.alloc(0)
  #answered = 0
  #complaint = ''

  constructor(api: KubernetesApi, place: ExecPlace, server: DnsServer) {
    this.#api = api
    this.#place = place
    this.#server = server
  }

  /** Asks one question; `timeout` in ms. Never throws: what went wrong is an outcome. */
  async ask(question: Question, timeout: number): Promise<DnsOutcome> {
    const first = await this.#once(question, timeout)
    if (first !== 'closed') return first
    const second = await this.#once(question, timeout)
    if (second !== 'closed') return second
    return { kind: 'unreachable', reason: 'the server closed two connections without answering' }
  }

  close(): void {
    this.#session?.then((session) => session.close()).catch(() => {})
  }

  async #once(question: Question, timeout: number): Promise<DnsOutcome | 'closed'> {
    let session: ExecSession
    try {
      this.#session ??= this.#open()
      session = await this.#session
    } catch (error) {
      this.#session = undefined
      return { kind: 'lost', reason: `exec into ${this.#place.pod}: ${messageOf(error)}` }
    }
    const id = this.#freeId()
    return await new Promise((resolve) => {
      const timer = setTimeout(() => settle({ kind: 'timeout', after: timeout }), timeout)
      const settle = (outcome: DnsOutcome | 'closed'): void => {
        clearTimeout(timer)
        this.#pending.delete(id)
        resolve(outcome)
      }
      this.#pending.set(id, { question, settle })
      const message = encodeQuery(id, question)
      const length = Buffer.alloc(2)
      length.writeUInt16BE(message.length)
      session.write(Buffer.concat([length, message]))
    })
  }

  #freeId(): number {
    for (;;) {
      const id = Math.floor(Math.random() * 65_536)
      if (!this.#pending.has(id)) return id
    }
  }

  async #open(): Promise<ExecSession> {
    this.#received = Buffer.alloc(0)
    this.#answered = 0
    this.#complaint = ''
    const { address, port } = this.#server
    const session = await openExec(this.#api, this.#place, ['nc', address, String(port)], {
      onStdout: (bytes) => this.#read(bytes),
      onStderr: (bytes) => {
        this.#complaint = (this.#complaint + bytes.toString('utf8')).slice(-300)
      },
    })
    void session.end.then((end) => {
      this.#session = undefined
      const outcome = this.#onEnd(end.kind === 'lost' ? end.reason : undefined, end.kind === 'exited' ? end.code : 0)
      for (const { settle } of [...this.#pending.values()]) settle(outcome)
    })
    return session
  }

  #onEnd(lost: string | undefined, code: number): DnsOutcome | 'closed' {
    if (lost !== undefined) return { kind: 'lost', reason: lost }
    // nc that fails before any answer could not connect; one that ends later was hung up on.
    if (code !== 0 && this.#answered === 0)
      return { kind: 'unreachable', reason: this.#complaint.trim() || `nc ended with code ${code}` }
    return 'closed'
  }

  #read(bytes: Buffer): void {
    this.#received = this.#received.length === 0 ? bytes : Buffer.concat([this.#received, bytes])
    while (this.#received.length >= 2) {
      const size = this.#received.readUInt16BE(0)
      if (this.#received.length < size + 2) return
      const message = this.#received.subarray(2, size + 2)
      this.#received = this.#received.subarray(size + 2)
      this.#answered++
      this.#take(message)
    }
  }

  #take(message: Buffer): void {
    if (message.length < 12) return
    const id = message.readUInt16BE(0)
    const pending = this.#pending.get(id)
    if (pending === undefined) return
    try {
      pending.settle({ kind: 'answer', answer: decodeAnswer(message, id, pending.question) })
    } catch (error) {
      pending.settle({ kind: 'malformed', reason: messageOf(error) })
    }
  }
}
