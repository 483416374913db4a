import type { Sight } from '../vantage/vantage.ts'
import { Lifetimes } from './lifetimes.ts'
import type { Question } from './message.ts'
import type { DnsServer, Sighting, Transport } from './outcome.ts'
import type { Volley } from './volley.ts'

/** Vantages that send volleys at once, unless that took more turns than a test has time for. */
const fewVantages = 4
/** Turns, each of which takes as long as a volley that is not answered. */
const mostTurns = 12

/**
 * DNS as all vantages see it: each asks the resolver of its own resolv.conf and the backends of the DNS Service, on a large cluster some of
 * them in turn (see turns.ts).
 */
export class DnsView {
  /** How long what was answered may be kept. */
  readonly lifetimes = new Lifetimes()
  /** Names that were asked for since this was last emptied. */
  readonly asked = new Set<string>()
  readonly #vantages: readonly Sight[]
  readonly #serversOf: (vantage: Sight) => readonly DnsServer[]

  readonly #backends: readonly DnsServer[]

  /** `backends` are all that there are. */
  constructor(
    vantages: readonly Sight[],
    serversOf: (vantage: Sight) => readonly DnsServer[],
    backends: readonly DnsServer[] = [],
  ) {
    this.#vantages = vantages
    this.#serversOf = serversOf
    this.#backends = backends
  }

  /** Asks every question from every vantage of every server, all at once, over each transport. */
  async everywhere(questions: readonly Question[], transports: readonly Transport[] = ['tcp']): Promise<Sighting[]> {
    return this.#ask((vantage) => this.#serversOf(vantage), questions, transports)
  }

  /** As `everywhere` over UDP, which takes no exec of its own: every vantage asks every backend, on a large cluster too. */
  async everyWay(questions: readonly Question[]): Promise<Sighting[]> {
    const all = (vantage: Sight): readonly DnsServer[] => {
      const own = this.#serversOf(vantage)
      return [...own, ...this.#backends.filter((one) => !own.some((other) => isSame(one, other)))]
    }
    return this.#ask(all, questions, ['udp'])
  }

  async #ask(
    serversOf: (vantage: Sight) => readonly DnsServer[],
    questions: readonly Question[],
    transports: readonly Transport[],
  ): Promise<Sighting[]> {
    for (const { name } of questions) this.asked.add(name)
    const sightings = await Promise.all(
      this.#vantages.flatMap((vantage) =>
        serversOf(vantage).flatMap((server) =>
          questions.flatMap((question) => transports.map((transport) => vantage.query(server, question, transport))),
        ),
      ),
    )
    this.lifetimes.note(sightings, Date.now())
    return sightings
  }

  /** As `everywhere` for one question. */
  async ask(type: Question['type'], name: string, transports?: readonly Transport[]): Promise<Sighting[]> {
    return this.everywhere([{ name, type }], transports)
  }

  /** Asks for A and AAAA of a name at once, from one socket each time, from every vantage of every server. */
  async pairs(name: string): Promise<Sighting[]> {
    this.asked.add(name)
    const asked = await this.#each(async (vantage, server) => {
      const started = performance.now()
      const outcomes = await vantage.pair(server, name)
      const about = {
        vantage: vantage.pod.node,
        server,
        transport: 'udp',
        took: performance.now() - started,
      } as const
      const types = ['A', 'AAAA'] as const
      return outcomes.map((outcome, index): Sighting => {
        return { ...about, question: { name, type: types[index] ?? 'A' }, outcome }
      })
    })
    return asked.flat()
  }

  /**
   * Asks for A of a name many times at once, from every vantage of every server, and counts what is answered. On a large cluster a few
   * vantages at a time: what all of them send at once no server could take in, which would be our doing.
   */
  async volleys(name: string): Promise<Volley[]> {
    const atOnce = Math.max(fewVantages, Math.ceil(this.#vantages.length / mostTurns))
    const told: Volley[] = []
    for (let first = 0; first < this.#vantages.length; first += atOnce) {
      const volleys = await this.#each(
        async (vantage, server) => ({ vantage: vantage.pod.node, server, outcome: await vantage.volley(server, name) }),
        this.#vantages.slice(first, first + atOnce),
      )
      told.push(...volleys)
    }
    return told
  }

  /** Asks one vantage's server again, for what its answer to another question has named. */
  async follow(
    sightings: readonly Sighting[],
    questionsOf: (sighting: Sighting) => readonly Question[],
  ): Promise<Sighting[]> {
    const asked = sightings.flatMap((sighting) => {
      const vantage = this.#vantages.find((one) => one.pod.node === sighting.vantage)
      if (vantage === undefined) return []
      return questionsOf(sighting).map((question) => vantage.query(sighting.server, question, sighting.transport))
    })
    return Promise.all(asked)
  }

  /** One look from every vantage at every server that it has, all at once. */
  async #each<T>(
    look: (vantage: Sight, server: DnsServer) => Promise<T>,
    vantages: readonly Sight[] = this.#vantages,
  ): Promise<T[]> {
    return Promise.all(vantages.flatMap((vantage) => this.#serversOf(vantage).map((server) => look(vantage, server))))
  }
}

function isSame(one: DnsServer, other: DnsServer): boolean {
  return one.role === other.role && one.address === other.address && one.port === other.port
}
