import { type KnownTargets, readSampleLine } from '../probes/sampler/sample-line.ts'
import type { SampleEntry } from './journal.ts'

/** Milliseconds by which a clock may be wrong before times are put right: less is in the noise of looking at it. */
const tolerated = 500
/** Seconds that are remembered of one start of a sampler, of which lines may come twice. */
const remembered = 4000

/** Takes the lines that one node's samplers print, in whatever order and however often they come, and makes entries of them. */
export class Intake {
  readonly #node: string
  readonly #known: KnownTargets
  readonly #seen = new Map<string, Set<number>>()
  #offset = 0
  #last: number | undefined
  /** Bytes of lines that were told. */
  bytes = 0
  /** What was unreadable, the last of it, and how often. */
  strange: { readonly text: string; readonly count: number } | undefined

  constructor(node: string, known: KnownTargets) {
    this.#node = node
    this.#known = known
  }

  /** Unix time in ms on the node's clock at which the latest known sample began. */
  get last(): number | undefined {
    return this.#last
  }

  /**
   * Takes what has to be added to the clock of the node to have ours, in ms, and by how much that may be wrong. What is known already
   * stays where it may be right: times that leap would be none.
   */
  setClock(offset: number, error: number): void {
    if (Math.abs(offset - this.#offset) > tolerated + error) this.#offset = offset
  }

  /** Takes over what an earlier watch has written. */
  resume({ at, sampler, sequence }: SampleEntry): void {
    this.#remember(sampler, sequence)
    // That watch knew the offset of the clock, which is known to us only later: a minute more does no harm.
    this.#last = Math.max(this.#last ?? 0, at - 60_000)
  }

  /** The entry of a line; undefined where it was had before, or holds nothing that can be read. */
  read(line: string): SampleEntry | undefined {
    this.bytes += line.length + 1
    const read = readSampleLine(line, this.#known)
    if (read.kind === 'malformed') {
      this.#odd(read.reason)
      return undefined
    }
    const { began, sampler, sequence, took, results, strange } = read.sample
    this.#last = Math.max(this.#last ?? 0, began)
    if (!this.#remember(sampler, sequence)) return undefined
    for (const one of strange) this.#odd(one)
    return { kind: 'sample', at: began + this.#offset, node: this.#node, sequence, sampler, took, results }
  }

  /** Whether it is new. */
  #remember(sampler: string, sequence: number): boolean {
    let seen = this.#seen.get(sampler)
    if (seen === undefined) {
      seen = new Set()
      this.#seen.set(sampler, seen)
    }
    if (seen.has(sequence)) return false
    seen.add(sequence)
    // A set keeps the order in which it was filled.
    if (seen.size > remembered)
      for (const oldest of seen) {
        seen.delete(oldest)
        break
      }
    return true
  }

  #odd(text: string): void {
    this.strange = { text, count: (this.strange?.count ?? 0) + 1 }
  }
}
