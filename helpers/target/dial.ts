import type { Duplex } from 'node:stream'
import type WebSocket from 'ws'
import { DialledStream } from './dial-stream.ts'

/** What dialling needs of the API: an upgraded connection, or a readable error where it is refused. */
export interface WebSocketOpener {
  openWebSocket(path: string, protocols: readonly string[], signal?: AbortSignal): Promise<WebSocket>
}

/** A TCP port inside a pod. */
export interface DialTarget {
  readonly namespace: string
  readonly pod: string
  readonly port: number
}

/** Times in ms. */
export interface DialTimes {
  /** Until the API server must have answered the upgrade; 15,000 unless told. */
  readonly handshake?: number
  /** Between pings, without which load balancers drop an idle connection; 20,000 unless told. */
  readonly ping?: number
}

/**
 * Opens one TCP connection to a port of a pod through the API server (`pods/portforward`), without a local port: one
 * WebSocket carries it alone. The kubelet connects after this resolves, so a refusal arrives as the stream's error.
 * The stream has no half-close: ending it ends both directions once everything written is sent.
 *
 * @param signal ends the attempt, and the stream after it.
 * @throws what the opener throws where the upgrade is refused, the signal's reason, or an Error on a silent server.
 */
export async function dial(
  api: WebSocketOpener,
  target: DialTarget,
  signal?: AbortSignal,
  { handshake = 15_000, ping = 20_000 }: DialTimes = {},
): Promise<Duplex> {
  signal?.throwIfAborted()
  const { namespace, pod, port } = target
  const path = `/api/v1/namespaces/${encodeURIComponent(namespace)}/pods/${encodeURIComponent(pod)}/portforward?ports=${port}`
  const late = new AbortController()
  const timer = setTimeout(
    () => late.abort(new Error(`no port-forward to ${namespace}/${pod}:${port} in ${handshake} ms`)),
    handshake,
  )
  const either = signal === undefined ? late.signal : AbortSignal.any([signal, late.signal])
  try {
    const socket = await api.openWebSocket(path, ['v4.channel.k8s.io'], either)
    return new DialledStream(socket, { port, ping, ...(signal === undefined ? {} : { signal }) })
  } catch (error) {
    // Openers differ in what they make of an abort; its reason says more.
    throw either.aborted ? either.reason : error
  } finally {
    clearTimeout(timer)
  }
}
