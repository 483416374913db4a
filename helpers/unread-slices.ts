import type { Lookout } from './look.ts'
import { addressesIn } from './matchers/addresses.ts'
import { ofServer } from './matchers/dns-sightings.ts'
import { managerOf, ourManager } from './matchers/placed.ts'
import { reverseName } from './matchers/pointers.ts'
import { sameSet, sliceAddresses } from './matchers/truth.ts'
import { fold } from './probes/dns/message.ts'
import type { Sighting } from './probes/dns/outcome.ts'
import type { Observation } from './report/record.ts'
import { isTrouble } from './report/verdict.ts'
import type { SetName } from './stage/sets.ts'
import type { Snapshot } from './stage/snapshot.ts'
import type { StageView } from './stage-view.ts'

/** Label of two headless Services of a set: `slice` is on one whose slice we have written, `endpoints` on one with v1 Endpoints in its place. */
const controlLabel = 'rollcall.dev/control'
/** Milliseconds after which servers that did not say of which kind they are may be asked again: silence takes seconds. */
const again = 10_000

/** What a server goes by, by its name in observations; nothing of one that did not say. */
type Kinds = ReadonlyMap<string, 'slices' | 'Endpoints'>

/**
 * Knows which servers know nothing of slices that somebody has written, because they go by v1 Endpoints (kube-dns, kubernetes/dns
 * pkg/dns). That is one fault, which one requirement convicts: `Deciding.ofSlices`. Servers are asked only where something is about to be
 * held against them, for two Services that were staged together.
 */
export class UnreadSlices {
  readonly #lookout: Lookout
  /** By namespace. */
  readonly #told = new Map<string, { readonly at: number; readonly kinds: Kinds }>()

  constructor(lookout: Lookout) {
    this.#lookout = lookout
  }

  /**
   * What a look has seen, less what it holds against such servers for slices that we have written. `asked` are the names that the look
   * has asked DNS for.
   */
  async judged(
    stage: StageView,
    observations: readonly Observation[],
    asked: ReadonlySet<string>,
  ): Promise<readonly Observation[]> {
    const blamed = observations.filter(isAgainstServer).map((one) => one.backend)
    if (blamed.length === 0) return observations
    const names = [...asked].map(fold)
    const blind = new Set<string>()
    for (const one of this.#concerned(stage, names)) {
      const kinds = await this.#kindsOf(one, blamed, names)
      for (const backend of blamed) if (kinds.get(backend) === 'Endpoints') blind.add(backend)
    }
    return observations.map((one): Observation => {
      if (!(isAgainstServer(one) && blind.has(one.backend))) return one
      const observed = `goes by v1 Endpoints and knows no EndpointSlice that somebody has written (see dns.custom.slice-a); ${one.observed}`
      return { ...one, verdict: 'not-applicable', observed }
    })
  }

  /** The set of the suite, and others that it has looked at. */
  #concerned(stage: StageView, names: readonly string[]): StageView[] {
    const others = this.#lookout.roll.sets.filter(({ namespace, problem, refusal }) => {
      const isThere = problem === undefined && refusal === undefined
      return isThere && namespace !== stage.namespace && names.some((name) => name.includes(`.${namespace}.`))
    })
    return [stage, ...others.map(({ set }) => this.#lookout.stage(set as SetName))]
  }

  /** What servers go by, as the Services of a set show; empty where the look was not about slices that we have written there. */
  async #kindsOf(stage: StageView, blamed: readonly string[], names: readonly string[]): Promise<Kinds> {
    const told = this.#told.get(stage.namespace)
    if (told !== undefined && blamed.every((one) => told.kinds.get(one) === 'slices')) return told.kinds
    const snapshot = await stage.snapshot()
    if (!names.some((name) => isOfHand(name, stage, snapshot))) return new Map()
    const isFresh = told !== undefined && Date.now() - told.at < again
    if (told !== undefined && (isFresh || blamed.every((one) => told.kinds.has(one)))) return told.kinds
    const kinds = await this.#ask(stage, snapshot)
    // A recording has to hold what each verdict was drawn from.
    if (this.#lookout.recorder === undefined) this.#told.set(stage.namespace, { at: Date.now(), kinds })
    return kinds
  }

  async #ask(stage: StageView, snapshot: Snapshot): Promise<Kinds> {
    const [slice, endpoints] = await Promise.all(
      ['slice', 'endpoints'].map(async (kind) => {
        const service = snapshot.services.find((one) => one.metadata?.labels?.[controlLabel] === kind)
        const name = service?.metadata?.name ?? ''
        const sightings = service === undefined ? [] : await this.#lookout.dns.ask('A', stage.fqdn(name))
        return { sightings, addresses: sliceAddresses(snapshot, name, 'IPv4') }
      }),
    )
    const kinds = new Map<string, 'slices' | 'Endpoints'>()
    if (slice === undefined || endpoints === undefined || endpoints.addresses.length === 0) return kinds
    for (const backend of new Set(slice.sightings.map(({ server }) => ofServer(server).backend))) {
      if (allAnswer(slice.sightings, backend, slice.addresses)) kinds.set(backend, 'slices')
      else if (allAnswer(slice.sightings, backend, []) && allAnswer(endpoints.sightings, backend, endpoints.addresses))
        kinds.set(backend, 'Endpoints')
    }
    return kinds
  }
}

function isAgainstServer(one: Observation): boolean {
  return (one.hop === 'DNS backend' || one.hop === 'node resolver') && one.backend !== '' && isTrouble(one)
}

/** Whether a name is that of a Service with slices that we have written, of one of its endpoints, or leads back from an address of them. */
function isOfHand(name: string, stage: StageView, { slices }: Snapshot): boolean {
  const own = slices.filter((one) => managerOf(one) === ourManager)
  const end = fold(stage.fqdn(''))
  if (name.endsWith(end)) {
    const service = name.slice(0, -end.length).split('.').at(-1)
    return own.some((one) => one.metadata?.labels?.['kubernetes.io/service-name'] === service)
  }
  return own.some(({ endpoints }) => endpoints?.some((one) => one.addresses.some((at) => reverseName(at) === name)))
}

/** Whether every vantage got exactly these addresses from a server, and some did. */
function allAnswer(sightings: readonly Sighting[], backend: string, addresses: readonly string[]): boolean {
  const own = sightings.filter(({ server }) => ofServer(server).backend === backend)
  return (
    own.length > 0 &&
    own.every(({ outcome }) => outcome.kind === 'answer' && sameSet(addressesIn(outcome.answer), addresses))
  )
}
