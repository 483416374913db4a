import type { QueryType } from '../probes/dns/message.ts'
import { backendServer, resolverAt } from '../probes/dns/outcome.ts'
import type { DnsBackend } from '../target/dns-service.ts'
import type { TargetFacts } from '../target/facts.ts'
import type { Pod, Service } from '../target/objects.ts'
import type { Target, TruthEntry } from './journal.ts'
import type { Shown } from './truth.ts'

/** Ports of the servers of the fixture. */
const port = { http: 8080, redis: 6379 } as const
/** Servers and questions of one second: a sampler has a second for them. */
const mostNames = 40

/** What the fixture is known by: its Services and Pods, of whichever set they are. */
export const known = { web: 'up-web', master: 'up-kv-0', governing: 'up-kv', any: 'up-kv-any' } as const

export interface ToAsk {
  readonly facts: Pick<TargetFacts, 'families' | 'dns'>
  readonly shown: readonly Shown[]
  /** Of these all names are asked for. */
  readonly truth: TruthEntry
  /** The servers behind the DNS Service at this moment. */
  readonly backends: readonly DnsBackend[]
}

export type DnsTarget = Extract<Target, { kind: 'dns' }>

/** Whether a target is a resolver that Pods are given. */
export function isResolver(target: Target): target is DnsTarget {
  return target.kind === 'dns' && target.role === 'resolver'
}

/** The targets that are servers behind the DNS Service. */
export function backendsIn(targets: readonly Target[]): DnsTarget[] {
  return targets.flatMap((one) => (one.kind === 'dns' && one.role === 'backend' ? [one] : []))
}

/** What every sampler is to ask from now on. */
export function targetsOf({ facts, shown, truth, backends }: ToAsk): Target[] {
  const types = facts.families.map((family): QueryType => (family === 'IPv6' ? 'AAAA' : 'A'))
  const names = Object.keys(truth.addresses).slice(0, mostNames)
  const questions = names.flatMap((name) => types.map((type) => ({ name, type })))
  const resolvers = [...new Set(Object.values(facts.dns.nameservers).flat())].sort()
  const servers = [
    ...resolvers.map(resolverAt),
    ...backends.map((one) => ({ ...backendServer(one), ...(one.node === undefined ? {} : { node: one.node }) })),
  ]
  const dns = servers.map(({ name, ...server }): Target => ({ kind: 'dns', id: `dns ${name}`, ...server, questions }))
  return [...dns, ...shown.flatMap((one) => [...webTargets(one), ...redisTargets(one, facts.dns.clusterDomain)])]
}

/** Whether samplers have to be told anew. */
export function sameTargets(a: readonly Target[], b: readonly Target[]): boolean {
  return JSON.stringify(a) === JSON.stringify(b)
}

/** Connections that so many targets make, at most, and the questions of each second. */
export function trafficOf(targets: readonly Target[]): { readonly questions: number; readonly connections: number } {
  return {
    questions: targets.reduce((sum, one) => sum + (one.kind === 'dns' ? one.questions.length : 0), 0),
    connections: targets.filter((one) => one.kind === 'http' || one.kind === 'write').length,
  }
}

function webTargets({ pods, services }: Shown): Target[] {
  const service = services.find((one) => one.metadata?.name === known.web)
  const selector = Object.entries(service?.spec?.selector ?? {})
  if (service === undefined || selector.length === 0) return []
  const own = pods.filter((pod) => selector.every(([key, value]) => pod.metadata?.labels?.[key] === value))
  const direct = own.flatMap((pod): Target[] => {
    const [of = '', address] = [pod.metadata?.name, addressOf(pod)]
    if (address === undefined) return []
    return [{ kind: 'http', id: `http ${of}`, way: 'direct', address, port: port.http, of }]
  })
  const virtual = addressesOf(service).map((address, index): Target => {
    const id = `http ${known.web}${ordinal(index)}`
    return { kind: 'http', id, way: 'virtual', address, port: port.http, of: known.web }
  })
  return [...direct.sort((a, b) => (a.id < b.id ? -1 : 1)), ...virtual]
}

function redisTargets({ namespace, pods, services }: Shown, domain: string): Target[] {
  if (!services.some((one) => one.metadata?.name === known.governing)) return []
  const master = pods.find((pod) => pod.metadata?.name === known.master)
  const address = master === undefined ? undefined : addressOf(master)
  const redis = port.redis
  const direct: Target[] =
    address === undefined
      ? []
      : [{ kind: 'kept', id: `kept ${known.master}`, way: 'direct', address, port: redis, of: known.master }]
  const any = services.find((one) => one.metadata?.name === known.any)
  const virtual = (any === undefined ? [] : addressesOf(any)).map((one, index): Target => {
    const id = `kept ${known.any}${ordinal(index)}`
    return { kind: 'kept', id, way: 'virtual', address: one, port: redis, of: known.any }
  })
  const host = `${known.master}.${known.governing}.${namespace}.svc.${domain}`
  return [...direct, ...virtual, { kind: 'write', id: `write ${known.master}`, host, port: redis }]
}

/** The address of a Pod that is to be reached: not of one that has ended or is leaving, whose address is another's soon. */
function addressOf(pod: Pod): string | undefined {
  const over =
    ['Succeeded', 'Failed'].includes(pod.status?.phase ?? '') || pod.metadata?.deletionTimestamp !== undefined
  return over ? undefined : pod.status?.podIP
}

/** Tells the address of the second family from that of the first. */
function ordinal(index: number): string {
  return index === 0 ? '' : ` ${index + 1}`
}

function addressesOf(service: Service): readonly string[] {
  return (service.spec?.clusterIPs ?? []).filter((one) => one !== 'None')
}
