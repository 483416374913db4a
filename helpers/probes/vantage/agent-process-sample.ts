import { type ChildProcess, spawn } from 'node:child_process'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { onTestFinished } from 'vitest'
import { parseReply } from './agent.ts'

/** What one request came to: exit code and output. */
export interface ScriptReply {
  readonly code: number
  readonly output: Buffer
}

/** The agent as it runs in a Pod, as a child of this process, until the test ends. */
export class AgentProcess {
  readonly #child: ChildProcess
  readonly #waiting = new Map<string, (reply: ScriptReply) => void>()
  /** Lines that no request waited for. */
  readonly strays: string[] = []
  #next = 0

  constructor(options: { readonly cwd?: string; readonly path?: string } = {}) {
    // A container's output is a pipe, which tears what is written to it at once; that of a child of Node.js is a socket.
    this.#child = spawn('bash', ['-c', 'bash "$0" | cat', join(import.meta.dirname, 'agent.sh')], {
      stdio: ['pipe', 'pipe', 'inherit'],
      ...(options.cwd === undefined ? {} : { cwd: options.cwd }),
      env: { ...process.env, ...(options.path === undefined ? {} : { PATH: `${options.path}:${process.env.PATH}` }) },
    })
    if (this.#child.stdout === null) throw new Error('the agent has no output')
    createInterface({ input: this.#child.stdout }).on('line', (line) => {
      const reply = parseReply(line)
      const settle = reply === undefined ? undefined : this.#waiting.get(reply.id)
      if (reply === undefined || settle === undefined) this.strays.push(line)
      else settle({ code: reply.code, output: reply.output })
    })
    onTestFinished(() => void this.#child.stdin?.end())
  }

  /** Sends a request and waits for its reply. */
  async ask(...words: readonly string[]): Promise<ScriptReply> {
    const id = String(++this.#next)
    return await new Promise((resolve) => {
      this.#waiting.set(id, resolve)
      this.write(`${[id, ...words].join(' ')}\n`)
    })
  }

  /** As `ask`, with the output as text. */
  async text(...words: readonly string[]): Promise<[number, string]> {
    const { code, output } = await this.ask(...words)
    return [code, output.toString('utf8')]
  }

  write(text: string): void {
    this.#child.stdin?.write(text)
  }
}
