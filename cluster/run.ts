import { $ } from 'zx/core'
import { Problem } from '../helpers/errors.ts'

export interface RunOptions {
  cwd?: string
  /** Added to the environment of this process. */
  env?: Record<string, string | undefined>
  /** Given on standard input; without it there is none. */
  input?: string
  signal?: AbortSignal
  /** Seconds until the command is ended; none without it. */
  timeout?: number
  /** Gets each line of standard output and standard error as it comes. */
  onLine?: (line: string) => void
}

export interface RunResult {
  exitCode: number
  stdout: string
  stderr: string
}

/** Runs a command on the host and gives its result, whatever its exit code. Rejects only when `signal` is aborted. */
export async function attempt(argv: string[], options: RunOptions = {}): Promise<RunResult> {
  options.signal?.throwIfAborted()
  const child = $({
    quiet: true,
    nothrow: true,
    stdio: [options.input === undefined ? 'ignore' : 'pipe', 'pipe', 'pipe'],
    env: { ...process.env, ...options.env },
    ...(options.cwd === undefined ? {} : { cwd: options.cwd }),
    ...(options.input === undefined ? {} : { input: options.input }),
    ...(options.timeout === undefined ? {} : { timeout: `${Math.round(options.timeout * 1000)}ms` as const }),
  })`${argv}`
  if (options.onLine !== undefined) followLines(child, options.onLine)
  const stop = () => {
    // An AbortSignal given to zx ends only the shell; kill() ends the whole tree.
    child.kill('SIGTERM').catch(() => undefined)
  }
  options.signal?.addEventListener('abort', stop, { once: true })
  try {
    const output = await child
    options.signal?.throwIfAborted()
    return { exitCode: output.exitCode ?? 1, stdout: output.stdout, stderr: output.stderr }
  } finally {
    options.signal?.removeEventListener('abort', stop)
  }
}

/** Runs a command on the host and gives its standard output; throws a `Problem` with its last words when it fails. */
export async function run(argv: string[], options: RunOptions = {}): Promise<string> {
  const result = await attempt(argv, options)
  if (result.exitCode !== 0) throw new Problem(failureOf(argv, result))
  return result.stdout
}

/** One sentence about a command that failed: its first words, its exit code and the last lines it printed. */
export function failureOf(argv: string[], result: RunResult): string {
  const said = `${result.stdout}\n${result.stderr}`
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '')
    .slice(-3)
    .join(' | ')
    .slice(-600)
  const command = argv.slice(0, 3).join(' ')
  return `"${command} …" ended with exit code ${result.exitCode}${said === '' ? '' : ` and said: ${said}`}`
}

type Streams = { stdout: NodeJS.ReadableStream; stderr: NodeJS.ReadableStream }

function followLines(child: Streams, onLine: (line: string) => void): void {
  for (const stream of [child.stdout, child.stderr]) {
    let rest = ''
    stream.on('data', (chunk: Buffer | string) => {
      const lines = (rest + String(chunk)).split('\n')
      rest = lines.pop() ?? ''
      for (const line of lines) onLine(line)
    })
  }
}
