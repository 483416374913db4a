import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { createServer, type Server } from 'node:https'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import type { Duplex } from 'node:stream'
import { text } from 'node:stream/consumers'
import { KubeConfig } from '@kubernetes/client-node'
import { type WebSocket, WebSocketServer } from 'ws'
import { KubernetesApi } from './api.ts'
import { type FakeAnswer, type FakeRequest, FakeStore } from './fake-store.ts'

/** Key and certificate for 127.0.0.1, for tests only. */
const pem = readFileSync(join(import.meta.dirname, 'fake-api.pem'), 'utf8')

/** Answers a request in the store's place; undefined leaves it to the store. */
export type Answer = (
  request: FakeRequest,
  store: FakeStore,
) => FakeAnswer | undefined | Promise<FakeAnswer | undefined>

/** Plays the container's side of one exec: `argv` is what it was told to run. */
export type ExecScript = (socket: WebSocket, argv: readonly string[], path: string) => void

/**
 * An API server for tests: real TLS, HTTP and WebSockets on 127.0.0.1 in front of objects in memory. What a cluster would do
 * by itself is up to the test.
 */
export class FakeApi implements AsyncDisposable {
  readonly store = new FakeStore()
  readonly requests: FakeRequest[] = []
  /** Connections that were ever opened. */
  connections = 0
  answer: Answer = () => undefined
  /** Sees the raw response before anything else; true takes it over. */
  takeOver: (request: IncomingMessage, response: ServerResponse) => boolean = () => false
  exec: ExecScript = (socket) => socket.close()
  /** Refuses a WebSocket upgrade with this answer, and breaks off in it where it is `cut`. */
  refuseExec: (FakeAnswer & { readonly cut?: boolean }) | undefined
  readonly #server: Server
  readonly #sockets = new WebSocketServer({
    noServer: true,
    handleProtocols: (offered) => [...offered][0] ?? false,
  })

  private constructor() {
    this.#server = createServer({ key: pem, cert: pem })
    this.#server.on('secureConnection', () => this.connections++)
    this.#server.on('request', (request, response) => void this.#respond(request, response))
    this.#server.on('upgrade', (request, socket, head) => this.#upgrade(request, socket, head))
  }

  static async start(): Promise<FakeApi> {
    const api = new FakeApi()
    api.#server.listen(0, '127.0.0.1')
    await once(api.#server, 'listening')
    return api
  }

  get url(): string {
    return `https://127.0.0.1:${(this.#server.address() as AddressInfo).port}`
  }

  /** A kubeconfig whose one context is this server; JSON is YAML, too. */
  kubeconfig(context = 'kind-fake', server = this.url): string {
    const certificate = Buffer.from(pem).toString('base64')
    return JSON.stringify({
      apiVersion: 'v1',
      kind: 'Config',
      clusters: [{ name: 'fake', cluster: { server, 'certificate-authority-data': certificate } }],
      users: [{ name: 'tester', user: { token: 'test-token' } }],
      contexts: [{ name: context, context: { cluster: 'fake', user: 'tester' } }],
      'current-context': context,
    })
  }

  /** The client under test, pointed here; `prefix` is a path that the server URL ends with. */
  client(prefix = ''): KubernetesApi {
    const config = new KubeConfig()
    config.loadFromString(this.kubeconfig('kind-fake', `${this.url}${prefix}`))
    return new KubernetesApi(config)
  }

  /** What was asked for, one `METHOD path` each. */
  asked(): string[] {
    return this.requests.map(({ method, path }) => `${method} ${path}`)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const socket of this.#sockets.clients) socket.terminate()
    this.#server.closeAllConnections()
    this.#server.close()
    await once(this.#server, 'close')
  }

  async #respond(message: IncomingMessage, response: ServerResponse): Promise<void> {
    if (this.takeOver(message, response)) return
    const request = requestOf(message, await text(message))
    this.requests.push(request)
    const answer = (await this.answer(request, this.store)) ?? this.#ownAnswer(request) ?? this.store.answer(request)
    response.writeHead(answer.status, { 'content-type': 'application/json', ...answer.headers })
    response.end(typeof answer.body === 'string' ? answer.body : JSON.stringify(answer.body))
  }

  #ownAnswer({ path }: FakeRequest): FakeAnswer | undefined {
    if (path === '/version') return { status: 200, body: { gitVersion: 'v1.35.0', platform: 'linux/amd64' } }
    if (path.endsWith('/selfsubjectaccessreviews')) return { status: 201, body: { status: { allowed: true } } }
    return undefined
  }

  #upgrade(message: IncomingMessage, socket: Duplex, head: Buffer): void {
    const request = requestOf(message, '')
    this.requests.push(request)
    socket.on('error', () => {})
    if (this.refuseExec !== undefined) {
      const { status, body, cut = false } = this.refuseExec
      const payload = typeof body === 'string' ? body : JSON.stringify(body)
      const length = Buffer.byteLength(payload) + (cut ? 1 : 0)
      socket.end(`HTTP/1.1 ${status} Refused\r\nconnection: close\r\ncontent-length: ${length}\r\n\r\n${payload}`)
      return
    }
    // Corked, so that what the script sends at once goes out in one piece with the answer to the upgrade.
    socket.cork()
    this.#sockets.handleUpgrade(message, socket, head, (webSocket) => {
      webSocket.on('error', () => {})
      this.exec(webSocket, request.query.getAll('command'), request.path)
    })
    socket.uncork()
  }
}

function requestOf(message: IncomingMessage, body: string): FakeRequest {
  const url = new URL(message.url ?? '/', 'https://fake')
  return {
    method: message.method ?? '',
    path: decodeURIComponent(url.pathname),
    query: url.searchParams,
    headers: message.headers,
    body: body === '' ? undefined : JSON.parse(body),
  }
}
