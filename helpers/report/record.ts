/** The four states of a requirement (design: Requirements). */
export type Verdict = 'conformant' | 'non-conformant' | 'inconclusive' | 'not-applicable'

export type Level = 'MUST' | 'SHOULD'

/**
 * Where an observation was made, in the order in which a name becomes a connection. A verdict names the first hop that
 * disagrees with the truth of the API.
 */
export const hops = [
  'pod',
  'Service',
  'EndpointSlice',
  'DNS backend',
  'node resolver',
  'data path',
  'node rules',
  'Redis',
] as const
export type Hop = (typeof hops)[number]

/** Hops that somebody's policy may keep us from, or one Pod from another, on purpose. */
export const closableHops: readonly Hop[] = ['DNS backend', 'node resolver', 'data path', 'Redis']

/** One look at the cluster: what was expected at one vantage (a node, or `API`) of one backend, and what was seen. */
export interface Observation {
  readonly vantage: string
  /** The server asked: a DNS backend, the resolver, a pod. Empty where there is none. */
  readonly backend: string
  readonly hop: Hop
  readonly verdict: Verdict
  readonly expected: string
  readonly observed: string
}

/** What a test says of itself, statically: the requirement that it decides. */
export interface RequirementMeta {
  readonly id: string
  readonly level: Level
  readonly spec: string
}

/** How long changes took that a test has made, one after the other. */
export interface Propagation {
  /**
   * Milliseconds from the API's word to the end of the first look that agreed at every vantage and backend: no less than that look
   * took, and no finer than looks are apart, a quarter of a second.
   */
  readonly ms: readonly number[]
}

/** The verdict on one requirement, as it is written to `reports/conformance.json`. */
export interface RequirementRecord extends RequirementMeta {
  readonly title: string
  readonly area: string
  readonly verdict: Verdict
  /** One sentence; empty when conformant, unless a part was not applicable. */
  readonly reason: string
  /** The first hop that disagrees; absent unless non-conformant. */
  readonly hop?: Hop
  /** ISO 8601, UTC; absent when the test never began. */
  readonly started?: string
  readonly seconds: number
  /** Absent where nothing was changed, or no change was ever seen everywhere. */
  readonly propagation?: Propagation
  /** Texts collected before clean-up: events, slices, records. Never holds a secret. */
  readonly evidence: readonly string[]
  readonly observations: readonly Observation[]
}

/** What is known of the run and its cluster beside the requirements. `facts` is printed as it is. */
export interface RunRecord {
  readonly id: string
  /** ISO 8601, UTC. */
  readonly started: string
  readonly finished: string
  readonly seconds: number
  readonly command: string
  readonly exit: number
  /** Sentences on what went wrong outside any requirement (set-up, clean-up), first one first. */
  readonly problems: readonly string[]
  readonly interrupted: boolean
  /** Whether a SHOULD that is not kept counts as broken. */
  readonly strict?: boolean
}

/** The whole of `reports/conformance.json`. */
export interface ConformanceReport {
  readonly schema: string
  readonly run: RunRecord
  readonly cluster: Readonly<Record<string, unknown>>
  readonly requirements: readonly RequirementRecord[]
  readonly totals: Readonly<Record<Verdict, number>>
}
