import { hostname } from 'node:os'

/** Marks everything that a run has made, with the run's id. */
export const runLabel = 'rollcall.dev/run'
/** Unix time in seconds after which anybody may sweep the namespace. */
export const expiresLabel = 'rollcall.dev/expires'
/** Host and process that made the namespace: a dead one's leftovers need not wait for their expiry. */
export const runnerLabel = 'rollcall.dev/runner'
/** Present on namespaces that a run has left on purpose. */
export const keptLabel = 'rollcall.dev/kept'

/** A label value for this process: `<host>.<pid>`, cut to what a label may hold. */
export function runnerOf(pid: number, host = hostname()): string {
  const safe = host
    .replace(/[^A-Za-z0-9_.-]/g, '-')
    .slice(0, 50)
    .replace(/^[^A-Za-z0-9]+/, '')
  return `${safe || 'host'}.${pid}`
}

export interface Leftover {
  readonly expires: number
  readonly runner: string
  readonly kept: boolean
}

/**
 * Whether a namespace of an older run may be swept: it has expired, or the process that made it ran on this host and is
 * gone. A namespace kept on purpose only goes by its expiry.
 */
export function isLeftover(one: Leftover, now: number, alive: (pid: number) => boolean, host = hostname()): boolean {
  if (one.expires <= now) return true
  if (one.kept) return false
  const pid = Number(one.runner.slice(one.runner.lastIndexOf('.') + 1))
  return Number.isInteger(pid) && one.runner === runnerOf(pid, host) && !alive(pid)
}
