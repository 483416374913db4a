import type { DnsRecord } from '../probes/dns/message.ts'
import type { DnsOutcome } from '../probes/dns/outcome.ts'
import type { Printed } from '../probes/inside-channel.ts'
import type { AgentReply } from '../probes/vantage/agent.ts'
import type { Sight, VantagePod } from '../probes/vantage/vantage.ts'
import type { Ordeals } from '../redis-ordeals.ts'
import type { ReplicatedSet, StandingLook } from '../redis-sessions.ts'
import type { History } from '../stage/history.ts'
import type { Besides, Snapshot } from '../stage/snapshot.ts'
import type { DnsService } from '../target/dns-service.ts'
import type { ExecPlace, ExecResult } from '../target/exec.ts'
import type { KubeletDns } from '../target/kubelet.ts'
import type { Service } from '../target/objects.ts'
import type { ApiQuestion, ApiReply } from '../target/reply.ts'
import { type Seen, seen } from '../target/seen.ts'
import { blankCorefile, blankMetadata, blankPod, blankSet, type Metadata } from './blanked.ts'
import type { Eyes, RedisSight } from './eyes.ts'
import { NotRecorded, type Play } from './tape.ts'

/** A reply of the agent as JSON: whatever prints for a suite prints text. */
export type TextReply =
  | { readonly kind: 'done'; readonly code: number; readonly text: string }
  | { readonly kind: 'lost'; readonly reason: string }

/** Eyes whose every look has a key and goes through `play`. Without eyes of its own, it can only tell what is on a tape. */
export class TapedEyes implements Eyes {
  readonly #play: Play
  readonly #eyes: Eyes | undefined

  constructor(play: Play, eyes?: Eyes) {
    this.#play = play
    this.#eyes = eyes
  }

  at(pod: VantagePod): Sight {
    const own = this.#eyes?.at(pod)
    const from = `${pod.node}`
    const reply = async (key: string, look: () => Promise<AgentReply>): Promise<AgentReply> =>
      bytesOf(await this.#play(key, async () => textOf(await look())))
    return {
      pod,
      query: async (server, question, transport) => {
        const { role, name, address, port } = server
        const size = question.udpPayloadSize === undefined ? '' : ` within ${question.udpPayloadSize}`
        const key = `dns ${from} ${role} ${name} ${address}:${port} ${transport} ${question.type} ${question.name}${size}`
        const look = async (): Promise<DnsOutcome> =>
          inOrder((await sighted(own).query(server, question, transport)).outcome)
        const started = performance.now()
        const outcome = await this.#play(key, look)
        return { vantage: pod.node, server, transport, question, outcome, took: performance.now() - started }
      },
      pair: async ({ role, name, address, port }, asked) => {
        const key = `pair ${from} ${role} ${name} ${address}:${port} ${asked}`
        return this.#play(key, () => sighted(own).pair({ role, name, address, port }, asked))
      },
      volley: async ({ role, name, address, port }, asked) => {
        const key = `volley ${from} ${role} ${name} ${address}:${port} ${asked}`
        return this.#play(key, () => sighted(own).volley({ role, name, address, port }, asked))
      },
      http: async (url, seconds) => reply(`http ${from} ${url}`, () => sighted(own).http(url, seconds)),
      onHost: async (argv, seconds) =>
        reply(`host ${from} ${argv.join(' ')}`, () => sighted(own).onHost(argv, seconds)),
    }
  }

  async snapshot(namespace: string, besides: readonly Besides[] = []): Promise<Snapshot> {
    const key = ['snapshot', namespace, ...besides.map((one) => `and ${one}`)].join(' ')
    return this.#play(key, async () => fitToKeep(await sighted(this.#eyes).snapshot(namespace, besides)))
  }

  async history(namespace: string, name: string): Promise<History> {
    return this.#play(`history ${namespace} ${name}`, () => sighted(this.#eyes).history(namespace, name))
  }

  async service(namespace: string, name: string): Promise<Seen<Service>> {
    return this.#play(`service ${namespace}/${name}`, () => sighted(this.#eyes).service(namespace, name))
  }

  async dryRun(question: ApiQuestion): Promise<ApiReply> {
    const { method, path, body } = question
    return this.#play(`dry run ${method} ${path} ${JSON.stringify(body)}`, () => sighted(this.#eyes).dryRun(question))
  }

  async corefile(service: Seen<DnsService>): Promise<Seen<string>> {
    return this.#play('corefile', async () => {
      const corefile = await sighted(this.#eyes).corefile(service)
      return corefile.seen ? seen(blankCorefile(corefile.value)) : corefile
    })
  }

  async restartDns(service: DnsService, meanwhile: () => Promise<void>): Promise<Seen<number>> {
    const key = `restart of ${service.namespace}/${service.name}`
    const calls = await this.#play(key, () => sighted(this.#eyes).restartDns(service, meanwhile))
    if (this.#eyes !== undefined || !calls.seen) return calls
    for (let call = 0; call < calls.value; call++) await meanwhile()
    return calls
  }

  async kubelet(node: string): Promise<Seen<KubeletDns>> {
    return this.#play(`kubelet ${node}`, () => sighted(this.#eyes).kubelet(node))
  }

  async inside(place: ExecPlace, names: readonly string[]): Promise<Printed> {
    const key = `inside ${place.namespace}/${place.pod}/${place.container} ${names.join(' ')}`
    return this.#play(key, () => sighted(this.#eyes).inside(place, names))
  }

  async exec(place: ExecPlace, argv: readonly string[]): Promise<ExecResult> {
    const key = `exec ${place.namespace}/${place.pod}/${place.container} ${argv.join(' ')}`
    return this.#play(key, () => sighted(this.#eyes).exec(place, argv))
  }

  async log(place: ExecPlace): Promise<Seen<string>> {
    return this.#play(`log ${place.namespace}/${place.pod}/${place.container}`, () => sighted(this.#eyes).log(place))
  }

  async redis<T>(namespace: string, pods: readonly string[], look: (redis: RedisSight) => Promise<T>): Promise<T> {
    if (this.#eyes === undefined) return look(this.#redis(namespace, pods))
    return this.#eyes.redis(namespace, pods, (redis) => look(this.#redis(namespace, pods, redis)))
  }

  async standing(set: ReplicatedSet): Promise<StandingLook[]> {
    const key = `standing of ${set.namespace} ${set.pods.join(',')}`
    return this.#play(key, () => sighted(this.#eyes).standing(set))
  }

  async ordeal<K extends keyof Ordeals>(kind: K, set: ReplicatedSet): Promise<Ordeals[K]> {
    const key = `ordeal ${kind} of ${set.namespace} ${set.pods.join(',')}`
    return this.#play(key, () => sighted(this.#eyes).ordeal(kind, set))
  }

  close(): void {
    this.#eyes?.close()
  }

  #redis(namespace: string, pods: readonly string[], own?: RedisSight): RedisSight {
    const key = (call: string, argument: string): string =>
      `redis ${namespace} ${call} ${argument} of ${pods.join(',')}`
    return {
      pods,
      replication: (some = pods) =>
        this.#play(key('replication', some.join(',')), () => sighted(own).replication(some)),
      propagate: (master) => this.#play(key('propagate', master), () => sighted(own).propagate(master)),
      writeToReplicas: (master) =>
        this.#play(key('writeToReplicas', master), () => sighted(own).writeToReplicas(master)),
      offsets: (master) => this.#play(key('offsets', master), () => sighted(own).offsets(master)),
      membership: (master) => this.#play(key('membership', master), () => sighted(own).membership(master)),
      readOnReplicas: (master) => this.#play(key('readOnReplicas', master), () => sighted(own).readOnReplicas(master)),
      tryOnReplicas: (master) => this.#play(key('tryOnReplicas', master), () => sighted(own).tryOnReplicas(master)),
      effects: (master) => this.#play(key('effects', master), () => sighted(own).effects(master)),
      apart: () => this.#play(key('apart', 'all'), () => sighted(own).apart()),
    }
  }
}

/** Addresses from which on the order of an answer, which differs each time, would be most of what a recording holds. */
const crowd = 64

/** Brings a crowd of addresses in an order. A few stay as they came. */
function inOrder(outcome: DnsOutcome): DnsOutcome {
  if (outcome.kind !== 'answer' || outcome.answer.answers.length < crowd) return outcome
  const rank = (record: DnsRecord): string =>
    'address' in record ? record.address.replaceAll(/\d+/g, (digits) => digits.padStart(3, '0')) : ''
  const answers = outcome.answer.answers.toSorted((a, b) => (rank(a) < rank(b) ? -1 : rank(a) > rank(b) ? 1 : 0))
  return { kind: 'answer', answer: { ...outcome.answer, answers } }
}

/** Who has written which field is in no requirement, and most of what the API sends; what may be a credential is in none either. */
function fitToKeep({ namespace, statefulSets, endpoints, networkPolicies, claims, ...lists }: Snapshot): Snapshot {
  const bare = <T extends { metadata?: Metadata }>(object: T): T => ({
    ...object,
    metadata: { ...blankMetadata(object.metadata), managedFields: undefined },
  })
  return {
    namespace,
    pods: lists.pods.map((pod) => bare(blankPod(pod))),
    services: lists.services.map(bare),
    slices: lists.slices.map(bare),
    ...(statefulSets === undefined ? {} : { statefulSets: statefulSets.map((set) => bare(blankSet(set))) }),
    ...(claims === undefined ? {} : { claims: claims.map(bare) }),
    ...(endpoints === undefined
      ? {}
      : { endpoints: endpoints.seen ? { ...endpoints, value: endpoints.value.map(bare) } : endpoints }),
    // For evidence alone, which no recording holds.
    ...(networkPolicies === undefined ? {} : { networkPolicies }),
  }
}

function sighted<T>(eyes: T | undefined): T {
  if (eyes === undefined) throw new NotRecorded('there is no cluster to look at')
  return eyes
}

function textOf(reply: AgentReply): TextReply {
  return reply.kind === 'lost' ? reply : { kind: 'done', code: reply.code, text: reply.output.toString('utf8') }
}

function bytesOf(reply: TextReply): AgentReply {
  return reply.kind === 'lost' ? reply : { kind: 'done', code: reply.code, output: Buffer.from(reply.text) }
}
