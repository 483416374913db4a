import { clusterDown, type KindOptions } from '../cluster/kind.ts'
import { type Config, loadConfig } from '../helpers/config.ts'
import { Problem } from '../helpers/errors.ts'
import { RecordCollector } from '../helpers/report/collector.ts'
import type { RequirementRecord } from '../helpers/report/record.ts'
import type { RollContext } from '../helpers/roll.ts'
import type { SetName } from '../helpers/stage/sets.ts'
import type { StagedSet, Staging } from '../helpers/stage/staging.ts'
import { KubernetesApi } from '../helpers/target/api.ts'
import type { HandedCluster } from '../helpers/target/credentials.ts'
import { takeOver } from '../helpers/target/credentials.ts'
import { seen } from '../helpers/target/seen.ts'
import { readStorage } from '../helpers/target/storage.ts'
import { Bench, controlPlaneFirst } from '../mutants/bench.ts'
import { kindCluster } from './cluster-under-test.ts'
import type { Interrupt } from './interrupt.ts'
import { observe, openVitest, Relay } from './observe.ts'
import { lookAround } from './prepare.ts'
import { refusalOfSet } from './set-refusal.ts'
import { openStaging, runId } from './staging.ts'
import { readSuites } from './suite-files.ts'

// Nothing is upgraded here.
const suites = readSuites().filter((one) => !one.after)
const setNames = [...new Set(suites.flatMap((one) => one.sets))]

/** What a look at the proving ground brought. */
export interface Look {
  readonly roll: RollContext
  readonly collector: RecordCollector
  readonly records: readonly RequirementRecord[]
}

export interface LookOptions {
  /** Keeps what the suites saw. */
  readonly record?: boolean
  /** Only the suites that decide one of these requirements; all where it is empty. */
  readonly ids?: readonly string[]
  /** Of the tests that change their stage, those that decide one of these requirements; all without it. */
  readonly changing?: readonly string[]
  /** Whether one good look is believed: see `SharedRoll`. */
  readonly credulous?: boolean
  /** Also the suites that restart what all others need. */
  readonly disruptive?: boolean
}

/** A Kind cluster of its own, staged once, which may be broken: whoever wants a sound one never meets it. */
export class ProvingGround {
  readonly kind: KindOptions
  readonly #config: Config
  readonly #interrupt: Interrupt
  readonly #progress: (line: string) => void
  #chosen: HandedCluster | undefined
  #api: KubernetesApi | undefined
  #staging: Staging | undefined
  readonly #relay = new Relay()
  /** Titles by requirement, once a look has told them. */
  readonly #titles = new Map<string, string>()
  #vitest: Awaited<ReturnType<typeof openVitest>> | undefined
  #staged = new Map<string, StagedSet>()

  constructor(kind: KindOptions, interrupt: Interrupt, progress: (line: string) => void) {
    this.kind = kind
    this.#config = loadConfig({}, {}, '/dev/null')
    this.#interrupt = interrupt
    this.#progress = progress
  }

  /** Brings the cluster up and stages everything. @throws Problem where that cannot be done. */
  async open(): Promise<void> {
    const { signal } = this.#interrupt
    const { cluster } = await kindCluster(this.kind, { progress: this.#progress, signal })
    this.#chosen = cluster
    this.#api = new KubernetesApi(takeOver(cluster.access))
    this.#staging = openStaging(this.#api, this.#config, runId(this.#config), { signal, progress: this.#progress })
    await this.stage()
  }

  /** Stages all sets that are not staged. */
  async stage(): Promise<void> {
    const api = this.#here(this.#api)
    const staging = this.#here(this.#staging)
    const { signal } = this.#interrupt
    const stage = async (set: string, podSecurity?: 'privileged'): Promise<void> => {
      const staged = await staging.stage(set, podSecurity)
      if (staged.problem !== undefined) throw new Problem(staged.problem)
      this.#staged.set(set, staged)
    }
    const storage = await readStorage(api, 'default', signal)
    const stageWherePossible = async (set: SetName): Promise<void> => {
      const refusal = await refusalOfSet(api, set, { storage, signal })
      if (refusal === undefined) await stage(set)
      else this.#staged.set(set, { set, namespace: staging.namespaceOf(set), readyAt: 0, refusal })
    }
    await Promise.all([stage('vantage'), stage('node-vantage', 'privileged'), ...setNames.map(stageWherePossible)])
  }

  /** What is staged, and what the cluster tells of itself at this moment. */
  async survey(): Promise<RollContext> {
    return lookAround(this.#here(this.#api), this.#here(this.#chosen), {
      vantage: this.#set('vantage'),
      node: seen(this.#set('node-vantage')),
      sets: setNames.map((set) => this.#set(set)),
      signal: this.#interrupt.signal,
    })
  }

  /** Runs suites on what is staged, with facts of this moment. */
  async look({
    record = false,
    ids = [],
    changing,
    credulous = false,
    disruptive = false,
  }: LookOptions = {}): Promise<Look> {
    const { signal } = this.#interrupt
    const roll = await this.survey()
    const collector = new RecordCollector()
    this.#relay.collector = collector
    // Kept from look to look: what it has read and transformed of the suites costs a second and a half of processor time.
    this.#vitest ??= await openVitest([this.#relay])
    const vitest = this.#vitest
    vitest.setGlobalTestNamePattern(this.#namesBut(changing))
    // Vitest has put listeners of its own on the signals.
    this.#interrupt.install()
    const cancel = (): void => void vitest.cancelCurrentRun('keyboard-input')
    signal.addEventListener('abort', cancel, { once: true })
    try {
      await observe(
        vitest,
        { ready: true, roll: { ...roll, record, credulous } },
        suites
          .filter((one) => ids.length === 0 || one.ids.some((id) => ids.includes(id)))
          .filter((one) => {
            const isAsked = one.ids.some((id) => changing?.includes(id))
            return isAsked || (one.disruptive ? disruptive : !one.changes || changing === undefined)
          }),
        signal,
      )
    } finally {
      signal.removeEventListener('abort', cancel)
    }
    const records = collector.records()
    for (const { id, title } of records) this.#titles.set(id, title)
    return { roll, collector, records }
  }

  /** Matches the titles of all tests but those that change their stage and are not asked for. */
  #namesBut(changing: readonly string[] | undefined): RegExp {
    if (changing === undefined) return /^/
    const unasked = suites.filter((one) => one.changes).flatMap((one) => one.ids.filter((id) => !changing.includes(id)))
    const titles = unasked.flatMap((id) => this.#titles.get(id) ?? [])
    return new RegExp(`^(?!(?:${titles.map((title) => title.replace(/[\\^$.*+?()[\]{}|/-]/g, '\\$&')).join('|')})$)`)
  }

  /** The means to break this cluster. */
  bench({ facts, vantages }: RollContext): Bench {
    const nodes = facts.nodes.seen ? facts.nodes.value.map((node) => node.name) : []
    return new Bench({
      api: this.#here(this.#api),
      kind: this.kind.name,
      clusterDomain: facts.dns.clusterDomain,
      nodes: controlPlaneFirst(nodes),
      vantages,
      namespaces: Object.fromEntries(setNames.map((set) => [set, this.#set(set).namespace])) as Record<SetName, string>,
      signal: this.#interrupt.signal,
    })
  }

  /** Takes the cluster away with everything in it. */
  async down(): Promise<void> {
    await this.close()
    await clusterDown(this.kind.name, { progress: this.#progress, signal: new AbortController().signal })
  }

  /** Takes away what is staged; the cluster stays. */
  async unstage(): Promise<void> {
    for (const problem of (await this.#staging?.unstage()) ?? []) this.#progress(problem)
    await this.close()
  }

  async close(): Promise<void> {
    await this.#vitest?.close()
    this.#vitest = undefined
    this.#api?.close()
    this.#api = undefined
    this.#staged = new Map()
  }

  #set(name: string): StagedSet {
    // Staged long ago: a disagreement is none of propagation.
    return { ...this.#here(this.#staged.get(name)), readyAt: 0 }
  }

  #here<T>(value: T | undefined): T {
    if (value === undefined) throw new Error('the proving ground is not open')
    return value
  }
}
