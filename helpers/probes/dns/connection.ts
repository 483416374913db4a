import { messageOf } from '../../errors.ts'
import type { KubernetesApi } from '../../target/api.ts'
import { type ExecEnd, type ExecPlace, type ExecSession, openExec } from '../../target/exec.ts'
import { ownFault } from '../exit-codes.ts'
import { decodeAnswer, encodeQuery, type Question } from './message.ts'
import type { DnsOutcome, DnsServer } from './outcome.ts'

/** How often a message that is on its way is waited for, each time for a third of the time that an answer has. */
const mostPauses = 9

interface Pending {
  readonly question: Question
  readonly settle: (outcome: DnsOutcome | 'closed') => void
}

/** One TCP connection of `nc` to a DNS server, with the queries that wait on it. */
export class DnsConnection {
  readonly #pending = new Map<number, Pending>()
  #session: ExecSession | undefined
  #received: Buffer = Buffer.alloc(0)
  /** When the last bytes came, on the clock of `performance`. */
  #receivedAt = Number.NEGATIVE_INFINITY
  #answered = 0
  #complaint = ''
  #retired = false

  /** @throws KubernetesError or ApiUnreachable where no exec can be had. */
  async open(api: KubernetesApi, place: ExecPlace, server: DnsServer, onEnd: () => void): Promise<this> {
    const session = await openExec(api, place, ['nc', server.address, String(server.port)], {
      onStdout: (bytes) => this.#read(bytes),
      onStderr: (bytes) => {
        this.#complaint = (this.#complaint + bytes.toString('utf8')).slice(-300)
      },
    })
    this.#session = session
    void session.end.then((end) => {
      onEnd()
      const outcome = this.#outcomeOf(end)
      for (const { settle } of [...this.#pending.values()]) settle(outcome)
    })
    return this
  }

  /**
   * Sends one query and waits for its answer, `timeout` ms, or for the end of the connection. As long as a message is on its way to us
   * the server has answered, and the way is slow: that takes longer, and is lost in the end.
   */
  async ask(question: Question, timeout: number): Promise<DnsOutcome | 'closed'> {
    const id = this.#freeId()
    const message = encodeQuery(id, question)
    const pause = timeout / 3
    let pauses = 0
    return await new Promise((resolve) => {
      const expire = (): void => {
        const isComing = this.#received.length > 0 && performance.now() - this.#receivedAt < pause
        if (!isComing) settle({ kind: 'timeout', after: timeout })
        else if (pauses++ < mostPauses) timer = setTimeout(expire, pause)
        else settle({ kind: 'lost', reason: 'an answer came too slowly from the Pod to us' })
      }
      let timer = setTimeout(expire, timeout)
      const settle = (outcome: DnsOutcome | 'closed'): void => {
        clearTimeout(timer)
        this.#pending.delete(id)
        resolve(outcome)
        if (this.#retired && this.#pending.size === 0) this.close()
      }
      this.#pending.set(id, { question, settle })
      const length = Buffer.alloc(2)
      length.writeUInt16BE(message.length)
      this.#session?.write(Buffer.concat([length, message]))
    })
  }

  /** Closes once nothing waits any more. */
  retire(): void {
    this.#retired = true
    if (this.#pending.size === 0) this.close()
  }

  close(): void {
    this.#session?.close()
  }

  #freeId(): number {
    for (;;) {
      const id = Math.floor(Math.random() * 65_536)
      if (!this.#pending.has(id)) return id
    }
  }

  #outcomeOf(end: ExecEnd): DnsOutcome | 'closed' {
    if (end.kind === 'lost') return { kind: 'lost', reason: end.reason }
    const reason = this.#complaint.trim() || `nc ended with code ${end.code}`
    if (end.code >= ownFault) return { kind: 'lost', reason }
    // nc that fails before any answer could not connect; one that ends later was hung up on.
    return end.code !== 0 && this.#answered === 0 ? { kind: 'unreachable', reason } : 'closed'
  }

  #read(bytes: Buffer): void {
    this.#receivedAt = performance.now()
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
    if (message.length < 2) return
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
