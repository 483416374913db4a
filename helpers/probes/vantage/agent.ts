import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { messageOf } from '../../errors.ts'
import type { KubernetesApi } from '../../target/api.ts'
import { type ExecPlace, type ExecSession, openExec } from '../../target/exec.ts'

/** What came of one request: the command's exit code and output, or nothing, because we lost sight of it. */
export type AgentReply =
  | { readonly kind: 'done'; readonly code: number; readonly output: Buffer }
  | { readonly kind: 'lost'; readonly reason: string }

const script = readFileSync(join(import.meta.dirname, 'agent.sh'), 'utf8')
/** Milliseconds that a reply may take beyond the limit that the command itself was given. */
const grace = 4000
/** The mark at the front tells a whole line from the tail of one. */
const line = /^#(\d+) (\d+) (\d+) ([A-Za-z0-9+/=]*)$/

/** One exec of the agent: what it was asked and has not yet answered, and what it told so far. */
class AgentExec {
  readonly #waiting = new Map<string, (reply: AgentReply) => void>()
  readonly #pod: string
  readonly #gone: () => void
  #session: ExecSession | undefined
  /** On the clock of `performance.now()`. */
  #heardAt = 0
  #rest = ''
  #next = 0

  /** `gone` is called when it has ended, or has gone silent and is given up: it is to be asked nothing more. */
  constructor(pod: string, gone: () => void) {
    this.#pod = pod
    this.#gone = gone
  }

  /** @throws KubernetesError and ApiUnreachable, as `openExec`. */
  async open(api: KubernetesApi, place: ExecPlace): Promise<void> {
    this.#session = await openExec(api, place, ['bash', '-c', script], {
      onStdout: (bytes) => this.#read(bytes.toString('latin1')),
    })
    void this.#session.end.then((end) => {
      this.#gone()
      this.#lose(end.kind === 'lost' ? end.reason : `the agent ended with code ${end.code}`)
    })
  }

  /** Sends one request and waits for its reply, at most `limit` ms; where nothing at all came in that time, the exec is given up. */
  ask(words: readonly string[], limit: number): Promise<AgentReply> {
    const id = String(++this.#next)
    return new Promise<AgentReply>((resolve) => {
      const sentAt = performance.now()
      const timer = setTimeout(() => {
        if (this.#heardAt >= sentAt) settle({ kind: 'lost', reason: `${this.#pod} did not reply within ${limit} ms` })
        else {
          // The way there may be gone without a word, as behind a NAT that has forgotten it: nothing would come for a quarter of an hour.
          this.#gone()
          this.#lose(`nothing came within ${limit} ms`)
          this.close()
        }
      }, limit)
      const settle = (reply: AgentReply): void => {
        clearTimeout(timer)
        this.#waiting.delete(id)
        resolve(reply)
      }
      this.#waiting.set(id, settle)
      this.#session?.write(Buffer.from(`${[id, ...words].join(' ')}\n`))
    })
  }

  close(): void {
    this.#session?.close()
  }

  #lose(reason: string): void {
    for (const settle of [...this.#waiting.values()]) settle({ kind: 'lost', reason: `${this.#pod}: ${reason}` })
  }

  #read(text: string): void {
    this.#heardAt = performance.now()
    const lines = (this.#rest + text).split('\n')
    this.#rest = lines.pop() ?? ''
    for (const one of lines) {
      const reply = parseReply(one)
      if (reply !== undefined) this.#waiting.get(reply.id)?.({ kind: 'done', code: reply.code, output: reply.output })
    }
  }
}

/** A long-lived shell in a multitool Pod that answers many small requests over one exec. Reconnects when asked again. */
export class Agent {
  readonly #api: KubernetesApi
  readonly #place: ExecPlace
  #exec: Promise<AgentExec> | undefined

  constructor(api: KubernetesApi, place: ExecPlace) {
    this.#api = api
    this.#place = place
  }

  /** Sends one request; words must not hold white space. `seconds` is the limit that the command itself is given. */
  async ask(verb: string, words: readonly string[], seconds: number): Promise<AgentReply> {
    if (words.some((word) => word === '' || /\s/.test(word)))
      throw new Error(`a word of ${verb} is empty or holds a space`)
    this.#exec ??= this.#open()
    const used = this.#exec
    try {
      const exec = await used
      return await exec.ask([verb, ...words], seconds * 1000 + grace)
    } catch (error) {
      this.#forget(used)
      return { kind: 'lost', reason: `exec into ${this.#place.pod}: ${messageOf(error)}` }
    }
  }

  close(): void {
    this.#exec?.then((exec) => exec.close()).catch(() => {})
  }

  #forget(used: Promise<AgentExec>): void {
    if (this.#exec === used) this.#exec = undefined
  }

  #open(): Promise<AgentExec> {
    const exec = new AgentExec(this.#place.pod, () => this.#forget(opened))
    const opened = exec.open(this.#api, this.#place).then(() => exec)
    return opened
  }
}

/** Reads one reply line; undefined for a torn one, so that its request ends as lost and never as an answer. */
export function parseReply(text: string): { id: string; code: number; output: Buffer } | undefined {
  const [, id, code, length, encoded] = line.exec(text) ?? []
  if (id === undefined || encoded === undefined || encoded.length !== Number(length)) return undefined
  return { id, code: Number(code), output: Buffer.from(encoded, 'base64') }
}
