import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { clusterDown, clusterUp, type KindCluster, type KindOptions } from '../cluster/kind.ts'
import { messageOf, Problem } from '../helpers/errors.ts'
import type { ConformanceReport, RequirementRecord } from '../helpers/report/record.ts'
import { type SetName, setNames } from '../helpers/stage/sets.ts'
import { readVantages } from '../helpers/stage/vantages.ts'
import { KubernetesApi } from '../helpers/target/api.ts'
import { chooseCluster } from '../helpers/target/kubeconfig.ts'
import type { Before } from '../helpers/upgrade/before.ts'
import { readJournal } from '../helpers/upgrade/journal-file.ts'
import { eventually } from '../helpers/wait.ts'
import { Bench, controlPlaneFirst } from '../mutants/bench.ts'
import { judgeMutant, judgeOdd, type MutantResult } from '../mutants/outcome.ts'
import type { Rehearsal } from '../mutants/rehearsal.ts'
import { beforeFile } from './recorded.ts'
import { journalFile } from './watch.ts'

export interface RehearsingOptions {
  /** A folder for each rehearsal is made below it. */
  readonly reports: string
  readonly signal: AbortSignal
  readonly progress: (line: string) => void
}

const program = join(import.meta.dirname, '..', 'bin', 'rollcall.js')
/** Canaries that have to have ended before something is done, and again afterwards: what is sound then is sound. */
const canaries = 2
/** Milliseconds for them: on a broken cluster each comes to the limit of a step. */
const patience = 240_000

/** Goes through rehearsals on one Kind cluster, each with `before`, `watch` and `after` as users call them. */
export class Rehearsing {
  readonly #kind: KindOptions
  readonly #options: RehearsingOptions
  #cluster: KindCluster | undefined

  constructor(kind: KindOptions, options: RehearsingOptions) {
    this.#kind = kind
    this.#options = options
  }

  /** @throws Problem where the cluster is not to be had, or could not be put back as it was. */
  async through(rehearsal: Rehearsal): Promise<MutantResult> {
    const began = performance.now()
    const { signal, progress } = this.#options
    this.#cluster ??= await clusterUp(this.#kind, { progress, signal })
    const reports = join(this.#options.reports, rehearsal.id)
    await rm(reports, { recursive: true, force: true })
    const kind = Object.keys(rehearsal.kills).length > 0 ? 'mutant' : 'odd'
    const seconds = (): number => Math.round((performance.now() - began) / 100) / 10
    await this.#run(['sweep', '--all'], [0])
    let judged: Pick<MutantResult, 'outcome' | 'requirements' | 'hop' | 'note'>
    try {
      await this.#run(['before', '--reports', reports], [0])
      judged = verdictOn(rehearsal, await this.#watched(rehearsal, reports))
    } catch (error) {
      signal.throwIfAborted()
      judged = { outcome: 'error', requirements: {}, note: messageOf(error) }
    }
    return { id: rehearsal.id, kind, ...judged, seconds: seconds() }
  }

  /** Takes the fixture away, and the cluster unless it is to be kept. */
  async end(keep: boolean): Promise<void> {
    if (this.#cluster === undefined) return
    if (keep) return this.#run(['sweep', '--all'], [0])
    const { progress } = this.#options
    await clusterDown(this.#cluster.name, { progress, signal: new AbortController().signal })
  }

  async #watched({ course, breakage }: Rehearsal, reports: string): Promise<readonly RequirementRecord[]> {
    const bench = await this.#bench(reports)
    const state = await breakage?.read(bench)
    const watch = this.#start(['watch', '--reports', reports])
    try {
      await this.#canaries(reports, 0)
      await course?.(bench)
      await breakage?.apply(bench, state)
      await this.#canaries(reports, Date.now())
      watch.kill('SIGTERM')
      await ended(watch)
      await this.#run(['after', '--fixture-only', '--reports', reports], [0, 1, 2])
    } finally {
      watch.kill('SIGTERM')
      await ended(watch)
      await undone(breakage, bench.uninterrupted(), state)
    }
    const report = JSON.parse(await readFile(join(reports, 'conformance.json'), 'utf8')) as ConformanceReport
    return report.requirements
  }

  /** Waits until some canaries have ended that began after a time, Unix ms. */
  async #canaries(reports: string, since: number): Promise<void> {
    const { signal } = this.#options
    await eventually(
      async () => {
        const all = await ledOut(join(reports, journalFile), since)
        return all >= canaries ? { done: true, value: undefined } : { done: false, saw: `${all} of them` }
      },
      { reason: `${canaries} canaries to end`, deadline: patience, interval: 1000, signal },
    )
  }

  /** The means to do something to the cluster, with the fixture that stays. */
  async #bench(reports: string): Promise<Bench> {
    const { signal } = this.#options
    const before = JSON.parse(await readFile(join(reports, beforeFile), 'utf8')) as Before
    const cluster = this.#here()
    const chosen = chooseCluster({ kubeconfig: cluster.kubeconfig, context: cluster.context }, {})
    if (chosen === undefined) throw new Error('a named context is always a choice')
    const api = new KubernetesApi(chosen.config)
    const namespaceOf = (set: SetName): string => before.sets.find((one) => one.set === set)?.namespace ?? ''
    const nodes = before.facts.nodes.seen ? before.facts.nodes.value.map((node) => node.name) : []
    return new Bench({
      api,
      kind: cluster.name,
      clusterDomain: before.facts.dns.clusterDomain,
      nodes: controlPlaneFirst(nodes),
      vantages: await readVantages(api, namespaceOf('upgrade'), 'sampler', signal),
      namespaces: Object.fromEntries(setNames.map((set) => [set, namespaceOf(set)])) as Record<SetName, string>,
      signal,
    })
  }

  #here(): KindCluster {
    if (this.#cluster === undefined) throw new Error('no cluster is up')
    return this.#cluster
  }

  #start(argv: readonly string[]): ChildProcess {
    const { kubeconfig, context } = this.#here()
    const flags = ['--kubeconfig', kubeconfig, '--context', context]
    return spawn(process.execPath, [program, ...argv, ...flags], { stdio: ['ignore', 'ignore', 'inherit'] })
  }

  /** Runs one of our own commands to its end. @throws Problem where it ends with another code than these. */
  async #run(argv: readonly string[], good: readonly number[]): Promise<void> {
    const code = await ended(this.#start(argv))
    this.#options.signal.throwIfAborted()
    if (!good.includes(code)) throw new Problem(`rollcall ${argv.join(' ')} ended with code ${code}; see what it said.`)
  }
}

async function ended(child: ChildProcess): Promise<number> {
  if (child.exitCode === null && child.signalCode === null) await once(child, 'exit')
  return child.exitCode ?? 130
}

/** Undoes a breakage and waits until nothing of it is left: whatever is rehearsed next starts from a sound cluster. */
async function undone(breakage: Rehearsal['breakage'], bench: Bench, state: unknown): Promise<void> {
  if (breakage === undefined) return
  await breakage.undo(bench, state)
  await eventually(
    async () => {
      const left = await breakage.remains(bench, state)
      return left === undefined ? { done: true, value: undefined } : { done: false, saw: left }
    },
    { reason: 'the breakage to be gone', deadline: 60_000, interval: 500 },
  )
}

/** How many canaries of a journal have ended that began after a time. */
async function ledOut(path: string, since: number): Promise<number> {
  if (!existsSync(path)) return 0
  let count = 0
  for await (const entry of readJournal(path)) if (entry.kind === 'canary' && entry.at >= since) count++
  return count
}

/** What `after` made of a rehearsal, against what it had to. */
function verdictOn(
  rehearsal: Rehearsal,
  records: readonly RequirementRecord[],
): Pick<MutantResult, 'outcome' | 'requirements' | 'hop' | 'note'> {
  if (Object.keys(rehearsal.kills).length > 0) return judgeMutant(rehearsal, records)
  return judgeOdd({ notApplicable: records.map((one) => one.id) }, records)
}
