import type { IncomingMessage } from 'node:http'
import { request } from 'node:https'
import { text } from 'node:stream/consumers'
import { setTimeout as delay } from 'node:timers/promises'
import type WebSocket from 'ws'
import type { Access } from './credentials.ts'
import { KeptCredentials } from './kept-credentials.ts'
import { ApiUnreachable, KubernetesError } from './kubernetes-error.ts'
import { Limit } from './limit.ts'
import { openSocket } from './open-socket.ts'

export interface ApiRequest {
  readonly method?: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'
  /** Query parameters; a repeated one as an array. */
  readonly query?: Readonly<Record<string, string | readonly string[]>>
  /** Sent as JSON, exactly as it is. */
  readonly body?: unknown
  readonly contentType?: string
  readonly signal?: AbortSignal | undefined
  /** Milliseconds until the request is given up; 15,000 unless told. */
  readonly timeout?: number
  /** Told each warning that the server sends along (RFC 7234 5.5, code 299), without its quotes. */
  readonly onWarning?: (text: string) => void
}

/** Milliseconds until a request is given up, unless told. */
const usualTimeout = 15_000
/** How often it is sent at most. */
const mostTries = 5

/**
 * The Kubernetes API as JSON over one pool of kept connections.
 *
 * Objects go out and come back exactly as they are written: the typed client drops every field that its models do not
 * know, which turns a strict NetworkPolicy into an open one (kubernetes-client/javascript#2825), and opens a TLS
 * connection per call. Authentication, proxies and contexts stay with that client's KubeConfig.
 */
export class KubernetesApi {
  readonly #base: URL
  readonly #credentials: KeptCredentials

  constructor(access: Access) {
    const cluster = access.getCurrentCluster()
    if (cluster === null) throw new Error('the kubeconfig names no cluster for its current context')
    this.#base = new URL(cluster.server.endsWith('/') ? cluster.server : `${cluster.server}/`)
    this.#credentials = new KeptCredentials(access)
  }

  get server(): string {
    return this.#base.href
  }

  /**
   * Sends one request and returns the decoded JSON body. As client-go does (rest/with_retry.go), it is sent again where the server has
   * done nothing of it and says when to come back: a busy one, or one that is about to go.
   * @throws KubernetesError where the server refuses, ApiUnreachable where it cannot be asked, the signal's reason on abort, and
   * a Problem where there are no credentials to ask it with.
   */
  async send<T>(path: string, options: ApiRequest = {}): Promise<T> {
    const deadline = performance.now() + (options.timeout ?? usualTimeout)
    for (let tries = 1; ; tries++) {
      try {
        return await this.#credentials.renewing(() => this.#once<T>(path, options))
      } catch (error) {
        const pause = pauseAfter(error, tries)
        if (pause === undefined || tries === mostTries || performance.now() + pause > deadline) throw error
        await delay(pause, undefined, { signal: options.signal }).catch(() => options.signal?.throwIfAborted())
      }
    }
  }

  /**
   * Opens an answer that goes on for as long as the server has something to tell, or until the signal ends it: the body is
   * left to be read as it comes.
   * @throws as `send` does, until the answer has begun.
   */
  async open(
    path: string,
    { query = {}, signal, timeout = usualTimeout }: Pick<ApiRequest, 'query' | 'signal' | 'timeout'> = {},
  ): Promise<IncomingMessage> {
    return this.#credentials.renewing(() => this.#open(path, { query, signal, timeout }))
  }

  async #open(
    path: string,
    {
      query,
      signal,
      timeout,
    }: { query: NonNullable<ApiRequest['query']>; signal: AbortSignal | undefined; timeout: number },
  ): Promise<IncomingMessage> {
    const base = await this.#credentials.get({ signal, timeout })
    signal?.throwIfAborted()
    const subject = `GET ${path}`
    return await new Promise<IncomingMessage>((resolve, reject) => {
      const headers = { ...base.headers, accept: 'application/json', 'user-agent': 'rollcall' }
      const call = request(this.#url(path, query), { ...base, headers, ...(signal === undefined ? {} : { signal }) })
      const late = setTimeout(() => call.destroy(new Error(`no answer within ${timeout / 1000} s`)), timeout)
      const broke = (error: Error): void =>
        reject(signal?.aborted ? (signal.reason as Error) : new ApiUnreachable(`${subject}: ${error.message}`))
      call.on('close', () => clearTimeout(late))
      call.on('error', broke)
      call.on('response', (response) => {
        clearTimeout(late)
        const status = response.statusCode ?? 0
        if (status >= 200 && status <= 299) return resolve(response)
        text(response).then((body) => reject(KubernetesError.from(status, body, subject)), broke)
      })
      call.end()
    })
  }

  /** Opens a WebSocket on a path of the API, paused; rejects with KubernetesError when the upgrade is refused. */
  async openWebSocket(path: string, protocols: readonly string[], signal?: AbortSignal): Promise<WebSocket> {
    return this.#credentials.renewing(() => this.#openWebSocket(path, protocols, signal))
  }

  async #openWebSocket(path: string, protocols: readonly string[], signal?: AbortSignal): Promise<WebSocket> {
    signal?.throwIfAborted()
    const options = await this.#credentials.get({ signal, timeout: usualTimeout })
    signal?.throwIfAborted()
    const url = this.#url(path, {})
    return openSocket(url, protocols, { options, signal, timeout: usualTimeout, subject: path.split('?')[0] ?? path })
  }

  close(): void {
    this.#credentials.close()
  }

  #url(path: string, query: NonNullable<ApiRequest['query']>): URL {
    const url = new URL(path.replace(/^\//, ''), this.#base)
    for (const [name, value] of Object.entries(query))
      for (const one of Array.isArray(value) ? value : [value]) url.searchParams.append(name, String(one))
    return url
  }

  async #once<T>(path: string, options: ApiRequest): Promise<T> {
    options.signal?.throwIfAborted()
    const { method = 'GET', query = {}, body, contentType = 'application/json', timeout = usualTimeout } = options
    const limit = new Limit(options.signal, timeout)
    const base = await this.#credentials.get({ signal: options.signal, timeout }).catch((error: unknown) => {
      limit.end()
      throw error
    })
    const payload = body === undefined ? undefined : JSON.stringify(body)
    const { signal } = limit
    const subject = `${method} ${path}`
    return await new Promise<T>((resolve, reject) => {
      const call = request(this.#url(path, query), {
        ...base,
        method,
        signal,
        headers: {
          ...base.headers,
          accept: 'application/json',
          'user-agent': 'rollcall',
          ...(payload === undefined
            ? {}
            : { 'content-type': contentType, 'content-length': Buffer.byteLength(payload) }),
        },
      })
      const broke = (error: Error, cause?: { cause: string }): void => {
        if (options.signal?.aborted) reject(options.signal.reason as Error)
        else if (limit.isLate) reject(new ApiUnreachable(`${subject}: no answer within ${timeout / 1000} s`))
        else reject(new ApiUnreachable(`${subject}: ${error.message || String(error)}`, cause))
      }
      let answered = false
      call.on('error', (error) => {
        broke(error, call.reusedSocket && !answered ? { cause: 'reused connection' } : undefined)
      })
      call.on('response', (response) => {
        answered = true
        const chunks: Buffer[] = []
        response.on('data', (chunk: Buffer) => chunks.push(chunk))
        response.on('error', (error) => broke(error))
        response.on('end', () => {
          const text = Buffer.concat(chunks).toString('utf8')
          const status = response.statusCode ?? 0
          for (const one of response.headersDistinct.warning ?? []) options.onWarning?.(warningText(one))
          if (status < 200 || status > 299)
            return reject(KubernetesError.from(status, text, subject, retryAfterOf(response.headers['retry-after'])))
          try {
            resolve((text.startsWith('{') || text.startsWith('[') ? JSON.parse(text) : text) as T)
          } catch {
            reject(new ApiUnreachable(`${subject}: the answer is not JSON: ${text.slice(0, 80)}`))
          }
        })
      })
      call.end(payload)
    }).finally(() => limit.end())
  }
}

/** Milliseconds until a request that has failed so may be sent again; undefined where it may not. */
function pauseAfter(error: unknown, tries: number): number | undefined {
  // A kept connection that the server has just closed fails on reuse, before the request was read.
  if (error instanceof ApiUnreachable && error.cause === 'reused connection') return tries === 1 ? 0 : undefined
  if (!(error instanceof KubernetesError)) return undefined
  return error.status === 429 || error.status >= 500 ? error.retryAfter : undefined
}

/** Seconds of a `Retry-After` header, in ms; undefined for a date, which no API server sends. */
function retryAfterOf(header: string | undefined): number | undefined {
  return header !== undefined && /^\d{1,9}$/.test(header) ? Number(header) * 1000 : undefined
}

/** The text of a `Warning` header: `299 - "it is ignored"`. */
export function warningText(header: string): string {
  const [, quoted] = /^\d{3} \S+ "((?:[^"\\]|\\.)*)"/.exec(header) ?? []
  return quoted === undefined ? header : quoted.replaceAll(/\\(.)/g, '$1')
}
