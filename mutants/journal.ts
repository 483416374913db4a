import { createHash } from 'node:crypto'
import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { z } from 'zod'
import type { MutantResult } from './outcome.ts'

const schema = z.object({
  fingerprint: z.string(),
  /** The case that was under way on each cluster, by the cluster's name: where one is still here, that cluster may be broken. */
  open: z.record(z.string(), z.string()),
  results: z.array(z.unknown()),
})

/**
 * What a run of the mutants has come to so far, on disk, so that one that was cut short goes on where it was. Results count
 * only for the very sources that they were found with.
 */
export class Journal {
  readonly #path: string
  readonly #fingerprint: string
  #results: MutantResult[] = []
  readonly #open = new Map<string, string>()

  constructor(path: string, fingerprint: string) {
    this.#path = path
    this.#fingerprint = fingerprint
    let text: string
    try {
      text = readFileSync(path, 'utf8')
    } catch {
      return
    }
    const read = schema.safeParse(jsonOf(text))
    if (!read.success) return
    for (const [cluster, id] of Object.entries(read.data.open)) this.#open.set(cluster, id)
    if (read.data.fingerprint === fingerprint) this.#results = read.data.results as MutantResult[]
  }

  get results(): readonly MutantResult[] {
    return this.#results
  }

  /** Names of the clusters on which a case was begun and not undone. */
  get unfinished(): readonly string[] {
    return [...this.#open.keys()]
  }

  begin(id: string, cluster: string): void {
    this.#open.set(cluster, id)
    this.#write()
  }

  /** The cluster is as it was, or gone. */
  restored(cluster: string): void {
    this.#open.delete(cluster)
    this.#write()
  }

  add(result: MutantResult): void {
    this.#results = [...this.#results.filter((one) => one.id !== result.id), result]
    this.#write()
  }

  /** Everything that was to be done is done. */
  end(): void {
    rmSync(this.#path, { force: true })
  }

  #write(): void {
    mkdirSync(dirname(this.#path), { recursive: true })
    const temporary = `${this.#path}.${process.pid}.tmp`
    const content = { fingerprint: this.#fingerprint, open: Object.fromEntries(this.#open), results: this.#results }
    writeFileSync(temporary, JSON.stringify(content))
    renameSync(temporary, this.#path)
  }
}

/** A hash of every file that decides what a mutant comes to. */
export function fingerprintOf(root: string, folders: readonly string[]): string {
  const hash = createHash('sha256')
  for (const folder of folders)
    for (const entry of readdirSync(join(root, folder), { recursive: true, withFileTypes: true }).toSorted((a, b) =>
      join(a.parentPath, a.name).localeCompare(join(b.parentPath, b.name)),
    )) {
      if (!entry.isFile() || entry.name.includes('.unit.test.') || entry.name.endsWith('.gz')) continue
      const path = join(entry.parentPath, entry.name)
      hash.update(path.slice(root.length)).update(readFileSync(path))
    }
  return hash.digest('hex').slice(0, 16)
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
