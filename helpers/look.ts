import { inject } from 'vitest'
import { Problem } from './errors.ts'
import type { Eyes } from './eyes/eyes.ts'
import { LiveEyes } from './eyes/live.ts'
import { Recorder } from './eyes/tape.ts'
import { TapedEyes } from './eyes/taped.ts'
import { backendsInSight } from './matchers/backends-in-sight.ts'
import { judgeNodeRules, type ModeChoice, type RulesJudge } from './node-rules-view.ts'
import { keepsTtl } from './probes/dns/lifetimes.ts'
import type { Question } from './probes/dns/message.ts'
import { backendServer, type DnsServer, type Sighting } from './probes/dns/outcome.ts'
import { DnsView } from './probes/dns/view.ts'
import { echoFrom, fetchFrom, fetchTextFrom, type HttpSighting, type TextSighting } from './probes/http.ts'
import { type InsideSighting, lookInside } from './probes/inside.ts'
import type { Sight } from './probes/vantage/vantage.ts'
import type { Observation } from './report/record.ts'
import type { SharedRoll } from './roll.ts'
import { ServersInService } from './servers-in-service.ts'
import { Hands } from './stage/hands.ts'
import type { History } from './stage/history.ts'
import type { SetName } from './stage/sets.ts'
import { StageView } from './stage-view.ts'
import { KubernetesApi } from './target/api.ts'
import { takeOver } from './target/credentials.ts'
import { outageAmong } from './target/dns-service.ts'
import type { Pod } from './target/objects.ts'
import type { Seen } from './target/seen.ts'
import { UnreadSlices } from './unread-slices.ts'
import { UpgradeView } from './upgrade-view.ts'
import { VantagesStanding } from './vantages-standing.ts'

/** Everything that suites look with. Its channels are opened once in a thread and kept. */
export class Lookout {
  readonly roll: SharedRoll
  readonly eyes: Eyes
  readonly vantages: readonly Sight[]
  readonly dns: DnsView
  /** Who knows nothing of slices that we have written. */
  readonly unread: UnreadSlices
  /** Keeps what is seen, in a run that records. */
  readonly recorder: Recorder | undefined
  readonly #nodeVantages: readonly Sight[]
  readonly #api: KubernetesApi | undefined
  readonly #servers: ServersInService
  readonly #standing: VantagesStanding
  readonly #histories: Map<string, History>
  readonly #base: Lookout | undefined
  #keepsTtl: Promise<boolean> | undefined

  /** Without `api` nothing can be changed, only told. What `base` has opened and learned is used on. */
  constructor(
    roll: SharedRoll,
    eyes: Eyes,
    recorder?: Recorder,
    api?: KubernetesApi,
    histories = new Map<string, History>(),
    base?: Lookout,
  ) {
    this.#api = api
    this.#servers = base === undefined ? new ServersInService(api, roll.facts.dns.service) : base.#servers
    this.#standing = base === undefined ? new VantagesStanding(api, roll.vantages) : base.#standing
    this.unread = base?.unread ?? new UnreadSlices(this)
    this.#histories = histories
    this.#base = base
    this.roll = roll
    this.eyes = eyes
    this.recorder = recorder
    this.vantages = base?.vantages ?? roll.vantages.map((pod) => eyes.at(pod))
    const { service } = roll.facts.dns
    this.dns = new DnsView(
      this.vantages,
      ({ pod }) => roll.servers[pod.node] ?? [],
      service.seen ? service.value.backends.map(backendServer) : [],
    )
    this.#nodeVantages =
      base === undefined
        ? (roll.nodeVantages.seen ? roll.nodeVantages.value : []).map((pod) => eyes.at(pod))
        : base.#nodeVantages
  }

  /** Takes what the run has provided. Throws its problem, so that every requirement carries the real reason. */
  static open(): Lookout {
    const offer = inject('roll')
    if (offer === undefined) throw new Problem('The suites need a staged cluster: start them with `npm test`.')
    if (!offer.ready) throw new Problem(offer.problem)
    const { roll } = offer
    const api = new KubernetesApi(takeOver(roll.access))
    // What hands keep while they change something is there for eyes to see.
    const histories = new Map<string, History>()
    const live = new LiveEyes(api, histories, () => outageAmong(api, roll.facts.dns.nameservers))
    if (roll.record !== true) return new Lookout(roll, live, undefined, api, histories)
    const recorder = new Recorder()
    return new Lookout(roll, new TapedEyes(recorder.play, live), recorder, api, histories)
  }

  /** The same for one test alone, whose names and lifetimes are no other's: several are at it at a time. */
  forOneTest(): Lookout {
    return new Lookout(this.roll, this.eyes, this.recorder, this.#api, this.#histories, this)
  }

  /** What was before an upgrade, and meanwhile. @throws Problem in a run that was not told. */
  get upgrade(): UpgradeView {
    const { upgrade } = this.roll
    if (upgrade === undefined)
      throw new Problem('What was before an upgrade is judged by rollcall after; start it in the place of a run.')
    return new UpgradeView(upgrade)
  }

  /** The absolute name of the API server's Service, which every cluster has. */
  get apiName(): string {
    return `kubernetes.default.svc.${this.roll.facts.dns.clusterDomain}`
  }

  /** Fetches `/` from every address given, from every vantage unless told from which, each within `seconds`. */
  async fetchAll(
    addresses: readonly string[],
    port: number,
    seconds?: number,
    from: readonly Sight[] = this.vantages,
  ): Promise<HttpSighting[]> {
    return each(from, addresses, (vantage, address) => fetchFrom(vantage, address, port, seconds))
  }

  /** Has every address say again, to every vantage, what that sends: letters and digits. */
  async echoAll(addresses: readonly string[], port: number, text: string): Promise<HttpSighting[]> {
    return each(this.vantages, addresses, (vantage, address) => echoFrom(vantage, address, port, text))
  }

  /** Fetches a page of text from the first vantage. */
  async fetchText(address: string, port: number, path: string): Promise<TextSighting> {
    const [vantage] = this.vantages
    if (vantage === undefined) return { kind: 'lost', reason: 'there is no vantage' }
    return fetchTextFrom(vantage, address, port, path)
  }

  /** The privileged vantage on a node, where there is one. */
  nodeVantage(node: string): Sight | undefined {
    return this.#nodeVantages.find((one) => one.pod.node === node)
  }

  /** DNS as the first vantage sees it at one server that is none of the cluster's: no way to it is in question. */
  dnsAt(server: DnsServer): DnsView {
    return new DnsView(this.vantages.slice(0, 1), () => [server])
  }

  /** Looks a name up from every vantage at its resolver over UDP, as a stub resolver does: once more where the first is not good. */
  async lookUpTwice(
    type: Question['type'],
    name: string,
    isGood: (tries: readonly Sighting[]) => boolean,
  ): Promise<(readonly Sighting[])[]> {
    const lookups = this.vantages.map(async (vantage) => {
      const server = (this.roll.servers[vantage.pod.node] ?? []).find((one) => one.role === 'resolver')
      if (server === undefined) return []
      const first = await vantage.query(server, { name, type }, 'udp')
      return isGood([first]) ? [first] : [first, await vantage.query(server, { name, type }, 'udp')]
    })
    return (await Promise.all(lookups)).filter((tries) => tries.length > 0)
  }

  /** What the servers behind the DNS Service are set up by. */
  async corefile(): Promise<Seen<string>> {
    return this.eyes.corefile(this.roll.facts.dns.service)
  }

  /** Whether the servers behind the DNS Service have a cache that does not show in TTLs; not where nobody may see that. */
  async keepsTtl(): Promise<boolean> {
    if (this.#base !== undefined) return this.#base.keepsTtl()
    this.#keepsTtl ??= this.corefile().then(
      (text) => text.seen && keepsTtl(text.value),
      () => false,
    )
    return this.#keepsTtl
  }

  /** Looks into each Pod as a program of its first container does, and looks up these names there. */
  async inside(pods: readonly Pod[], names: readonly string[] = []): Promise<InsideSighting[]> {
    return Promise.all(
      pods.map(({ metadata, spec }) => {
        const place = {
          namespace: metadata?.namespace ?? '',
          pod: metadata?.name ?? '',
          container: spec?.containers[0]?.name ?? '',
        }
        return lookInside((at, asked) => this.eyes.inside(at, asked), place, names)
      }),
    )
  }

  /**
   * Reads each node's proxy rules, of the mode that its proxy is in or of another one, and judges them. A node whose rules nobody
   * may read, or whose proxy is not known, is not applicable, with the reason; a read that broke is inconclusive.
   */
  async judgeNodeRules(judge: RulesJudge, modeOf: ModeChoice = (_, mode) => mode): Promise<Observation[]> {
    return judgeNodeRules(this.roll, this.#nodeVantages, judge, modeOf)
  }

  /**
   * A look's observations, with those that every look at DNS needs beside its own, and nothing against servers that have left, nor from
   * nodes that have.
   */
  async withBackends(observations: readonly Observation[], signal: AbortSignal): Promise<Observation[]> {
    const judged = await this.#servers.judged(await this.#standing.judged(observations, signal), signal)
    return [...judged, ...backendsInSight(this.roll.facts.dns.service, judged)]
  }

  /**
   * Another staged set than that of the suite, which has to name it in its own text: a set goes when nobody will look at it any more.
   * @throws Problem where it is not staged.
   */
  stage(set: SetName): StageView {
    return new StageView(this, set)
  }

  /** What changes the objects of one namespace. */
  hands(namespace: string, signal: AbortSignal): Hands {
    if (this.#api === undefined) throw new Error('there is no cluster to change')
    const { marks, imagesFrom } = this.roll
    return new Hands(this.#api, namespace, signal, { histories: this.#histories, marks, imagesFrom })
  }

  close(): void {
    this.eyes.close()
  }
}

/** One look from every vantage at every address, all at once. */
async function each<T>(
  vantages: readonly Sight[],
  addresses: readonly string[],
  look: (vantage: Sight, address: string) => Promise<T>,
): Promise<T[]> {
  return Promise.all(vantages.flatMap((vantage) => addresses.map((address) => look(vantage, address))))
}
