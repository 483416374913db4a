import type { KubernetesApi } from '../../target/api.ts'
import type { ExecPlace } from '../../target/exec.ts'
import type { AskedResolver } from '../../target/objects.ts'
import type { ResolverConfig } from '../../target/resolver.ts'
import { DnsChannel } from '../dns/channel.ts'
import { datagramOutcome, pairDeadline, pairOf, pairOutcomes } from '../dns/datagram.ts'
import { encodeQuery, isEncodable, type Question } from '../dns/message.ts'
import { type DnsOutcome, type DnsServer, notAskable, type Sighting, type Transport } from '../dns/outcome.ts'
import { encodeVolley, type VolleyOutcome, volleyOutcome, volleySeconds, volleySize } from '../dns/volley.ts'
import { Agent, type AgentReply } from './agent.ts'
import { HttpRounds } from './http-rounds.ts'
import { Patiences } from './patience.ts'

/** A multitool Pod to look from. Cloneable, so that it can be handed to another thread. */
export interface VantagePod extends ExecPlace {
  readonly node: string
  readonly addresses: readonly string[]
  /** When its kubelet took it up, by the API; absent from older recordings. */
  readonly started?: string
  /** What its spec asks for of its resolver, as admitted; absent from older recordings. */
  readonly dns?: AskedResolver
  /** Its resolv.conf, once it was surveyed. */
  readonly resolver?: ResolverConfig
}

/** What suites look with from one Pod. */
export type Sight = Pick<Vantage, 'pod' | 'query' | 'pair' | 'volley' | 'http' | 'onHost'>

/** Looks at the cluster as a pod of one node sees it. Opens its channels on first use and keeps them. */
export class Vantage {
  readonly pod: VantagePod
  readonly #api: KubernetesApi
  readonly #agent: Agent
  readonly #channels = new Map<string, DnsChannel>()
  readonly #patiences = new Patiences()
  readonly #rounds: HttpRounds
  #echo: Promise<boolean> | undefined
  #nextId = Math.floor(Math.random() * 65_536)

  constructor(api: KubernetesApi, pod: VantagePod) {
    this.#api = api
    this.pod = pod
    this.#agent = new Agent(api, pod)
    this.#rounds = new HttpRounds(this.#agent)
  }

  /**
   * Asks one DNS server one question. Waits 5 s for the answer, less where the server's silence is proven: see `Patience`. Over
   * UDP it asks again each second, since a datagram may be lost on the way there or back.
   */
  async query(server: DnsServer, question: Question, transport: Transport): Promise<Sighting> {
    const started = performance.now()
    const patience = this.#patiences.with(server, transport)
    const ask = transport === 'tcp' ? this.#tcp : this.#udp
    const outcome = await ask.call(this, server, question, patience.deadline)
    patience.learn(outcome)
    return { vantage: this.pod.node, server, transport, question, outcome, took: performance.now() - started }
  }

  /**
   * Asks for A and AAAA at once, from one socket, as the stub resolver of glibc does. Both answers have one second; where one
   * of them stays out, both are asked for once more, since any datagram may be lost.
   */
  async pair(server: DnsServer, name: string): Promise<readonly DnsOutcome[]> {
    const first = await this.#pairOnce(server, name)
    return first.every((one) => one.kind !== 'timeout') ? first : this.#pairOnce(server, name)
  }

  /** Asks for A of a name many times at once, each time in a datagram of its own, and counts what is answered within 3 s. */
  async volley(server: DnsServer, name: string): Promise<VolleyOutcome> {
    if (!isEncodable(name)) return notAskable(name)
    const id = this.#nextId % 65_536
    this.#nextId += volleySize
    const queries = encodeVolley(id, name)
    const size = queries[0]?.length ?? 0
    const words = [
      server.address,
      server.port,
      Buffer.concat(queries).toString('base64'),
      size,
      volleySize,
      volleySeconds,
    ]
    return volleyOutcome(await this.#agent.ask('volley', words.map(String), volleySeconds), id)
  }

  /** Fetches `http://address:port/`; see `parseHttp` in probes/http.ts for the reply. */
  async http(url: string, seconds: number): Promise<AgentReply> {
    return this.#rounds.ask(url, seconds)
  }

  /** Connects to a TCP port and hangs up: exit code 0 when somebody listens. */
  async connect(address: string, port: number, seconds: number): Promise<AgentReply> {
    return this.#agent.ask('connect', [address, String(port), String(seconds)], seconds)
  }

  /** Resolves a name as a program of this pod would: getaddrinfo with search list and `/etc/hosts`. */
  async names(name: string, seconds: number): Promise<AgentReply> {
    return this.#agent.ask('names', [name, String(seconds)], seconds)
  }

  async file(path: string): Promise<AgentReply> {
    return this.#agent.ask('file', [path], 3)
  }

  /** Which of the tools that we rely on the image lacks. */
  async missingTools(names: readonly string[]): Promise<AgentReply> {
    return this.#agent.ask('tools', names, 5)
  }

  /** Whether the exec path into this pod works at this moment. */
  async isSound(): Promise<boolean> {
    const reply = await this.#agent.ask('echo', [], 2)
    return reply.kind === 'done' && reply.code === 0
  }

  /** Runs a program of the node itself, from a privileged vantage; prints nothing of its standard error. */
  async onHost(argv: readonly string[], seconds: number): Promise<AgentReply> {
    return this.#agent.ask('host', argv, seconds)
  }

  close(): void {
    this.#agent.close()
    for (const channel of this.#channels.values()) channel.close()
  }

  async #tcp(server: DnsServer, question: Question, deadline: number): Promise<DnsOutcome> {
    const key = `${server.address} ${server.port}`
    let channel = this.#channels.get(key)
    if (channel === undefined) {
      channel = new DnsChannel(this.#api, this.pod, server)
      this.#channels.set(key, channel)
    }
    return this.#confirmed(await channel.ask(question, deadline))
  }

  /** Silence counts as the server's only if our own path into the pod still answers: once for all that end together. */
  async #confirmed(outcome: DnsOutcome): Promise<DnsOutcome> {
    if (outcome.kind !== 'timeout') return outcome
    this.#echo ??= this.isSound().finally(() => {
      this.#echo = undefined
    })
    if (await this.#echo) return outcome
    return { kind: 'lost', reason: `no answer from the server, nor from ${this.pod.pod} itself` }
  }

  async #pairOnce(server: DnsServer, name: string): Promise<readonly DnsOutcome[]> {
    if (!isEncodable(name)) return [notAskable(name)]
    const id = this.#nextId++ % 65_535
    const queries = pairOf(id, name).map((one) => encodeQuery(one.id, one.question).toString('base64'))
    const words = [server.address, String(server.port), ...queries, String(pairDeadline / 1000)]
    return pairOutcomes(await this.#agent.ask('pair', words, pairDeadline / 1000), id, name)
  }

  async #udp(server: DnsServer, question: Question, deadline: number): Promise<DnsOutcome> {
    if (!isEncodable(question.name)) return notAskable(question.name)
    const id = this.#nextId++ % 65_536
    const query = encodeQuery(id, question).toString('base64')
    const seconds = deadline / 1000
    const words = [server.address, String(server.port), query, String(seconds)]
    return datagramOutcome(await this.#agent.ask('udp', words, seconds), id, question, deadline)
  }
}
