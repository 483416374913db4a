import type { HttpSighting } from '../probes/http.ts'
import type { Observation } from '../report/record.ts'
import type { Snapshot } from '../stage/snapshot.ts'
import {
  familiesOf,
  isPublished,
  podAddresses,
  podNamed,
  sameSet,
  serviceNamed,
  setText,
  sliceAddresses,
} from './truth.ts'

/** A Service that selects one Pod by its name has that Pod's addresses in its slices, and no other. */
export function slicesHoldOne(snapshot: Snapshot, service: string, pod: string): Observation[] {
  const [found, own] = [podNamed(snapshot, pod), serviceNamed(snapshot, service)]
  const isThere = found !== undefined && isPublished(found, own)
  return familiesOf(own).map((family): Observation => {
    const expected = isThere ? podAddresses(found, family) : []
    const seen = sliceAddresses(snapshot, service, family)
    return {
      vantage: 'API',
      backend: `EndpointSlices of ${service}`,
      hop: 'EndpointSlice',
      verdict: sameSet(expected, seen) ? 'conformant' : 'non-conformant',
      expected: `ready ${setText(expected)}`,
      observed: `ready ${setText(seen)}`,
    }
  })
}

/** Whoever dials the address of such a Service comes to that Pod. */
export function reachesOne(sightings: readonly HttpSighting[], pod: string): Observation[] {
  return sightings.map(({ vantage, address, port, outcome }): Observation => {
    const about = {
      vantage: vantage.node,
      backend: address,
      hop: 'data path' as const,
      expected: `${pod} answers at ${address} port ${port}`,
    }
    if (outcome.kind === 'lost') return { ...about, verdict: 'inconclusive', observed: outcome.reason }
    if (outcome.kind === 'failed') return { ...about, verdict: 'non-conformant', observed: outcome.reason }
    const observed = `${outcome.hostname} answers at ${address} port ${port}`
    return { ...about, verdict: outcome.hostname === pod ? 'conformant' : 'non-conformant', observed }
  })
}
