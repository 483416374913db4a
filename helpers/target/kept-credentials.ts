import { Agent, type RequestOptions } from 'node:https'
import { messageOf, Problem } from '../errors.ts'
import type { Access } from './credentials.ts'
import { type InTime, inTime } from './in-time.ts'
import { ApiUnreachable, isStatus } from './kubernetes-error.ts'

/** How long credentials are reused before the kubeconfig's plugin or token file is asked again, in ms. */
const lifetime = 30_000

/** What requests are made with: the credentials of the last half minute, and one pool of kept connections for each set of keys. */
export class KeptCredentials {
  readonly #access: Access
  #last: { readonly options: RequestOptions; readonly until: number } | undefined
  /** The look for newer ones that is under way. */
  #asked: Promise<RequestOptions> | undefined
  #agent: Agent | undefined
  /** Those of older keys, until nobody uses a connection of theirs. */
  readonly #retired = new Set<Agent>()

  constructor(access: Access) {
    this.#access = access
  }

  /**
   * @throws the signal's reason on abort; where there are none, or none in time, what the access throws or a Problem, and
   * ApiUnreachable with the same sentence once there have been some: a plugin that fails for a moment is like a server that does.
   */
  async get({ signal, timeout }: Omit<InTime, 'late'>): Promise<RequestOptions> {
    if (this.#last !== undefined && this.#last.until >= Date.now()) return this.#last.options
    // Whoever comes meanwhile waits for the same: a plugin may open a browser.
    this.#asked ??= this.#ask().finally(() => {
      this.#asked = undefined
    })
    try {
      return await inTime(this.#asked, { signal, timeout, late: () => this.#late(timeout) })
    } catch (error) {
      signal?.throwIfAborted()
      throw this.#last === undefined ? error : new ApiUnreachable(messageOf(error))
    }
  }

  /**
   * Does something, and once more with credentials asked for anew where the server no longer knows who asks (401), as client-go does
   * (plugin/pkg/client/auth/exec): what is kept here may expire meanwhile. Such a server has done nothing.
   */
  async renewing<T>(attempt: () => Promise<T>): Promise<T> {
    const used = this.#last
    try {
      return await attempt()
    } catch (error) {
      if (!isStatus(error, 401)) throw error
      // Somebody else may have been told so, too, and be further.
      if (used === undefined || this.#last === used) this.#expire()
      return await attempt()
    }
  }

  close(): void {
    for (const agent of [...this.#retired, this.#agent]) agent?.destroy()
  }

  #expire(): void {
    if (this.#last !== undefined) this.#last = { ...this.#last, until: 0 }
  }

  async #ask(): Promise<RequestOptions> {
    const options: RequestOptions = {}
    await this.#access.applyToHTTPSOptions(options)
    if (options.agent instanceof Agent) options.agent = this.#pool(options.agent)
    this.#last = { options, until: Date.now() + lifetime }
    return options
  }

  #late(timeout: number): Problem {
    return new Problem(
      `The credentials for ${this.#access.getCurrentCluster()?.server} did not come within ${timeout / 1000} s; see what the plugin of the kubeconfig waits for, such as a login, and start again.`,
    )
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
