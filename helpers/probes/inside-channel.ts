import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { messageOf } from '../errors.ts'
import type { KubernetesApi } from '../target/api.ts'
import { type ExecPlace, type ExecSession, openExec } from '../target/exec.ts'

/** What the script has printed on one look, or why that is out of our sight. */
export type Printed =
  | { readonly kind: 'printed'; readonly text: string }
  | { readonly kind: 'lost'; readonly reason: string }

const script = readFileSync(join(import.meta.dirname, 'inside.sh'), 'utf8')
const last = '\n== end\n'
/** Milliseconds for a look; the script gives each name six seconds, all side by side. */
const patience = 10_000

/** The script in one Pod, kept running: an exec for each look would take longer than the look. Opens again after its end. */
export class InsideChannel {
  readonly #api: KubernetesApi
  readonly #place: ExecPlace
  #session: Promise<ExecSession> | undefined
  #turn: Promise<unknown> = Promise.resolve()
  #text = ''
  #settle: ((printed: Printed) => void) | undefined

  constructor(api: KubernetesApi, place: ExecPlace) {
    this.#api = api
    this.#place = place
  }

  /** Looks once, and looks these names up there. One look after the other, in the order in which they were asked for. */
  async look(names: readonly string[]): Promise<Printed> {
    if (names.some((name) => name === '' || /\s/.test(name))) throw new Error('a name is empty or holds a space')
    const mine = this.#turn.then(() => this.#look(names))
    this.#turn = mine
    return mine
  }

  close(): void {
    this.#session?.then((session) => session.close()).catch(() => {})
  }

  async #look(names: readonly string[]): Promise<Printed> {
    let session: ExecSession
    try {
      this.#session ??= this.#open()
      session = await this.#session
    } catch (error) {
      this.#session = undefined
      return { kind: 'lost', reason: `exec into ${this.#place.pod}: ${messageOf(error)}` }
    }
    const printed = await new Promise<Printed>((resolve) => {
      const reason = `${this.#place.pod} did not reply within ${patience} ms`
      const timer = setTimeout(() => this.#settle?.({ kind: 'lost', reason }), patience)
      this.#settle = (outcome) => {
        clearTimeout(timer)
        this.#settle = undefined
        resolve(outcome)
      }
      this.#text = ''
      session.write(Buffer.from(`${names.join(' ')}\n`))
    })
    // What is still to come would be taken for the next look.
    if (printed.kind === 'lost') {
      this.#session = undefined
      session.close()
    }
    return printed
  }

  async #open(): Promise<ExecSession> {
    const session = await openExec(this.#api, this.#place, ['sh', '-c', script], {
      onStdout: (bytes) => {
        this.#text += bytes.toString('latin1')
        if (this.#text.endsWith(last)) this.#settle?.({ kind: 'printed', text: this.#text })
      },
    })
    void session.end.then(async (end) => {
      if ((await this.#session) !== session) return
      this.#session = undefined
      const reason = end.kind === 'lost' ? end.reason : `looking into it ended with code ${end.code}`
      this.#settle?.({ kind: 'lost', reason: `${this.#place.pod}: ${reason}` })
    })
    return session
  }
}
