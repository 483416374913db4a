import type { Sight } from '../vantage/vantage.ts'
import { Lifetimes } from './lifetimes.ts'
import type { Question } from './message.ts'
import type { DnsServer, Sighting, Transport } from './outcome.ts'
import type { Volley } from './volley.ts'

/** DNS as all vantages see it: each asks the resolver of its own resolv.conf and every backend of the DNS Service. */
export class DnsView {
  /** How long what was answered may be kept. */
  readonly lifetimes = new Lifetimes()
  /** Names that were asked for since this was last emptied. */
  readonly asked = new Set<string>()
  readonly #vantages: readonly Sight[]
  readonly #serversOf: (vantage: Sight) => readonly DnsServer[]

  constructor(vantages: readonly Sight[], serversOf: (vantage: Sight) => readonly DnsServer[]) {
    this.#vantages = vantages
    this.#serversOf = serversOf
  }

  /** Asks every question from every vantage of every server, all at once, over each transport. */
  async everywhere(questions: readonly Question[], transports: readonly Transport[] = ['tcp']): Promise<Sighting[]> {
    for (const { name } of questions) this.asked.add(name)
    const sightings = await Promise.all(
      this.#vantages.flatMap((vantage) =>
        this.#serversOf(vantage).flatMap((server) =>
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

  /** Asks for A of a name many times at once, from every vantage of every server, and counts what is answered. */
  async volleys(name: string): Promise<Volley[]> {
    return this.#each(async (vantage, server) => {
      return { vantage: vantage.pod.node, server, outcome: await vantage.volley(server, name) }
    })
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
  async #each<T>(look: (vantage: Sight, server: DnsServer) => Promise<T>): Promise<T[]> {
    return Promise.all(
      this.#vantages.flatMap((vantage) => this.#serversOf(vantage).map((server) => look(vantage, server))),
    )
  }
}
