import { existsSync } from 'node:fs'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { clusterDown, clusterUp, type KindCluster, type KindOptions } from '../cluster/kind.ts'
import { messageOf } from '../helpers/errors.ts'
import type { ConformanceReport, RequirementRecord } from '../helpers/report/record.ts'
import { type SetName, setNames } from '../helpers/stage/sets.ts'
import { readVantages } from '../helpers/stage/vantages.ts'
import { list } from '../helpers/target/objects.ts'
import type { Before } from '../helpers/upgrade/before.ts'
import { readJournal } from '../helpers/upgrade/journal-file.ts'
import { eventually } from '../helpers/wait.ts'
import { Bench, controlPlaneFirst } from '../mutants/bench.ts'
import { judgeMutant, judgeOdd, type MutantResult } from '../mutants/outcome.ts'
import type { Rehearsal } from '../mutants/rehearsal.ts'
import { ended, OwnCommands } from './own-commands.ts'
import { beforeFile } from './recorded.ts'
import { journalFile } from './watch.ts'

export interface RehearsingOptions {
  /** A folder for each rehearsal is made below it. */
  readonly reports: string
  readonly signal: AbortSignal
  readonly progress: (line: string) => void
}

/** Canaries that have to have ended before something is done, and again afterwards: what is sound then is sound. */
const canaries = 2
/** Milliseconds for them: on a broken cluster each comes to the limit of a step. */
const patience = 240_000

/** The cluster of all rehearsals, and our own commands on it. */
interface Ground {
  readonly cluster: KindCluster
  readonly commands: OwnCommands
}

/** Goes through rehearsals on one Kind cluster, each with `before`, `watch` and `after` as users call them. */
export class Rehearsing {
  readonly #kind: KindOptions
  readonly #options: RehearsingOptions
  #ground: Ground | undefined

  constructor(kind: KindOptions, options: RehearsingOptions) {
    this.#kind = kind
    this.#options = options
  }

  /** @throws Problem where the cluster is not to be had, or could not be put back as it was. */
  async through(rehearsal: Rehearsal): Promise<MutantResult> {
    const began = performance.now()
    const { signal } = this.#options
    const ground = await this.#up()
    const { commands } = ground
    const reports = join(this.#options.reports, rehearsal.id)
    await rm(reports, { recursive: true, force: true })
    const kind = Object.keys(rehearsal.kills).length > 0 ? 'mutant' : 'odd'
    const seconds = (): number => Math.round((performance.now() - began) / 100) / 10
    commands.asClusterAdmin()
    await commands.run(['sweep', '--all'])
    const own = await mkdtemp(join(tmpdir(), 'rollcall-rehearsal-'))
    let judged: Pick<MutantResult, 'outcome' | 'requirements' | 'hop' | 'note'>
    try {
      if (rehearsal.asNamespaceAdmin === true) await commands.asNamespaceAdmin(join(own, 'kubeconfig'))
      await commands.run(['before', '--reports', reports])
      judged = verdictOn(rehearsal, await this.#watched(ground, rehearsal, reports))
      // Whoever has staged a fixture can take it away.
      await commands.run(['sweep', '--all'])
    } catch (error) {
      signal.throwIfAborted()
      judged = { outcome: 'error', requirements: {}, note: messageOf(error) }
    } finally {
      await rm(own, { recursive: true, force: true })
    }
    return { id: rehearsal.id, kind, ...judged, seconds: seconds() }
  }

  /** Takes the fixture away, and the cluster unless it is to be kept. */
  async end(keep: boolean): Promise<void> {
    if (this.#ground === undefined) return
    const { cluster, commands } = this.#ground
    commands.asClusterAdmin()
    if (keep) return commands.sweep()
    const { progress } = this.#options
    await clusterDown(cluster.name, { progress, signal: new AbortController().signal })
  }

  async #up(): Promise<Ground> {
    if (this.#ground !== undefined) return this.#ground
    const { signal, progress } = this.#options
    const cluster = await clusterUp(this.#kind, { progress, signal })
    this.#ground = { cluster, commands: new OwnCommands(cluster, signal) }
    return this.#ground
  }

  async #watched(
    ground: Ground,
    { course, breakage, looks = 0 }: Rehearsal,
    reports: string,
  ): Promise<readonly RequirementRecord[]> {
    const { commands } = ground
    const bench = await this.#bench(ground, reports)
    const state = await breakage?.read(bench)
    const watch = commands.start(['watch', '--reports', reports])
    try {
      await this.#seen(reports, 0)
      await course?.(bench)
      await breakage?.apply(bench, state)
      await this.#seen(reports, Date.now(), looks)
      watch.kill('SIGTERM')
      await ended(watch)
      await commands.run(['after', '--fixture-only', '--reports', reports], [0, 1, 2])
    } finally {
      watch.kill('SIGTERM')
      await ended(watch)
      await undone(breakage, bench.uninterrupted(), state)
    }
    const report = JSON.parse(await readFile(join(reports, 'conformance.json'), 'utf8')) as ConformanceReport
    return report.requirements
  }

  /** Waits until some canaries have ended that began after a time, Unix ms, and every node has looked so often since then. */
  async #seen(reports: string, since: number, looks = 0): Promise<void> {
    const { signal } = this.#options
    await eventually(
      async () => {
        const told = await toldSince(join(reports, journalFile), since)
        return told.canaries >= canaries && told.looks >= looks
          ? { done: true, value: undefined }
          : { done: false, saw: `${told.canaries} canaries, ${told.looks} looks` }
      },
      {
        reason: `${canaries} canaries to end${looks > 0 ? `, and ${looks} looks of each node` : ''}`,
        // Nodes look each second; a busy one leaves some out.
        deadline: patience + looks * 1500,
        interval: 1000,
        signal,
      },
    )
  }

  /** The means to do something to the cluster, with the fixture that stays. */
  async #bench({ cluster, commands }: Ground, reports: string): Promise<Bench> {
    const { signal } = this.#options
    const before = JSON.parse(await readFile(join(reports, beforeFile), 'utf8')) as Before
    const api = commands.api()
    const namespaceOf = (set: SetName): string => before.sets.find((one) => one.set === set)?.namespace ?? ''
    // Who has recorded that may not be allowed to see them.
    const nodes = (await list(api, 'nodes', { signal })).map(({ metadata }) => metadata?.name ?? '')
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

/** How many canaries of a journal have ended that began after a time, and how often the node has looked that did so least. */
async function toldSince(path: string, since: number): Promise<{ canaries: number; looks: number }> {
  const looks = new Map<string, number>()
  let ended = 0
  if (existsSync(path))
    for await (const entry of readJournal(path)) {
      if (entry.kind === 'canary' && entry.at >= since) ended++
      if (entry.kind === 'sample') looks.set(entry.node, (looks.get(entry.node) ?? 0) + (entry.at >= since ? 1 : 0))
    }
  return { canaries: ended, looks: Math.min(...(looks.size > 0 ? looks.values() : [0])) }
}

/** What `after` made of a rehearsal, against what it had to. */
function verdictOn(
  rehearsal: Rehearsal,
  records: readonly RequirementRecord[],
): Pick<MutantResult, 'outcome' | 'requirements' | 'hop' | 'note'> {
  if (Object.keys(rehearsal.kills).length > 0) return judgeMutant(rehearsal, records)
  return judgeOdd({ notApplicable: records.map((one) => one.id) }, records)
}
