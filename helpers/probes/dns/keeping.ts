import { fold } from './message.ts'
import type { Sighting } from './outcome.ts'

/** Seconds beyond which an answer is not waited for: records of a Service live a minute at most (requirement `dns.ttl.bound`). */
const longest = 60

/**
 * Learns from what is seen anyway which servers answer from a cache, for which zone, and for how long they may keep an
 * answer. The TTL of a record that is made anew for each answer stands still; in a cache it counts down (RFC 1035 3.2.1).
 */
export class Keeping {
  readonly #last = new Map<string, number>()
  /** Seconds by server and zone. */
  readonly #longest = new Map<string, number>()
  readonly #caches = new Map<string, string>()
  #asked = new Set<string>()

  /** From now on only the zones count that are asked of after this. */
  begin(): void {
    this.#asked = new Set()
  }

  see(sightings: readonly Sighting[]): void {
    for (const { vantage, server, transport, question, outcome } of sightings) {
      const zone = zoneOf(question.name)
      this.#asked.add(zone)
      if (outcome.kind !== 'answer' || outcome.answer.answers.length === 0) continue
      const ttl = Math.min(...outcome.answer.answers.map((one) => one.ttl))
      const key = [vantage, server.address, transport, question.name, question.type].join(' ')
      const place = `${server.address} ${zone}`
      if (ttl < (this.#last.get(key) ?? 0)) this.#caches.set(place, zone)
      this.#last.set(key, ttl)
      this.#longest.set(place, Math.max(ttl, this.#longest.get(place) ?? 0))
    }
  }

  /** Seconds for which a cache may go on with what it knew; 0 without one, or with one that keeps what nobody may. */
  get seconds(): number {
    const kept = [...this.#caches].map(([place, zone]) => (this.#asked.has(zone) ? (this.#longest.get(place) ?? 0) : 0))
    return Math.max(0, ...kept.filter((one) => one <= longest))
  }
}

/** The end of a name by which caches are told what to keep: kubeadm's keeps the reverse zones, but not the cluster's. */
function zoneOf(name: string): string {
  return fold(name).split('.').slice(-2).join('.')
}
