import type { RequestOptions } from 'node:https'
import WebSocket from 'ws'
import { ApiUnreachable, KubernetesError } from './kubernetes-error.ts'

export interface SocketOptions {
  /** What requests to the API server are made with. */
  readonly options: RequestOptions
  readonly signal?: AbortSignal | undefined
  /** Milliseconds for the handshake. */
  readonly timeout: number
  /** What was asked for, at the head of each message. */
  readonly subject: string
}

/**
 * Opens a WebSocket, paused.
 * @throws KubernetesError where the upgrade is refused, ApiUnreachable where nobody answers, the signal's reason on abort.
 */
export async function openSocket(
  url: URL,
  protocols: readonly string[],
  { options, signal, timeout, subject }: SocketOptions,
): Promise<WebSocket> {
  const address = new URL(url)
  address.protocol = url.protocol === 'http:' ? 'ws:' : 'wss:'
  // `auth` and `headers` mean the same to ws as to https; an agent gives the socket away on upgrade, and may be the way through
  // a proxy.
  const socket = new WebSocket(address, [...protocols], {
    ...(options as unknown as WebSocket.ClientOptions),
    handshakeTimeout: timeout,
    perMessageDeflate: false,
  })
  return await new Promise<WebSocket>((resolve, reject) => {
    const abort = (): void => fail(signal?.reason instanceof Error ? signal.reason : new Error('aborted'))
    const fail = (error: Error): void => {
      signal?.removeEventListener('abort', abort)
      socket.on('error', () => {})
      socket.terminate()
      reject(error)
    }
    signal?.addEventListener('abort', abort, { once: true })
    socket.once('open', () => {
      signal?.removeEventListener('abort', abort)
      socket.removeAllListeners('error')
      // Frames that came with the upgrade would be emitted before the caller listens.
      socket.pause()
      resolve(socket)
    })
    socket.once('error', (error) => fail(new ApiUnreachable(`${subject}: ${error.message}`)))
    socket.once('unexpected-response', (_request, response) => {
      let body = ''
      response.setEncoding('utf8')
      response.on('data', (chunk: string) => {
        if (body.length < 4096) body += chunk
      })
      // Not `end`: a refusal that breaks off has none.
      response.on('close', () => fail(KubernetesError.from(response.statusCode ?? 0, body, subject)))
    })
  })
}
