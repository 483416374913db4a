import { createHash } from 'node:crypto'
import { readFileSync, readlinkSync } from 'node:fs'
import { hostname } from 'node:os'

/** Marks everything that a run has made, with the run's id. */
export const runLabel = 'rollcall.dev/run'
/** Unix time in seconds after which anybody may sweep it. */
export const expiresLabel = 'rollcall.dev/expires'
/** Host and process that made it: a dead one's leftovers need not wait for their expiry. */
export const runnerLabel = 'rollcall.dev/runner'
/** Present on what a run has left on purpose. */
export const keptLabel = 'rollcall.dev/kept'

/** A label value for a process: `<host>-<where its pid counts>.<pid>`, cut to what a label may hold. */
export function runnerOf(pid: number, host = hostname(), space = pidSpace()): string {
  const safe = host
    .replace(/[^A-Za-z0-9_.-]/g, '-')
    .slice(0, 40)
    .replace(/^[^A-Za-z0-9]+/, '')
  return `${safe || 'host'}${space === '' ? '' : `-${space}`}.${pid}`
}

/**
 * Where pids count: containers on one host may share its name, and each has pids of its own, as every boot has. Empty where the
 * system does not tell.
 */
function pidSpace(): string {
  ownSpace ??= readPidSpace()
  return ownSpace
}

/** It stays the same, and each object of a run in somebody's namespace is marked with it. */
let ownSpace: string | undefined

function readPidSpace(): string {
  try {
    const told = `${readlinkSync('/proc/self/ns/pid')} ${readFileSync('/proc/sys/kernel/random/boot_id', 'utf8')}`
    return createHash('sha256').update(told).digest('hex').slice(0, 8)
  } catch {
    return ''
  }
}

/** The namespace that a run makes for a set. */
export function ownNamespaceOf(set: string, run: string): string {
  return `rollcall-${set}-${run}`
}

/** Whose something is, and how long it stays. */
export interface Belonging {
  readonly run: string
  /** Left on purpose. */
  readonly kept: boolean
  /** Seconds that what is kept stays; a day unless told. */
  readonly keptFor?: number
}

/** Lifetimes of what a run has made and nobody deletes, in seconds. */
const lifetime = { run: 3600, kept: 24 * 3600 }

/** The labels of a namespace of this process' run, and of each object that it makes in a namespace that is not its own. */
export function marksOf({ run, kept, keptFor = lifetime.kept }: Belonging): Record<string, string> {
  const expires = Math.floor(Date.now() / 1000) + (kept ? keptFor : lifetime.run)
  return {
    [runLabel]: run,
    [expiresLabel]: String(expires),
    [runnerLabel]: runnerOf(process.pid),
    ...(kept ? { [keptLabel]: 'true' } : {}),
  }
}

/** What such labels tell. */
export interface Leftover {
  /** Unix time in seconds; NaN where none is told: everything of ours has one, and what has none may not be ours. */
  readonly expires: number
  readonly runner: string
  readonly kept: boolean
}

/** Reads what `marksOf` has written. */
export function leftoverOf(labels: Readonly<Record<string, string>> = {}): Leftover {
  return {
    expires: Number(labels[expiresLabel] ?? Number.NaN),
    runner: labels[runnerLabel] ?? '',
    kept: labels[keptLabel] !== undefined,
  }
}

/**
 * Whether what an older run has made may be swept: it has expired, or the process that made it ran on this host, among the same
 * processes, and is gone. What was kept on purpose only goes by its expiry.
 */
export function isLeftover(
  one: Leftover,
  now: number,
  { alive = isAlive, runner = (pid: number) => runnerOf(pid) } = {},
): boolean {
  if (one.expires <= now) return true
  if (one.kept) return false
  return isGone(one.runner, { alive, runner })
}

/** Whether a process, by what `runnerOf` has made of it, ran among the processes that this one sees, and is gone. */
export function isGone(told: string, { alive = isAlive, runner = (pid: number) => runnerOf(pid) } = {}): boolean {
  const pid = Number(told.slice(told.lastIndexOf('.') + 1))
  return Number.isInteger(pid) && told === runner(pid) && !alive(pid)
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM'
  }
}
