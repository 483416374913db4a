import { setTimeout as delay } from 'node:timers/promises'
import { messageOf } from '../errors.ts'
import type { KubernetesApi } from '../target/api.ts'
import type { ExecPlace } from '../target/exec.ts'
import { isStatus } from '../target/kubernetes-error.ts'
import { pathOf } from '../target/objects.ts'
import { lines } from '../target/watch.ts'

export interface FollowOptions {
  /** Unix time in ms on the clock of the node, of the last line that is had; undefined before the first. */
  readonly since: () => number | undefined
  /** Told each line, some of them twice: what was told shortly before a break is told again after it. */
  readonly told: (line: string) => void
  /** Told each time that the log is out of sight, in a few words. */
  readonly lost: (reason: string) => void
  readonly signal: AbortSignal
  /** Milliseconds without a line after which a connection counts as dead; 10,000 unless told. */
  readonly silence?: number
  /** Milliseconds until it is opened again; 1,000 unless told. */
  readonly pause?: number
}

/** Milliseconds before the last line that are asked for again: ticks that take long are printed after later ones. */
const overlap = 10_000

/**
 * Follows the log of a container until the signal ends it or its Pod is gone. A connection that ends, breaks or goes dead is
 * opened again; and what a container has printed before it was restarted is read, too.
 */
export async function followLog(api: KubernetesApi, place: ExecPlace, options: FollowOptions): Promise<void> {
  const { signal, lost, pause = 1000 } = options
  while (!signal.aborted) {
    try {
      await readPrevious(api, place, options)
      await readOn(api, place, options)
      lost('the log has ended')
    } catch (error) {
      if (signal.aborted || isStatus(error, 404)) return
      lost(messageOf(error))
    }
    await delay(pause, undefined, { signal }).catch(() => {})
  }
}

async function readOn(api: KubernetesApi, place: ExecPlace, options: FollowOptions): Promise<void> {
  const { told, signal, silence = 10_000 } = options
  const over = new AbortController()
  const either = AbortSignal.any([signal, over.signal])
  const dead = setTimeout(() => over.abort(new Error(`no line within ${silence / 1000} s`)), silence)
  try {
    const query = { ...queryOf(place, options), follow: 'true' }
    const body = await api.open(logOf(place), { query, signal: either, timeout: silence })
    for await (const line of lines(body)) {
      dead.refresh()
      told(line)
    }
  } catch (error) {
    throw over.signal.aborted ? over.signal.reason : error
  } finally {
    clearTimeout(dead)
  }
}

/** Most containers have none before them: then the kubelet refuses (400). */
async function readPrevious(api: KubernetesApi, place: ExecPlace, options: FollowOptions): Promise<void> {
  if (options.since() === undefined) return
  try {
    const query = { ...queryOf(place, options), previous: 'true' }
    const text = await api.send<unknown>(logOf(place), { query, signal: options.signal, timeout: 10_000 })
    if (typeof text === 'string') for (const line of text.split('\n').filter(Boolean)) options.told(line)
  } catch (error) {
    if (!isStatus(error, 400)) throw error
  }
}

function logOf({ namespace, pod }: ExecPlace): string {
  return `${pathOf('pods', namespace, pod)}/log`
}

/** The first time, what is printed from now on: the log may hold hours of an older watch. */
function queryOf({ container }: ExecPlace, { since }: FollowOptions): Record<string, string> {
  const last = since()
  if (last === undefined) return { container, sinceSeconds: '2' }
  return { container, sinceTime: new Date(last - overlap).toISOString() }
}
