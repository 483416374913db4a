import type { Sighting } from './outcome.ts'

/** Seconds beyond which an answer is not waited for: records of a Service live a minute at most (requirement `dns.ttl.bound`). */
const longest = 60

/**
 * Learns from what is seen anyway which servers answer from a cache, and for how long they may keep an answer. The TTL of a
 * record that is made anew for each answer stands still; in a cache it counts down (RFC 1035 3.2.1).
 */
export class Keeping {
  readonly #last = new Map<string, number>()
  readonly #longest = new Map<string, number>()
  readonly #caches = new Set<string>()

  see(sightings: readonly Sighting[]): void {
    for (const { vantage, server, transport, question, outcome } of sightings) {
      if (outcome.kind !== 'answer' || outcome.answer.answers.length === 0) continue
      const ttl = Math.min(...outcome.answer.answers.map((one) => one.ttl))
      const key = [vantage, server.address, transport, question.name, question.type].join(' ')
      if (ttl < (this.#last.get(key) ?? 0)) this.#caches.add(server.address)
      this.#last.set(key, ttl)
      this.#longest.set(server.address, Math.max(ttl, this.#longest.get(server.address) ?? 0))
    }
  }

  /** Seconds for which a cache may go on with what it knew; 0 without one, or with one that keeps what nobody may. */
  get seconds(): number {
    const kept = [...this.#caches].map((server) => this.#longest.get(server) ?? 0)
    return Math.max(0, ...kept.filter((one) => one <= longest))
  }
}
