import { setTimeout as delay } from 'node:timers/promises'
import type { KubernetesApi } from '../target/api.ts'
import type { Before } from './before.ts'
import { Canaries } from './canaries.ts'
import { ClusterWatch } from './cluster-watch.ts'
import { FixtureWatch } from './fixture-watch.ts'
import { ApiSight, NodeGaps } from './gaps.ts'
import { type JournalEntry, journalSchema, type SampleEntry, type Traffic } from './journal.ts'
import type { JournalFile } from './journal-file.ts'
import type { Left } from './resume.ts'
import { Samplers } from './samplers.ts'

/** Milliseconds between two looks at the fixture, at the cluster, for gaps, between two canaries, and between two lines of progress. */
const pace = { fixture: 1000, cluster: 3000, gaps: 5000, canary: 15_000, status: 10_000 } as const

export interface WatchMeans {
  /** The API, by connections of its own. */
  readonly connect: () => KubernetesApi
  readonly before: Before
  readonly journal: Pick<JournalFile, 'append'>
  /** What an earlier watch of it has left. */
  readonly left: Left
  /** Ends the watch. */
  readonly signal: AbortSignal
  readonly progress: (line: string) => void
}

/** Writes down what a fixture that stays sees of an upgrade, until the signal ends it, also while the API is away. */
export class Watcher {
  readonly #means: WatchMeans
  readonly #api: KubernetesApi
  readonly #over = new AbortController()
  readonly #signal: AbortSignal
  readonly #sight = new ApiSight(Date.now())
  readonly #gaps = new NodeGaps()
  readonly #samplers: Samplers
  readonly #canaries: Canaries
  readonly #fixture: FixtureWatch
  readonly #cluster: ClusterWatch
  readonly #heard = new Map<string, number>()
  #samples = 0
  readonly #traffic = { questions: 0, connections: 0 }
  /** What has ended the watch, if it is a fault. */
  #fault: unknown

  constructor(means: WatchMeans) {
    const { connect, left, before, progress } = means
    this.#means = means
    this.#api = connect()
    this.#signal = AbortSignal.any([means.signal, this.#over.signal])
    for (const samples of left.samples.values()) for (const one of samples) this.#gaps.see(one)
    this.#samplers = new Samplers({ connect, left, told: (entry) => this.#sampled(entry), signal: this.#signal })
    this.#canaries = new Canaries(connect(), before, this.#signal)
    const looks = { api: this.#api, before, signal: this.#signal }
    this.#fixture = new FixtureWatch({ ...looks, sight: this.#sight, truth: left.truth })
    this.#cluster = new ClusterWatch({ ...looks, lost: left.lost, progress })
  }

  /**
   * Watches until the end, and tells what that has cost the cluster.
   * @throws Problem where the fixture is not there, or the journal cannot be written.
   */
  async run(): Promise<Traffic> {
    const { before, left, progress } = this.#means
    const began = Date.now()
    this.#append({ kind: 'begin', at: began, schema: journalSchema, id: before.id })
    if (left.last !== undefined) this.#append(this.#sight.gap(left.last, began, 'rollcall watch was not running'))
    await Promise.all([
      this.#every(pace.fixture, () => this.#lookAtFixture()),
      this.#every(pace.cluster, async () => this.#append(...(await this.#cluster.look()))),
      this.#every(pace.gaps, async () => this.#append(...this.#gaps.settle(Date.now()))),
      this.#every(pace.canary, async () => this.#append(...(await this.#canaries.send()))),
      this.#every(pace.status, async () => progress(this.#status())),
    ])
    await Promise.allSettled([this.#samplers.end(), this.#canaries.end()])
    this.#api.close()
    if (this.#fault !== undefined) throw this.#fault
    const at = Date.now()
    const traffic = { ...this.#traffic, bytes: this.#samplers.bytes }
    this.#append(...this.#gaps.end(at), ...this.#sight.end(at), { kind: 'end', at, traffic })
    return traffic
  }

  /** Does something again and again, each time so many ms after it began, until the end. A fault in it ends all. */
  async #every(ms: number, work: () => Promise<void>): Promise<void> {
    while (!this.#signal.aborted) {
      const began = performance.now()
      try {
        await work()
      } catch (error) {
        if (!this.#signal.aborted) this.#fail(error)
        return
      }
      const rest = Math.max(ms - (performance.now() - began), 0)
      await delay(rest, undefined, { signal: this.#signal }).catch(() => {})
    }
  }

  async #lookAtFixture(): Promise<void> {
    const { entries, targets, pods, backends } = await this.#fixture.look()
    this.#append(...entries)
    if (targets !== undefined) this.#samplers.ask(targets)
    if (pods === undefined) return
    this.#samplers.attend(pods)
    this.#canaries.attend(pods, backends)
  }

  #sampled(entry: SampleEntry): void {
    // Called by whoever reads a log, to whom a full disk would be a log that has broken.
    try {
      this.#append(entry)
    } catch (error) {
      this.#fail(error)
      return
    }
    this.#gaps.see(entry)
    this.#heard.set(entry.node, entry.at)
    this.#samples++
    for (const [id, result] of Object.entries(entry.results)) {
      if (Array.isArray(result)) this.#traffic.questions += result.length
      else if (!id.startsWith('kept ')) this.#traffic.connections++
    }
  }

  #status(): string {
    const now = Date.now()
    const ago = (at: number): string => `${Math.max(0, Math.round((now - at) / 1000))} s`
    const nodes = [...this.#heard].sort().map(([node, at]) => `${node} ${ago(at)} ago`)
    const away = this.#sight.awaySince
    return [
      away === undefined ? 'the API answers' : `the API has been away for ${ago(away)}`,
      nodes.length === 0 ? 'nothing heard of any node yet' : `${this.#samples} samples, of ${nodes.join(', ')}`,
      this.#canaries.text,
      ...this.#samplers.troubles(),
    ].join('; ')
  }

  #fail(error: unknown): void {
    this.#fault ??= error
    this.#over.abort(error)
  }

  #append(...entries: readonly JournalEntry[]): void {
    if (entries.length > 0) this.#means.journal.append(...entries)
  }
}
