import type { Sighting } from '../probes/dns/outcome.ts'
import type { Observation } from '../report/record.ts'
import { spreadOf } from '../report/spread.ts'
import type { Snapshot } from '../stage/snapshot.ts'
import { slicesOf } from './truth.ts'

/** Milliseconds that a distribution may come to. */
export interface Bounds {
  readonly median?: number
  readonly p99: number
}

type About = Pick<Observation, 'vantage' | 'backend' | 'hop'>

/** How long changes of a Service's endpoints took until DNS told them, in ms: told always, right within the bounds. */
export function spread(service: string, took: readonly number[], bounds: Bounds): Observation {
  return judged({ vantage: 'API', backend: `names of ${service}`, hop: 'DNS backend' }, took, bounds)
}

/** How long changes of a Service's endpoints took until every node sent clients there: told always, right within the bounds. */
export function programming(service: string, took: readonly number[], bounds: Bounds): Observation {
  return judged({ vantage: 'API', backend: `virtual address of ${service}`, hop: 'node rules' }, took, bounds)
}

/**
 * How long changes took, in ms, until DNS told the last of few endpoints and the last of many: both told, right unless the
 * many took longer by more than `slack` ms (SIG Scalability's SLO on DNS programming latency, caveat 2).
 */
export function alikeBySize(few: readonly number[], many: readonly number[], slack: number): Observation {
  const [a, b] = [spreadOf(few), spreadOf(many)]
  const about: About = { vantage: 'API', backend: 'names of few endpoints and of many', hop: 'DNS backend' }
  if (few.length === 0 || many.length === 0) return unseen(about)
  return {
    ...about,
    verdict: b.median <= a.median + slack ? 'conformant' : 'non-conformant',
    expected: `the last of many endpoints at most ${slack} ms after the last of few`,
    observed: `medians of ${few.length} changes: ${b.median} ms with many, ${a.median} ms with few`,
  }
}

/**
 * How long it took from each Service that carries a label to the first slice for it, by the times that the API server has
 * noted for both: whole seconds of one clock, the Service's cut off as well as the slice's.
 */
export function sliceLatency(snapshot: Snapshot, label: string, bounds: Bounds): Observation {
  const services = snapshot.services.filter((one) => label in (one.metadata?.labels ?? {}))
  const took = services.map(({ metadata }) => {
    const created = slicesOf(snapshot, metadata?.name ?? '').map((one) =>
      Date.parse(one.metadata?.creationTimestamp ?? ''),
    )
    return created.length === 0
      ? Number.POSITIVE_INFINITY
      : Math.min(...created) - Date.parse(metadata?.creationTimestamp ?? '')
  })
  const about: About = { vantage: 'API', backend: `${services.length} Services`, hop: 'EndpointSlice' }
  return judged(about, took, bounds)
}

/**
 * How long lookups of one name took, one after the other, in ms: from the runner's side, so that the way to the vantage and
 * back is in it, and none took longer. One that was waited for beyond the bound took longer than that, if its resolver answers others
 * there; a resolver that answers nobody on a node has no latency, and is for others to judge.
 */
export function lookupLatency(sightings: readonly Sighting[], bounds: Bounds): Observation {
  const [name = ''] = sightings.map((one) => one.question.name)
  const about: About = { vantage: 'every vantage', backend: `resolver, ${name}`, hop: 'node resolver' }
  const answered = sightings.filter(({ outcome }) => outcome.kind === 'answer')
  const awake = new Set(answered.map((one) => one.vantage))
  const late = sightings.filter(
    ({ outcome, vantage }) => outcome.kind === 'timeout' && outcome.after >= bounds.p99 && awake.has(vantage),
  )
  const silent = sightings.length - answered.length - late.length
  if (answered.length > 0 && silent === 0) {
    const took = [...answered, ...late].map((one) => Math.ceil(one.took))
    return judged(about, took, bounds, 'lookups')
  }
  const observed = `${silent} of ${sightings.length} lookups were not answered`
  return { ...about, verdict: 'not-applicable', expected: 'lookups that are answered', observed }
}

/** Where not one change was seen to arrive, as with servers that know no slice that somebody has written. */
function unseen(about: About): Observation {
  return { ...about, verdict: 'not-applicable', expected: 'how long changes take', observed: 'none was seen to arrive' }
}

function judged(
  about: About,
  took: readonly number[],
  { median = Number.POSITIVE_INFINITY, p99 }: Bounds,
  what = 'changes',
): Observation {
  if (took.length === 0) return unseen(about)
  const seen = spreadOf(took)
  const wanted = median === Number.POSITIVE_INFINITY ? '' : `median of at most ${median} ms, `
  return {
    ...about,
    verdict: seen.median <= median && seen.p99 <= p99 ? 'conformant' : 'non-conformant',
    expected: `${wanted}99th percentile of at most ${p99} ms`,
    observed: `${took.length} ${what}: median ${seen.median} ms, 99th percentile ${seen.p99} ms, at most ${seen.max} ms`,
  }
}
