import type { DnsAnswer } from './message.ts'
import type { Sighting } from './outcome.ts'

interface Told {
  readonly ttl: number
  /** Unix time in ms. */
  readonly at: number
}

/** Milliseconds after which a TTL that counts down is told from one that is made anew, in spite of rounding. */
const telling = 2500

/**
 * How long answers may be kept, and whether a cache keeps them on the way to us. A server that makes its answers anew gives
 * each the full TTL; out of a cache they come with what is left of it (RFC 1035 3.2.1, RFC 2308 5). So what a cache holds is
 * told from an old answer that a server gives because it does not know better.
 */
export class Lifetimes {
  #first = new Map<string, Told>()
  #cached = false
  #keepsTtl = false

  /** Forgets what it was told: a change has been made. A cache that `keepsTtl` is not told by what is left of a TTL. */
  begin(keepsTtl = false): void {
    this.#first = new Map()
    this.#cached = false
    this.#keepsTtl = keepsTtl
  }

  /** Learns from answers that were given at `at`, Unix time in ms. */
  note(sightings: readonly Sighting[], at: number): void {
    for (const { vantage, server, transport, question, outcome } of sightings) {
      const ttl = outcome.kind === 'answer' ? ttlOf(outcome.answer) : undefined
      if (ttl === undefined) continue
      const key = [vantage, server.address, server.port, transport, question.type, question.name].join(' ')
      const first = this.#first.get(key)
      if (first === undefined) this.#first.set(key, { ttl, at })
      else if (at - first.at >= telling && first.ttl - ttl >= (at - first.at) / 2000) this.#cached = true
    }
  }

  /**
   * Seconds that a cache may still have held what it was first asked for since `begin`: the largest TTL that was told then.
   * Zero where no TTL was seen counting down, unless caches keep it, and where one is beyond `cap`: nobody has to put up with that.
   */
  held(cap: number): number {
    const largest = Math.max(0, ...[...this.#first.values()].map((one) => one.ttl))
    return (this.#cached || this.#keepsTtl) && largest <= cap ? largest : 0
  }

  /** Milliseconds, of those that a change took, that no cache on the way accounts for; `cap` as for `held`. */
  beyond(took: number, cap: number): number {
    return Math.max(0, took - 1000 * this.held(cap))
  }
}

/** Whether a Corefile has a cache that tells each answer with the TTL that it came with (CoreDNS plugin/cache, `keepttl`). */
export function keepsTtl(corefile: string): boolean {
  return /\bcache\b[^{}\n]*\{[^}]*\bkeepttl\b/.test(corefile.replaceAll(/#.*$/gm, ''))
}

function ttlOf({ answers, negativeTtl }: DnsAnswer): number | undefined {
  return answers.length === 0 ? negativeTtl : Math.max(...answers.map((one) => one.ttl))
}
