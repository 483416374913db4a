import type { DnsOutcome, DnsServer, Transport } from '../dns/outcome.ts'

/** Milliseconds that a DNS server may take: what a stub resolver leaves it, `timeout` of resolv.conf(5). */
export const fullDeadline = 5000
/** Milliseconds for a server whose silence is proven: many times what a living one takes, also on a busy machine. */
export const shortDeadline = 1000
/** Questions in a row after which a stub resolver has given up, `attempts` of resolv.conf(5): silence is no bad luck then. */
const enough = 2

/**
 * How long to wait for one server, asked from one vantage over one transport. A server that has left several questions in a
 * row unanswered, each for the full deadline, is given a short one from then on, until it answers anything again: its
 * silence is proven, and every further question would only cost time.
 */
export class Patience {
  #unanswered = 0

  /** Milliseconds that the next question may wait for its answer. */
  get deadline(): number {
    return this.#unanswered >= enough ? shortDeadline : fullDeadline
  }

  /** Learns from an outcome. Whatever comes from the server ends its silence; a channel that broke tells nothing of it. */
  learn(outcome: DnsOutcome): void {
    if (outcome.kind === 'lost') return
    this.#unanswered = outcome.kind === 'timeout' ? this.#unanswered + 1 : 0
  }
}

/** The patience with each server and transport. */
export class Patiences {
  readonly #known = new Map<string, Patience>()

  with(server: DnsServer, transport: Transport): Patience {
    const key = `${transport} ${server.address} ${server.port}`
    let patience = this.#known.get(key)
    if (patience === undefined) {
      patience = new Patience()
      this.#known.set(key, patience)
    }
    return patience
  }
}
