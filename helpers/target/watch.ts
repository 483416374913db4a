import type { IncomingMessage } from 'node:http'
import { setTimeout as delay } from 'node:timers/promises'
import { messageOf } from '../errors.ts'
import type { KubernetesApi } from './api.ts'
import { ApiUnreachable, isStatus } from './kubernetes-error.ts'
import { type Kinds, pathOf, type Resource } from './objects.ts'

export interface WatchEvent<T> {
  readonly type: 'ADDED' | 'MODIFIED' | 'DELETED'
  readonly object: T
}

/** The server can no longer tell what has happened: what was seen until now has a gap behind it. */
export class WatchLost extends Error {
  override readonly name = 'WatchLost'
}

export interface WatchOptions<T> {
  readonly namespace: string
  /** The resource version of a list: everything after it is told. */
  readonly since: string
  readonly told: (event: WatchEvent<T>) => void
  /** Ends the watch. */
  readonly signal: AbortSignal
}

/** Times in a row that a connection may end without having told anything, and milliseconds between two. */
const breaks = 5
const pause = 200

/**
 * Tells every event of a resource, in order and without a gap, until the signal ends it: a connection that closes or breaks is
 * opened again from the last event on.
 * @throws WatchLost where the server has forgotten the place (410), or lets nobody in; KubernetesError where it refuses.
 */
export async function watch<R extends Resource>(
  api: KubernetesApi,
  resource: R,
  { namespace, since, told, signal }: WatchOptions<Kinds[R]>,
): Promise<void> {
  let version = since
  let last = ''
  for (let idle = 0; idle < breaks && !signal.aborted; idle++) {
    const query = { watch: 'true', resourceVersion: version }
    try {
      for await (const line of lines(await api.open(pathOf(resource, namespace), { query, signal }))) {
        const event = JSON.parse(line) as { type: string; object: Kinds[R] & { message?: string } }
        if (event.type === 'ERROR') throw new WatchLost(`the watch has lost its place: ${event.object.message}`)
        version = event.object.metadata?.resourceVersion ?? version
        idle = -1
        if (event.type !== 'BOOKMARK') told(event as WatchEvent<Kinds[R]>)
      }
      last = 'it was closed'
    } catch (error) {
      if (signal.aborted) return
      if (isStatus(error, 410)) throw new WatchLost(`the watch has lost its place: ${messageOf(error)}`)
      if (!isBreak(error)) throw error
      last = messageOf(error)
    }
    await delay(pause, undefined, { signal }).catch(() => {})
  }
  if (!signal.aborted) throw new WatchLost(`the watch cannot be kept: ${last}`)
}

/** The lines of an answer. Half a line, from which the connection was cut, is none: it is told again. */
export async function* lines(body: IncomingMessage): AsyncGenerator<string> {
  body.setEncoding('utf8')
  let rest = ''
  for await (const chunk of body) {
    const whole = `${rest}${chunk}`.split('\n')
    rest = whole.pop() ?? ''
    yield* whole.filter((line) => line !== '')
  }
}

/** Whether the connection is to blame, and not what was asked for: Node gives such errors a code. */
function isBreak(error: unknown): boolean {
  return error instanceof ApiUnreachable || (error as { code?: unknown }).code !== undefined
}
