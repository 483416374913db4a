import { Agent, type RequestOptions } from 'node:https'
import type { Access } from './credentials.ts'

/** How long credentials are reused before the kubeconfig's plugin or token file is asked again, in ms. */
const lifetime = 30_000

/** What requests are made with: the credentials of the last half minute, and one pool of kept connections for each set of keys. */
export class KeptCredentials {
  readonly #access: Access
  #last: { readonly options: RequestOptions; readonly until: number } | undefined
  #agent: Agent | undefined
  /** Those of older keys, until nobody uses a connection of theirs. */
  readonly #retired = new Set<Agent>()

  constructor(access: Access) {
    this.#access = access
  }

  async get(): Promise<RequestOptions> {
    const now = Date.now()
    if (this.#last === undefined || this.#last.until < now) {
      const options: RequestOptions = {}
      await this.#access.applyToHTTPSOptions(options)
      if (options.agent instanceof Agent) options.agent = this.#pool(options.agent)
      this.#last = { options, until: now + lifetime }
    }
    return this.#last.options
  }

  close(): void {
    for (const agent of [...this.#retired, this.#agent]) agent?.destroy()
  }

  /** The agent to use in the place of a new one: what an agent was made with beats what each request says of keys. */
  #pool(fresh: Agent): Agent {
    if (this.#agent !== undefined && sameKeys(this.#agent, fresh)) return this.#agent
    for (const old of this.#retired) if (isIdle(old)) this.#retired.delete(old)
    if (this.#agent !== undefined) this.#retired.add(retire(this.#agent))
    // The client's own agent closes after every answer; it honours the flag when set afterwards.
    this.#agent = Object.assign(fresh, { keepAlive: true, maxSockets: 16 })
    return this.#agent
  }
}

function sameKeys({ options: a }: Agent, { options: b }: Agent): boolean {
  return (['ca', 'cert', 'key'] as const).every((name) => String(a[name] ?? '') === String(b[name] ?? ''))
}

/** Lets an agent end what it is at, such as a watch, and keep no connection after it. */
function retire(agent: Agent): Agent {
  for (const socket of Object.values(agent.freeSockets).flat()) socket?.destroy()
  return Object.assign(agent, { keepAlive: false })
}

function isIdle({ sockets, requests }: Agent): boolean {
  return Object.keys(sockets).length === 0 && Object.keys(requests).length === 0
}
