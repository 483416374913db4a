import { InsideChannel, type Printed } from '../probes/inside-channel.ts'
import { type Sight, Vantage, type VantagePod } from '../probes/vantage/vantage.ts'
import { type Ordeals, RedisOrdeals } from '../redis-ordeals.ts'
import { RedisSessions, type ReplicatedSet, type StandingLook } from '../redis-sessions.ts'
import { RedisView } from '../redis-view.ts'
import { whileDnsRestarts } from '../stage/dns-restart.ts'
import type { History } from '../stage/history.ts'
import { type Besides, readSnapshot, type Snapshot } from '../stage/snapshot.ts'
import type { DnsOutage } from '../stage/stalls.ts'
import type { KubernetesApi } from '../target/api.ts'
import type { DnsService } from '../target/dns-service.ts'
import { readCorefile } from '../target/dns-settings.ts'
import { type ExecPlace, type ExecResult, exec } from '../target/exec.ts'
import { type KubeletDns, readKubelet } from '../target/kubelet.ts'
import { pathOf, read, type Service } from '../target/objects.ts'
import { type ApiQuestion, type ApiReply, dryRun } from '../target/reply.ts'
import { type Seen, look as see } from '../target/seen.ts'
import type { Eyes, RedisSight } from './eyes.ts'

/** Eyes on a cluster. They open their channels on first use and keep them. */
export class LiveEyes implements Eyes {
  readonly #api: KubernetesApi
  readonly #vantages: Vantage[] = []
  readonly #insides = new Map<string, InsideChannel>()
  readonly #histories: ReadonlyMap<string, History>
  readonly #ordeals: RedisOrdeals

  /** Closes `api`, too, when it is closed. */
  constructor(
    api: KubernetesApi,
    histories: ReadonlyMap<string, History> = new Map(),
    outage: DnsOutage = async () => undefined,
  ) {
    this.#api = api
    this.#histories = histories
    this.#ordeals = new RedisOrdeals(api, outage)
  }

  at(pod: VantagePod): Sight {
    const vantage = new Vantage(this.#api, pod)
    this.#vantages.push(vantage)
    return vantage
  }

  async snapshot(namespace: string, besides: readonly Besides[] = []): Promise<Snapshot> {
    return readSnapshot(this.#api, namespace, { besides })
  }

  async history(namespace: string, name: string): Promise<History> {
    const kept = this.#histories.get(`${namespace} ${name}`)
    if (kept === undefined) throw new Error(`nobody has kept a history of ${name}`)
    return kept
  }

  async service(namespace: string, name: string): Promise<Seen<Service>> {
    return see(`Service ${namespace}/${name}`, () => read(this.#api, 'services', namespace, name))
  }

  async dryRun(question: ApiQuestion): Promise<ApiReply> {
    return dryRun(this.#api, question)
  }

  async corefile(service: Seen<DnsService>): Promise<Seen<string>> {
    return readCorefile(this.#api, service)
  }

  async restartDns(service: DnsService, meanwhile: () => Promise<void>): Promise<Seen<number>> {
    return whileDnsRestarts(this.#api, service, meanwhile)
  }

  async kubelet(node: string): Promise<Seen<KubeletDns>> {
    return readKubelet(this.#api, node)
  }

  async inside(place: ExecPlace, names: readonly string[]): Promise<Printed> {
    const key = `${place.namespace}/${place.pod}/${place.container}`
    const channel = this.#insides.get(key) ?? new InsideChannel(this.#api, place)
    this.#insides.set(key, channel)
    return channel.look(names)
  }

  async exec(place: ExecPlace, argv: readonly string[]): Promise<ExecResult> {
    return exec(this.#api, place, argv, { timeout: 10_000 })
  }

  async log({ namespace, pod, container }: ExecPlace): Promise<Seen<string>> {
    return see(`the log of ${container} in Pod ${namespace}/${pod}`, () =>
      this.#api.send<string>(`${pathOf('pods', namespace, pod)}/log`, { query: { container } }),
    )
  }

  async redis<T>(namespace: string, pods: readonly string[], look: (redis: RedisSight) => Promise<T>): Promise<T> {
    return RedisView.with(this.#api, namespace, pods, look)
  }

  async standing(set: ReplicatedSet): Promise<StandingLook[]> {
    return RedisSessions.with(this.#api, set, (sessions) => sessions.standing())
  }

  ordeal<K extends keyof Ordeals>(kind: K, set: ReplicatedSet): Promise<Ordeals[K]> {
    return this.#ordeals.undergo(kind, set)
  }

  close(): void {
    for (const vantage of this.#vantages) vantage.close()
    for (const inside of this.#insides.values()) inside.close()
    this.#api.close()
  }
}
