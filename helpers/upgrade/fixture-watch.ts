import { messageOf, Problem } from '../errors.ts'
import type { KubernetesApi } from '../target/api.ts'
import { type DnsBackend, readBackends } from '../target/dns-service.ts'
import { KubernetesError } from '../target/kubernetes-error.ts'
import type { Before } from './before.ts'
import { lookAtFixture, type SamplerPod, samplersIn } from './fixture-look.ts'
import type { ApiSight } from './gaps.ts'
import type { JournalEntry, Target, TargetsEntry, TruthEntry } from './journal.ts'
import { sameTargets, targetsOf } from './targets.ts'
import { fixtureEvents, type Shown, sameTruth, truthOf } from './truth.ts'
import { UnseenChanges } from './unseen-changes.ts'

/** Milliseconds for each request: an API that is away is no reason to wait for long. */
const timeout = 3000

export interface FixtureMeans {
  readonly api: KubernetesApi
  readonly before: Before
  readonly sight: ApiSight
  /** What was true when an earlier watch ended. */
  readonly truth: TruthEntry | undefined
  readonly signal: AbortSignal
}

/** What one look at the fixture comes to. */
export interface FixtureSeen {
  readonly entries: readonly JournalEntry[]
  /** Where these have changed; they are among the entries, too. */
  readonly targets?: TargetsEntry
  /** The samplers that are there; undefined where nothing was seen. */
  readonly pods?: readonly SamplerPod[]
  readonly backends: readonly DnsBackend[]
}

/** Looks at the fixture again and again, and tells what has changed. */
export class FixtureWatch {
  readonly #means: FixtureMeans
  readonly #namespaces: readonly string[]
  readonly #unseen = new UnseenChanges()
  #truth: TruthEntry | undefined
  #targets: readonly Target[] | undefined
  #backends: readonly DnsBackend[]
  /** Unix time in ms at which the last look began that came to something. */
  #lookedAt: number | undefined

  constructor(means: FixtureMeans) {
    const { sets, facts } = means.before
    this.#means = means
    this.#namespaces = [...new Set(sets.map((one) => one.namespace))]
    this.#truth = means.truth
    this.#backends = facts.dns.service.seen ? facts.dns.service.value.backends : []
  }

  /** @throws Problem where the fixture is not there, the signal's reason on abort. */
  async look(): Promise<FixtureSeen> {
    const { api, before, sight, signal } = this.#means
    const at = Date.now()
    const where = { timeout, signal }
    let shown: readonly Shown[]
    try {
      shown = await lookAtFixture(api, this.#namespaces, where)
      this.#backends = await this.#dnsBackends()
    } catch (error) {
      signal.throwIfAborted()
      return { entries: sight.failed(Date.now(), messageOf(error)), backends: this.#backends }
    }
    const pods = samplersIn(shown)
    if (this.#truth === undefined && pods.length === 0)
      throw new Problem(
        `There is no sampler of the fixture ${before.id} in ${this.#namespaces.join(', ')}; stage one with rollcall before.`,
      )
    const truth = this.#truthOf(shown, at)
    const targets = this.#targetsOf(shown, truth)
    const entries: JournalEntry[] = [...sight.answered(Date.now())]
    const known = this.#truth
    const since = this.#lookedAt === undefined ? {} : { since: this.#lookedAt }
    const same = known !== undefined && sameTruth(known, truth)
    const between = this.#unseen.between(shown, known, truth, before.facts.dns.clusterDomain)
    entries.push(...between.map((one) => ({ ...one, ...since })))
    if (between.length > 0 || !same)
      entries.push({ ...truth, ...since }, ...(known === undefined ? [] : fixtureEvents(known, truth)))
    this.#truth = truth
    this.#lookedAt = at
    if (targets === undefined) return { entries, pods, backends: this.#backends }
    return { entries: [...entries, targets], targets, pods, backends: this.#backends }
  }

  #truthOf(shown: readonly Shown[], at: number): TruthEntry {
    const { answers, facts } = this.#means.before
    // A name that has no address now is still asked for, and is to have none.
    const names = [...answers.map((one) => one.name), ...Object.keys(this.#truth?.addresses ?? {})]
    return truthOf(shown, facts.dns.clusterDomain, at, names)
  }

  /** The targets from now on, where they are others than before. */
  #targetsOf(shown: readonly Shown[], truth: TruthEntry): TargetsEntry | undefined {
    const targets = targetsOf({ facts: this.#means.before.facts, shown, truth, backends: this.#backends })
    if (this.#targets !== undefined && sameTargets(this.#targets, targets)) return undefined
    this.#targets = targets
    return { kind: 'targets', at: Date.now(), targets }
  }

  /** The servers behind the DNS Service at this moment; those that were known where they may not be read. */
  async #dnsBackends(): Promise<readonly DnsBackend[]> {
    const { api, before, signal } = this.#means
    const { service } = before.facts.dns
    if (!service.seen) return []
    return readBackends(api, service.value, { timeout, signal }).catch((error: unknown) => {
      if (error instanceof KubernetesError && [401, 403, 404].includes(error.status)) return this.#backends
      throw error
    })
  }
}
