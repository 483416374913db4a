import type { Observation } from '../report/record.ts'
import type { Snapshot } from '../stage/snapshot.ts'
import type { Endpoints, Service } from '../target/objects.ts'
import { isReady } from '../target/objects.ts'
import type { Seen } from '../target/seen.ts'
import { headlessText, headlessWanted } from './own-slices.ts'
import { nameOf, observation } from './placed.ts'
import { canonical, familiesOf, hasEnded, podAddresses, selectedPods, serviceNamed, setText } from './truth.ts'

/** The last minor version whose conformance tests want the controllers of v1 Endpoints (KEP-4974). */
const lastKnown = 36

type Address = NonNullable<NonNullable<Endpoints['subsets']>[number]['addresses']>[number]

/** An observation of Endpoints that are not there at all: a breakage as long as no version may leave their controllers out. */
export function absent(backend: string, expected: string, observed: string, version: string): Observation {
  const minor = Number(/^v1\.(\d+)/.exec(version)?.[1] ?? Number.NaN)
  if (minor <= lastKnown) return observation(backend, false, expected, observed)
  const reason = `${observed}; Endpoints are deprecated, and ${version} may do without their controllers`
  return { ...observation(backend, false, expected, reason), verdict: 'not-applicable' }
}

/** Endpoints that nobody could read say nothing. */
export function unread(snapshot: Snapshot): Observation[] {
  const endpoints = endpointsIn(snapshot)
  const reason = endpoints.seen ? 'they are in sight' : endpoints.reason
  return [{ ...observation('', false, 'v1 Endpoints', reason), verdict: 'not-applicable' }]
}

/** What a look that asked for Endpoints has seen of them: not to have asked is a mistake in the suite. */
function endpointsIn({ endpoints }: Snapshot): Seen<readonly Endpoints[]> {
  if (endpoints === undefined) throw new Error('the look has not asked for v1 Endpoints')
  return endpoints
}

/** The Endpoints of one name; undefined where there are none, or where none may be read. */
export function endpointsNamed(snapshot: Snapshot, name: string): Endpoints | undefined {
  const endpoints = endpointsIn(snapshot)
  return endpoints.seen ? endpoints.value.find((one) => nameOf(one) === name) : undefined
}

/** The addresses of one of the two lists, of all subsets. */
export function addressesOf({ subsets = [] }: Endpoints, list: 'addresses' | 'notReadyAddresses'): Address[] {
  return subsets.flatMap((subset) => subset[list] ?? [])
}

/** Judges the Endpoints of Services through a text of what each has to say, and of what it says. `version` is that of the API server. */
function ofServices(
  snapshot: Snapshot,
  services: readonly string[],
  version: string,
  texts: { readonly wanted: (service: Service) => string; readonly seen: (endpoints: Endpoints) => string },
): Observation[] {
  if (snapshot.endpoints?.seen !== true) return unread(snapshot)
  const none = services.every((name) => endpointsNamed(snapshot, name) === undefined)
  return services.map((name) => {
    const expected = texts.wanted(serviceNamed(snapshot, name))
    const found = endpointsNamed(snapshot, name)
    const backend = `Endpoints ${name}`
    if (found === undefined && none) return absent(backend, expected, 'no Service here has Endpoints', version)
    if (found === undefined) return observation(backend, false, expected, 'no such Endpoints')
    const seen = texts.seen(found)
    return observation(backend, seen === expected, expected, seen)
  })
}

/**
 * The Endpoints of a headless Service carry the label that says so, with an empty value; those of others do not carry it,
 * whatever labels their Service has (pkg/controller/endpoint syncService). `version` is that of the API server.
 */
export function endpointsAreLabelled(snapshot: Snapshot, services: readonly string[], version: string): Observation[] {
  return ofServices(snapshot, services, version, {
    wanted: headlessWanted,
    seen: ({ metadata }) => headlessText(metadata?.labels),
  })
}

/**
 * The Endpoints of a Service with selector list its pods by readiness, in the first family of the Service, and leave out
 * those that have ended or are terminating (pkg/controller/endpoint). `version` is that of the API server.
 */
export function endpointsFollowPods(snapshot: Snapshot, services: readonly string[], version: string): Observation[] {
  const text = (ready: readonly string[], unready: readonly string[]): string =>
    `ready ${setText(ready)}, not ready ${setText(unready)}`
  return ofServices(snapshot, services, version, {
    wanted: (service) => {
      const regardless = service.spec?.publishNotReadyAddresses === true
      const [family = 'IPv4'] = familiesOf(service)
      const pods = selectedPods(snapshot, service).filter(
        (pod) => !hasEnded(pod) && (regardless || pod.metadata?.deletionTimestamp === undefined),
      )
      const of = (ready: boolean): string[] =>
        pods
          .filter((pod) => (regardless || isReady(pod)) === ready)
          .flatMap((pod) => podAddresses(pod, family).slice(0, 1))
      return text(of(true), of(false))
    },
    seen: (endpoints) => {
      const listed = (list: 'addresses' | 'notReadyAddresses') =>
        addressesOf(endpoints, list).map(({ ip }) => canonical(ip))
      return text(listed('addresses'), listed('notReadyAddresses'))
    },
  })
}
