import type { KindOptions } from '../cluster/kind.ts'
import { messageOf, Problem } from '../helpers/errors.ts'
import { isTrouble } from '../helpers/report/verdict.ts'
import type { Bench } from '../mutants/bench.ts'
import type { Journal } from '../mutants/journal.ts'
import { judgeOdd, type MutantResult } from '../mutants/outcome.ts'
import { recordWorld } from '../mutants/recording.ts'
import type { Selection } from '../mutants/selection.ts'
import { type Case, NotRestored, runCase } from '../mutants/trial.ts'
import type { Untried } from '../mutants/untried.ts'
import type { Interrupt } from './interrupt.ts'
import { type Look, type LookOptions, ProvingGround } from './proving-ground.ts'

export interface CourseOptions {
  readonly interrupt: Interrupt
  readonly progress: (line: string) => void
  /** Keeps what the suite has seen of each case, and of the untouched cluster. */
  readonly record: boolean
  /** Has odd clusters looked at without those tests that change their stage, which take most of the time. */
  readonly quick: boolean
}

/** One mutant after the other on one cluster, then the clusters of their own kind. */
export class Course {
  readonly #journal: Journal
  readonly #options: CourseOptions
  readonly #kind: KindOptions
  #ground: ProvingGround

  constructor(kind: KindOptions, journal: Journal, options: CourseOptions) {
    this.#kind = kind
    this.#options = options
    this.#journal = journal
    this.#ground = this.#groundOf(kind)
  }

  /**
   * Tries what nobody else has taken.
   * @throws Problem where the cluster is not sound to begin with, and the signal's reason when interrupted.
   */
  async run(untried: Untried): Promise<void> {
    const changing = this.#changing(untried.cases)
    let bench: Bench | undefined
    while (untried.cases.length > 0) {
      bench ??= await this.#open(changing)
      // Others have gone on meanwhile.
      const taken = untried.nextCase()
      if (taken === undefined) break
      const { change } = taken.next
      this.#options.progress(`${change.id} (${taken.rank} of ${untried.count}): ${change.mechanism.does}`)
      if (await this.#try(taken.next, bench)) continue
      await this.#renew()
      bench = undefined
    }
    for (let odd = untried.nextKind(); odd !== undefined; odd = untried.nextKind()) await this.#tryKind(odd)
  }

  /** Takes the cluster away, or with `keep` only what is staged, unless it may be broken. */
  async end(keep: boolean): Promise<void> {
    if (keep && !this.#journal.unfinished.includes(this.#kind.name)) return this.#ground.unstage()
    await this.#renew()
  }

  /** Returns whether the cluster is sound again. */
  async #try(one: Case, bench: Bench): Promise<boolean> {
    this.#journal.begin(one.change.id, this.#kind.name)
    const asked = this.#changing([one])
    const changing = asked === undefined ? {} : { changing: asked }
    const credulous = one.kind === 'mutant'
    try {
      this.#tell(
        await runCase(one, {
          bench,
          look: async () => (await this.#look(one.change.id, this.#ground, { ...changing, credulous })).records,
          lookAgain: async (ids) => (await this.#ground.look({ ids, ...changing })).records,
        }),
      )
    } catch (error) {
      if (!(error instanceof NotRestored)) throw error
      this.#tell(error.result)
      return false
    }
    this.#journal.restored(this.#kind.name)
    return true
  }

  async #tryKind(odd: Selection['kinds'][number]): Promise<void> {
    this.#options.progress(`${odd.id}: ${odd.allows}`)
    const started = performance.now()
    const ground = this.#groundOf({ ...this.#kind, ...odd.kind, name: `${this.#kind.name}-odd` })
    const seconds = (): number => Math.round((performance.now() - started) / 100) / 10
    try {
      await ground.open()
      const { records } = await this.#look(odd.id, ground)
      this.#tell({ id: odd.id, kind: 'odd', ...judgeOdd(odd, records), seconds: seconds() })
    } catch (error) {
      this.#options.interrupt.signal.throwIfAborted()
      this.#tell({
        id: odd.id,
        kind: 'odd',
        outcome: 'error',
        requirements: {},
        seconds: seconds(),
        note: messageOf(error),
      })
    } finally {
      await ground.down()
    }
  }

  /**
   * The requirements of tests that change their stage, by which these cases are looked at; undefined for all. Such a test takes seconds:
   * it has to convict its own mutants, and to acquit every odd cluster, and whom a mutant names.
   */
  #changing(cases: readonly Case[]): readonly string[] | undefined {
    if (!this.#options.quick && cases.some((one) => one.kind === 'odd')) return undefined
    return cases.flatMap(({ kind, change }) =>
      kind === 'mutant' ? [...Object.keys(change.kills), ...(change.acquits ?? [])] : [],
    )
  }

  /** A staged cluster that whatever will look at it finds sound: what is blamed now, no mutant has done. */
  async #open(changing: readonly string[] | undefined): Promise<Bench> {
    await this.#ground.open()
    const { record } = this.#options
    const looked = record ? { disruptive: true } : changing === undefined ? {} : { changing }
    const { records, roll } = await this.#look('sound', this.#ground, looked)
    const stray = records.find(isTrouble)
    if (records.length === 0 || stray !== undefined)
      throw new Problem(
        `The cluster is not sound before anything is broken (${stray === undefined ? 'nothing was judged' : `${stray.id}: ${stray.reason}`}); see npm test.`,
      )
    return this.#ground.bench(roll)
  }

  /** Looks at a case, and keeps what was seen if that is wanted. */
  async #look(id: string, ground = this.#ground, options: LookOptions = {}): Promise<Look> {
    const look = await ground.look({ ...options, record: this.#options.record })
    this.#options.interrupt.signal.throwIfAborted()
    if (this.#options.record) await recordWorld(id, look.roll, look.collector)
    return look
  }

  async #renew(): Promise<void> {
    await this.#ground.down()
    this.#journal.restored(this.#kind.name)
    this.#ground = this.#groundOf(this.#kind)
  }

  #groundOf(kind: KindOptions): ProvingGround {
    return new ProvingGround(kind, this.#options.interrupt, this.#options.progress)
  }

  #tell(result: MutantResult): void {
    this.#journal.add(result)
    process.stdout.write(`${lineOf(result)}\n`)
  }
}

/** One result for people. */
export function lineOf({ id, outcome, requirements, hop, seconds, note }: MutantResult): string {
  const convicted = Object.entries(requirements).filter(([, one]) => one.verdict === 'non-conformant')
  const by = convicted.length === 0 ? '' : `  by ${convicted.map(([name]) => name).join(', ')}, first at ${hop}`
  return `${id}  ${outcome}  ${seconds.toFixed(1)} s${by}${note === '' ? '' : `  (${note})`}`
}
