import type { Snapshot } from '../stage/snapshot.ts'
import { type EndpointSlice, isReady, type Pod, type Service } from '../target/objects.ts'
import type { EventEntry, TruthEntry } from './journal.ts'
import { isOwn } from './own.ts'

/** What the names and Pods of a fixture hang on. */
export type Shown = Pick<Snapshot, 'namespace' | 'pods' | 'services' | 'slices'>

/**
 * What the names of a fixture have to answer, and how its Pods are, as the API shows both.
 * @param names absolute ones that are told in any case, without an address where they have none.
 */
export function truthOf(shown: readonly Shown[], domain: string, at: number, names: Iterable<string> = []): TruthEntry {
  const addresses: Record<string, Set<string>> = {}
  for (const name of names) addresses[name] = new Set()
  for (const { namespace, services, slices } of shown)
    for (const service of services.filter(isOwn))
      for (const [name, some] of namesOf(service, slices, `${namespace}.svc.${domain}`)) {
        addresses[name] ??= new Set()
        for (const one of some) addresses[name].add(one)
      }
  const sorted = Object.entries(addresses).map(([name, some]) => [name, [...some].sort()] as const)
  const pods = shown.flatMap((one) => one.pods.filter(isOwn).map(podThen))
  return {
    kind: 'truth',
    at,
    addresses: Object.fromEntries(sorted.sort(([a], [b]) => (a < b ? -1 : 1))),
    pods: pods.sort((a, b) => a.name.localeCompare(b.name)),
  }
}

/** Whether two truths say the same, whenever they were told. */
export function sameTruth(a: TruthEntry, b: TruthEntry): boolean {
  return JSON.stringify([a.addresses, a.pods]) === JSON.stringify([b.addresses, b.pods])
}

/** What has happened to the Pods of the fixture from one truth to the next. */
export function fixtureEvents(before: TruthEntry, after: TruthEntry): EventEntry[] {
  const names = new Set([...before.pods, ...after.pods].map((pod) => pod.name))
  return [...names].sort().flatMap((name): EventEntry[] => {
    const texts = changes(
      before.pods.find((pod) => pod.name === name),
      after.pods.find((pod) => pod.name === name),
    )
    return texts.map((text) => ({ kind: 'event', at: after.at, of: 'fixture', subject: name, text }))
  })
}

type PodThen = TruthEntry['pods'][number]

function changes(was: PodThen | undefined, is: PodThen | undefined): string[] {
  if (is === undefined) return ['Pod gone']
  if (was === undefined) return [`Pod on ${placeOf(is)}`]
  if (was.uid !== is.uid) return [`Pod replaced, ${placeOf(was)} → ${placeOf(is)}`]
  return [
    was.address === is.address ? '' : `Pod at ${was.address || 'no address'} → ${is.address || 'no address'}`,
    was.restarts === is.restarts ? '' : `Pod restarted, ${was.restarts} → ${is.restarts} times`,
    was.disruption === is.disruption ? '' : `Pod has to go: ${is.disruption ?? 'no more'}`,
    was.terminating === is.terminating ? '' : 'Pod terminating',
    was.ready === is.ready ? '' : is.ready ? 'Pod Ready' : 'Pod not Ready',
  ].filter((text) => text !== '')
}

function placeOf({ node }: PodThen): string {
  return node === '' ? 'no node' : node
}

/** The names of a Service, and of its endpoints below it, each with its addresses. */
function namesOf(service: Service, slices: readonly EndpointSlice[], zone: string): [string, string[]][] {
  const name = `${service.metadata?.name}.${zone}`
  if (service.spec?.clusterIP !== 'None') return [[name, service.spec?.clusterIPs ?? []]]
  const own = slices.filter((one) => one.metadata?.labels?.['kubernetes.io/service-name'] === service.metadata?.name)
  const endpoints = own
    .filter((slice) => slice.addressType !== 'FQDN')
    .flatMap((slice) => slice.endpoints ?? [])
    // Without the condition an endpoint is ready (EndpointConditions.Ready).
    .filter((endpoint) => endpoint.conditions?.ready !== false)
  const below = endpoints.flatMap(({ hostname, addresses }): [string, string[]][] =>
    hostname ? [[`${hostname}.${name}`, addresses]] : [],
  )
  return [[name, endpoints.flatMap((one) => one.addresses)], ...below]
}

function podThen(pod: Pod): PodThen {
  const disrupted = pod.status?.conditions?.find((one) => one.type === 'DisruptionTarget' && one.status === 'True')
  return {
    name: pod.metadata?.name ?? '',
    uid: pod.metadata?.uid ?? '',
    node: pod.spec?.nodeName ?? '',
    address: pod.status?.podIP ?? '',
    ready: isReady(pod),
    restarts: (pod.status?.containerStatuses ?? []).reduce((sum, one) => sum + one.restartCount, 0),
    terminating: pod.metadata?.deletionTimestamp !== undefined,
    ...(disrupted === undefined ? {} : { disruption: disrupted.reason ?? 'no reason given' }),
  }
}
