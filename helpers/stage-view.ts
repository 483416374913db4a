import { messageOf, Problem } from './errors.ts'
import type { RedisSight } from './eyes/eyes.ts'
import type { Lookout } from './look.ts'
import type { MarkSighting } from './matchers/claims.ts'
import type { HostnameSighting } from './matchers/identity.ts'
import type { PodLog } from './matchers/redis-bootstrap.ts'
import { type VisitSighting, visitByName } from './probes/redis-visits.ts'
import type { Ordeals } from './redis-ordeals.ts'
import type { ReplicatedSet, StandingLook } from './redis-sessions.ts'
import { closableHops, type Hop } from './report/record.ts'
import { readFixtures } from './stage/fixture.ts'
import type { Hands } from './stage/hands.ts'
import type { History } from './stage/history.ts'
import { withImages } from './stage/images.ts'
import type { SetName } from './stage/sets.ts'
import { type Besides, evidenceOf, type Snapshot } from './stage/snapshot.ts'
import type { StagedSet } from './stage/staging.ts'
import { type KubernetesObject, type Pod, pathOf, type Resource } from './target/objects.ts'
import type { ApiQuestion, ApiReply } from './target/reply.ts'

/** One staged set, as a suite sees it. */
export class StageView {
  readonly #lookout: Lookout
  readonly staged: StagedSet

  constructor(lookout: Lookout, set: SetName) {
    const staged = lookout.roll.sets.find((one) => one.set === set)
    if (staged === undefined)
      throw new Problem(`Nothing has staged the fixtures of "${set}": name the set in helpers/stage/sets.ts.`)
    if (staged.problem !== undefined) throw new Problem(staged.problem)
    this.#lookout = lookout
    this.staged = staged
  }

  get namespace(): string {
    return this.staged.namespace
  }

  /** The absolute name of a Service of this set, or of a name below one: `db`, `db-0.db`. */
  fqdn(name: string): string {
    return `${name}.${this.namespace}.svc.${this.#lookout.roll.facts.dns.clusterDomain}`
  }

  /** What was applied to stage this set, as its manifests say it. */
  written(): readonly KubernetesObject[] {
    return readFixtures(this.staged.set)
  }

  /** Pods, Services and EndpointSlices of the set, and what is wanted besides. */
  async snapshot(...besides: readonly Besides[]): Promise<Snapshot> {
    return this.#lookout.eyes.snapshot(this.namespace, besides)
  }

  /** What this suite's hands have kept under a name while they changed the set. */
  async history(name: string): Promise<History> {
    return this.#lookout.eyes.history(this.namespace, name)
  }

  /** Asks what the API server would make of an object in this namespace, as a dry run. */
  async tryOut(
    method: ApiQuestion['method'],
    resource: Resource,
    body: unknown,
    { name, contentType }: { name?: string; contentType?: string } = {},
  ): Promise<ApiReply> {
    const path = pathOf(resource, this.namespace, name)
    const asked = { method, path, body: withImages(body, this.#lookout.roll.imagesFrom) }
    return this.#lookout.eyes.dryRun({ ...asked, ...(contentType === undefined ? {} : { contentType }) })
  }

  hands(signal: AbortSignal): Hands {
    return this.#lookout.hands(this.namespace, signal)
  }

  /**
   * What the API shows of the set at this moment, in a few lines: for a reader who comes when all is cleaned up. Where the way to
   * Pods or to DNS is in doubt, with the policies that may have closed it, at both of its ends or in the whole cluster.
   */
  async evidence(hop?: Hop): Promise<string[]> {
    try {
      if (hop === undefined || !closableHops.includes(hop)) return evidenceOf(await this.snapshot())
      const { eyes, vantages, roll } = this.#lookout
      const [client = this.namespace] = vantages.map(({ pod }) => pod.namespace)
      const [own, other] = await Promise.all([
        this.snapshot('networkPolicies'),
        client === this.namespace ? undefined : eyes.snapshot(client, ['networkPolicies']),
      ])
      const policies = other === undefined ? [] : evidenceOf({ ...other, pods: [], slices: [] })
      const wide = (roll.facts.widePolicies ?? []).map((one) => `policy of the whole cluster: ${one}`)
      return [...evidenceOf(own), ...policies, ...wide]
    } catch (error) {
      return [`the namespace could not be read for evidence: ${messageOf(error)}`]
    }
  }

  /** Looks at Redis in the given pods, with a session for each that lives as long as the look. */
  async redis<T>(pods: readonly string[], look: (redis: RedisSight) => Promise<T>): Promise<T> {
    return this.#lookout.eyes.redis(this.namespace, pods, look)
  }

  /** Has a Pod connect to Redis by each of these names, and at each address of theirs, and say the same on each connection. */
  async visits(client: Pod, names: readonly string[], commands: readonly string[]): Promise<VisitSighting> {
    const place = {
      namespace: this.namespace,
      pod: client.metadata?.name ?? '',
      container: client.spec?.containers[0]?.name ?? '',
    }
    return visitByName((at, argv) => this.#lookout.eyes.exec(at, argv), place, names, commands)
  }

  /** What an init container of each pod has printed, and whether its container `other` has printed anything. */
  async logs(pods: readonly string[], container: string, other: string): Promise<PodLog[]> {
    const { eyes } = this.#lookout
    return Promise.all(
      pods.map(async (pod) => {
        const [log, presence] = [
          await eyes.log({ namespace: this.namespace, pod, container }),
          await eyes.log({ namespace: this.namespace, pod, container: other }),
        ]
        return { pod, log, others: presence.seen && presence.value.trim() !== '' }
      }),
    )
  }

  /** What each Pod of a replicated set tells of its standing. */
  async standing(pods: readonly string[], service: string): Promise<StandingLook[]> {
    return this.#lookout.eyes.standing(this.#replicated(pods, service))
  }

  /** Puts the replicated set of these Pods, the master first, through something; what was seen of it the one time it is done. */
  async ordeal<K extends keyof Ordeals>(kind: K, pods: readonly string[], service: string): Promise<Ordeals[K]> {
    return this.#lookout.eyes.ordeal(kind, this.#replicated(pods, service))
  }

  /** Asks the kernel of each pod for its hostname. */
  async hostnames(pods: readonly { name: string; container: string }[]): Promise<HostnameSighting[]> {
    return Promise.all(
      pods.map(async ({ name, container }): Promise<HostnameSighting> => {
        const place = { namespace: this.namespace, pod: name, container }
        const { end, stdout } = await this.#lookout.eyes.exec(place, ['hostname'])
        if (end.kind === 'lost') return { pod: name, outcome: { kind: 'lost', reason: end.reason } }
        if (end.code !== 0)
          return { pod: name, outcome: { kind: 'lost', reason: `hostname ended with code ${end.code}` } }
        return { pod: name, outcome: { kind: 'answer', hostname: stdout.trim() } }
      }),
    )
  }

  /** Reads a file in each Pod, which may not be there. */
  async marks(pods: readonly string[], container: string, file: string): Promise<MarkSighting[]> {
    return Promise.all(
      pods.map(async (pod): Promise<MarkSighting> => {
        const { end, stdout, stderr } = await this.#lookout.eyes.exec({ namespace: this.namespace, pod, container }, [
          'cat',
          file,
        ])
        if (end.kind === 'lost') return { pod, outcome: { kind: 'lost', reason: end.reason } }
        if (end.code === 0) return { pod, outcome: { kind: 'text', text: stdout.trim() } }
        if (/no such file/i.test(stderr)) return { pod, outcome: { kind: 'missing' } }
        const reason = `cat ${file} in ${pod} ended with code ${end.code}: ${stderr.trim()}`
        return { pod, outcome: { kind: 'lost', reason } }
      }),
    )
  }

  #replicated([master, ...replicas]: readonly string[], service: string): ReplicatedSet {
    if (master === undefined) throw new Error(`${this.namespace} has no Pod of the set below ${service}`)
    const { clusterDomain } = this.#lookout.roll.facts.dns
    return { namespace: this.namespace, pods: [master, ...replicas], service, clusterDomain }
  }
}
