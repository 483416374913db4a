import { type ChildProcess, spawn } from 'node:child_process'
import { chmodSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { setTimeout as delay } from 'node:timers/promises'
import { onTestFinished } from 'vitest'
import type { Target } from '../../upgrade/journal.ts'
import { type ReadLine, readSampleLine, type SampleLine } from './sample-line.ts'
import { targetsText } from './targets-text.ts'

/** Plays dig: prints for each name what was recorded of the case that its first label names, and never ends for `hangs`. */
const dig = `#!/usr/bin/env bash
printf '%s\\n' "$*" >>"$LOG"
while (($# > 0)); do
  case $1 in
    -p) shift ;;
    [-+@]*) ;;
    hangs*) exec sleep 60 ;;
    *) cat "$RECORDED/\${1%%.*}.txt"; shift ;;
  esac
  shift
done
`

/** A sampler as it runs in a Pod, as a child of this process, until the test ends. */
export class SamplerProcess {
  readonly folder = mkdtempSync(join(tmpdir(), 'rollcall-sampler-'))
  readonly lines: string[] = []
  readonly #child: ChildProcess
  readonly #lists = new Map<number, readonly Target[]>()
  readonly #waiting: (() => void)[] = []

  constructor() {
    writeFileSync(join(this.folder, 'dig'), dig)
    chmodSync(join(this.folder, 'dig'), 0o755)
    const env = { ...process.env, PATH: `${this.folder}:${process.env.PATH}`, NODE: 'node-a' }
    this.#child = spawn('bash', [join(import.meta.dirname, 'sampler.sh'), this.folder], {
      stdio: ['ignore', 'pipe', 'inherit'],
      // A group of its own, so that all that it has started ends with it.
      detached: true,
      cwd: this.folder,
      env: { ...env, LOG: join(this.folder, 'asked'), RECORDED: join(import.meta.dirname, 'recorded') },
    })
    if (this.#child.stdout === null) throw new Error('the sampler has no output')
    createInterface({ input: this.#child.stdout }).on('line', (line) => {
      this.lines.push(line)
      for (const look of this.#waiting.splice(0)) look()
    })
    onTestFinished(() => {
      process.kill(-(this.#child.pid ?? 0), 'SIGKILL')
      rmSync(this.folder, { recursive: true, force: true, maxRetries: 5 })
    })
  }

  /** Tells it what to ask from now on, until a Unix time in seconds. */
  ask(targets: readonly Target[], until = Math.floor(Date.now() / 1000) + 600, version = this.#lists.size + 1): void {
    this.#lists.set(version, targets)
    this.place(`until ${until}\n${targetsText(version, targets)}\n`)
  }

  /** Puts a text in the place of the list, at once. */
  place(text: string): void {
    writeFileSync(join(this.folder, 'targets.new'), text)
    renameSync(join(this.folder, 'targets.new'), join(this.folder, 'targets'))
  }

  /** Leaves it, and all that it has started, without a processor for some ms. */
  async starve(ms: number): Promise<void> {
    const group = -(this.#child.pid ?? 0)
    process.kill(group, 'SIGSTOP')
    await delay(ms)
    process.kill(group, 'SIGCONT')
  }

  /** Waits for the first sample that shows something, and gives it; the time is that of the test. */
  async sample(shows: (sample: SampleLine) => boolean = () => true): Promise<SampleLine> {
    for (let next = 0; ; ) {
      for (; next < this.lines.length; next++) {
        const read = this.read(this.lines[next] ?? '')
        if (read.kind === 'malformed') throw new Error(read.reason)
        if (shows(read.sample)) return read.sample
      }
      await new Promise<void>((resolve) => this.#waiting.push(resolve))
    }
  }

  read(line: string): ReadLine {
    return readSampleLine(line, (version) => this.#lists.get(version))
  }
}
