import { readdirSync, readFileSync } from 'node:fs'
import { basename } from 'node:path'

/** A process that cannot be mistaken for a later one with the same number. */
export interface ProcessIdentity {
  pid: number
  /** Clock ticks between boot and the start of the process; 0 where the system does not tell. */
  started: number
  /** Empty where the system does not tell. */
  boot: string
}

export interface RunningProcess {
  pid: number
  argv: string[]
}

/** The identity of a running process, or undefined when there is none with this number. */
export function identityOf(pid: number): ProcessIdentity | undefined {
  try {
    process.kill(pid, 0)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EPERM') return undefined
  }
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
    const boot = readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim()
    return { pid, started: startOf(stat), boot }
  } catch {
    return { pid, started: 0, boot: '' }
  }
}

/** The start time in a line of `/proc/PID/stat`; the name in parentheses may hold spaces and parentheses. */
export function startOf(stat: string): number {
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
  return Number(fields[19] ?? 0)
}

/** Whether what was recorded is what runs now: same number, same start, same boot. */
export function sameProcess(recorded: ProcessIdentity, now: ProcessIdentity | undefined): boolean {
  return now !== undefined && recorded.pid === now.pid && recorded.started === now.started && recorded.boot === now.boot
}

/** Every process of the host with its arguments, from `/proc`. */
export function runningProcesses(): RunningProcess[] {
  const found: RunningProcess[] = []
  for (const entry of readdirSync('/proc')) {
    if (!/^\d+$/.test(entry)) continue
    try {
      const argv = readFileSync(`/proc/${entry}/cmdline`, 'utf8').split('\0').slice(0, -1)
      if (argv.length > 0) found.push({ pid: Number(entry), argv })
    } catch {
      // It ended while we were looking.
    }
  }
  return found
}

const engineNames = ['dockerd', 'containerd', 'containerd-shim-runc-v2']

/**
 * Which of `processes` belong to the private engine that lives in `engineRun`: its daemons and its shims, told by the paths in
 * their own arguments. No pid file is trusted, since after a crash or a reboot its number may be somebody else's.
 */
export function engineProcesses(processes: RunningProcess[], engineRun: string): RunningProcess[] {
  return processes.filter(
    ({ argv }) =>
      engineNames.includes(basename(argv[0] ?? '')) &&
      argv.slice(1).some((argument) => argument.split('=').some((part) => part.startsWith(`${engineRun}/`))),
  )
}

/** Ends, at once, every process that was started with `path` among its arguments, such as a kind that outlived its rollcall. */
export function endProcessesWith(path: string): void {
  for (const { pid, argv } of runningProcesses()) {
    if (pid === process.pid || !argv.slice(1).includes(path)) continue
    try {
      process.kill(pid, 'SIGKILL')
    } catch {
      // It ended meanwhile.
    }
  }
}
