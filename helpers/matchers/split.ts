import type { Observation } from '../report/record.ts'
import { someOf } from '../some-of.ts'
import type { Snapshot } from '../stage/snapshot.ts'
import { expectedAddresses, type Family, sliceAddresses, slicesOf } from './truth.ts'

/** Endpoints that a slice holds unless the controller is told otherwise (--max-endpoints-per-slice). */
const usually = 100
const namedAtMost = 3

/**
 * Endpoints that are too many for one slice are spread over several, none of them lost and none of them told twice. How
 * many a slice holds is for whoever runs the controller to say: where it is more than usual, nothing is split.
 */
export function splitOverSlices(snapshot: Snapshot, service: string, family: Family): Observation[] {
  const slices = slicesOf(snapshot, service, family)
  const expected = new Set(expectedAddresses(snapshot, service, family))
  const seen = sliceAddresses(snapshot, service, family)
  const missing = [...expected].filter((one) => !seen.includes(one))
  const strange = seen.filter((one) => !expected.has(one))
  const twice = seen.filter((one, index) => seen.indexOf(one) < index)
  const largest = Math.max(0, ...slices.map((slice) => (slice.endpoints ?? []).length))
  const about = { vantage: 'API', backend: `EndpointSlices of ${service}`, hop: 'EndpointSlice' } as const
  const right = missing.length + strange.length + twice.length === 0
  return [
    {
      ...about,
      verdict: right ? 'conformant' : 'non-conformant',
      expected: `the addresses of ${expected.size} Pods, each once`,
      observed: [
        `${seen.length} in ${slices.length} slices`,
        ...told('without', missing),
        ...told('with strange', strange),
        ...told('twice', twice),
      ].join(', '),
    },
    {
      ...about,
      verdict: largest <= usually ? 'conformant' : 'not-applicable',
      expected: `at most ${usually} endpoints in a slice`,
      observed: `slices of up to ${largest} endpoints, as the controller has been told`,
    },
  ]
}

function told(what: string, addresses: readonly string[]): string[] {
  if (addresses.length === 0) return []
  return [`${what} ${someOf(addresses, namedAtMost)}`]
}
