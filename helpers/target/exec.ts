import type WebSocket from 'ws'
import { messageOf } from '../errors.ts'
import type { KubernetesApi } from './api.ts'

/** Where a command runs. */
export interface ExecPlace {
  readonly namespace: string
  readonly pod: string
  readonly container: string
}

/** How a command ended: by itself, or out of our sight, which says nothing about what it was doing. */
export type ExecEnd =
  | { readonly kind: 'exited'; readonly code: number; readonly message: string }
  | { readonly kind: 'lost'; readonly reason: string }

/** A running command: bytes in, bytes out, one end. */
export interface ExecSession {
  /** Sends bytes to the command's standard input. Bytes sent after the end are dropped. */
  write(bytes: Uint8Array): void
  /** Ends the session from our side; `end` then says `lost` unless the command was quicker. */
  close(): void
  readonly end: Promise<ExecEnd>
}

export interface ExecOutput {
  onStdout(bytes: Buffer): void
  onStderr?(bytes: Buffer): void
}

const channel = { stdin: 0, stdout: 1, stderr: 2, status: 3 } as const
/** v5 knows how to close stdin alone; servers before 1.30 speak v4 (remotecommand constants of k8s.io/apimachinery). */
const protocols = ['v5.channel.k8s.io', 'v4.channel.k8s.io']
/** Idle connections die at load balancers after a minute or so, in ms. */
const keepAlive = 20_000

/**
 * Starts a command in a container and keeps its streams open.
 * @throws KubernetesError where exec is refused (403) or the pod is not there (404), ApiUnreachable otherwise.
 */
export async function openExec(
  api: KubernetesApi,
  place: ExecPlace,
  argv: readonly string[],
  output: ExecOutput,
  signal?: AbortSignal,
): Promise<ExecSession> {
  const query = new URLSearchParams({ container: place.container, stdin: 'true', stdout: 'true', stderr: 'true' })
  for (const word of argv) query.append('command', word)
  const path = `/api/v1/namespaces/${place.namespace}/pods/${place.pod}/exec?${query}`
  const socket = await api.openWebSocket(path, protocols, signal)
  return attach(socket, output, signal)
}

function attach(socket: WebSocket, output: ExecOutput, signal: AbortSignal | undefined): ExecSession {
  const ping = setInterval(() => socket.ping(), keepAlive)
  ping.unref()
  const abort = (): void => socket.terminate()
  signal?.addEventListener('abort', abort, { once: true })
  const end = new Promise<ExecEnd>((resolve) => {
    let status: ExecEnd | undefined
    socket.on('message', (data: Buffer) => {
      const bytes = data.subarray(1)
      if (data[0] === channel.stdout) output.onStdout(bytes)
      else if (data[0] === channel.stderr) output.onStderr?.(bytes)
      else if (data[0] === channel.status) status = endOf(bytes)
    })
    socket.on('error', (error) => {
      status ??= { kind: 'lost', reason: `the exec connection broke: ${messageOf(error)}` }
    })
    // The status frame comes after the last output, but only the close says that nothing more follows.
    socket.on('close', (code) => {
      clearInterval(ping)
      signal?.removeEventListener('abort', abort)
      resolve(status ?? { kind: 'lost', reason: `the exec connection closed without a status (code ${code})` })
    })
  })
  if (signal?.aborted) abort()
  socket.resume()
  let unsent: Uint8Array[] = []
  const send = (): void => {
    if (socket.readyState === socket.OPEN) socket.send(Buffer.concat([Buffer.from([channel.stdin]), ...unsent]))
    unsent = []
  }
  return {
    end,
    // Four processes pass each frame on: what is written at once goes in one.
    write: (bytes) => {
      if (unsent.push(bytes) === 1) setImmediate(send)
    },
    close: () => socket.terminate(),
  }
}

interface ExecStatus {
  status?: string
  message?: string
  reason?: string
  details?: { causes?: { reason?: string; message?: string }[] }
}

/** Reads the status frame: `Success`, or a `NonZeroExitCode` whose cause holds the code. */
function endOf(bytes: Buffer): ExecEnd {
  let status: ExecStatus
  try {
    status = JSON.parse(bytes.toString('utf8')) as ExecStatus
  } catch {
    return { kind: 'lost', reason: 'the exec status could not be read' }
  }
  if (status.status === 'Success') return { kind: 'exited', code: 0, message: '' }
  const cause = status.details?.causes?.find((one) => one.reason === 'ExitCode')
  const message = status.message ?? ''
  if (cause?.message === undefined) return { kind: 'lost', reason: message || 'exec failed without an exit code' }
  return { kind: 'exited', code: Number(cause.message), message }
}

export interface ExecResult {
  readonly end: ExecEnd
  readonly stdout: string
  readonly stderr: string
}

/** Runs a command to its end and collects what it printed, at most 32 MiB; `lost` after `timeout` ms. */
export async function exec(
  api: KubernetesApi,
  place: ExecPlace,
  argv: readonly string[],
  options: { timeout: number; signal?: AbortSignal | undefined },
): Promise<ExecResult> {
  const out: Buffer[] = []
  const err: Buffer[] = []
  let size = 0
  const deadline = AbortSignal.timeout(options.timeout)
  const signal = options.signal === undefined ? deadline : AbortSignal.any([options.signal, deadline])
  const keep = (list: Buffer[]) => (bytes: Buffer) => {
    size += bytes.length
    if (size <= 32 * 1024 * 1024) list.push(bytes)
  }
  let end: ExecEnd
  try {
    const session = await openExec(api, place, argv, { onStdout: keep(out), onStderr: keep(err) }, signal)
    end = await session.end
  } catch (error) {
    end = { kind: 'lost', reason: messageOf(error) }
  }
  options.signal?.throwIfAborted()
  if (deadline.aborted && end.kind === 'lost')
    end = { kind: 'lost', reason: `${argv[0]} in ${place.pod} did not end within ${options.timeout / 1000} s` }
  return { end, stdout: Buffer.concat(out).toString('utf8'), stderr: Buffer.concat(err).toString('utf8') }
}
