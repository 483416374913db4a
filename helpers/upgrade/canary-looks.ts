import { messageOf } from '../errors.ts'
import type { Question } from '../probes/dns/message.ts'
import type { DnsOutcome, DnsServer } from '../probes/dns/outcome.ts'
import { type HttpOutcome, parseHttp } from '../probes/http.ts'
import type { Vantage } from '../probes/vantage/vantage.ts'
import { withImages } from '../stage/images.ts'
import { KubernetesError } from '../target/kubernetes-error.ts'
import { isReady, list, type Pod, pathOf, read, type Service } from '../target/objects.ts'
import { type CanaryPlace, canaryObjects, virtualOf } from './canary-objects.ts'
import { allCome, come, type Step, type StepLook, Stuck } from './canary-steps.ts'

/** Milliseconds that a step may take; until a name is gone, caches may keep it for its TTL, too, which is 30 s at most in CoreDNS as it comes. */
export const usual: Readonly<Record<Step, number>> = {
  ...{ create: 30_000, ready: 30_000, sliced: 30_000, answered: 30_000, direct: 30_000, virtual: 30_000 },
  gone: 60_000,
}

export interface CanaryMeans extends CanaryPlace {
  /** Labels of whatever is made. */
  readonly marks: Readonly<Record<string, string>>
  /** The registry that images are taken from; from where they are named without it. */
  readonly imagesFrom?: string | undefined
  readonly domain: string
  readonly sights: readonly Pick<Vantage, 'pod' | 'query' | 'http' | 'close'>[]
  /** The DNS servers that the Pods of a node ask. */
  readonly serversOf: (node: string) => readonly DnsServer[]
  readonly signal: AbortSignal
  readonly limits?: Readonly<Record<Step, number>>
}

/** A quota or a policy that refuses it says nothing of what is judged; an API server that fails at it does. */
export async function create(means: CanaryMeans, name: string): Promise<Service> {
  const { api, namespace, marks, imagesFrom, signal, limits = usual } = means
  const made: unknown[] = []
  for (const object of withImages(canaryObjects(name, marks), imagesFrom)) {
    const resource = object.kind === 'Pod' ? 'pods' : 'services'
    const look = async (): Promise<StepLook<unknown>> => {
      try {
        const path = pathOf(resource, namespace)
        return { done: true, value: await api.send(path, { method: 'POST', body: object, signal, timeout: 5000 }) }
      } catch (error) {
        if (!(error instanceof KubernetesError)) throw error
        // An answer that was lost.
        if (error.status === 409)
          return { done: true, value: await read(api, resource, namespace, object.metadata.name, signal) }
        if (error.status < 500 && error.status !== 429) throw new Stuck('create', messageOf(error), true)
        throw error
      }
    }
    made.push(await come('create', look, { limit: limits.create, signal }))
  }
  const service = made.find((one) => (one as Service).metadata?.name === virtualOf(name))
  return service as Service
}

export async function ready({ api, namespace, signal, limits = usual }: CanaryMeans, name: string): Promise<Pod> {
  const look = async (): Promise<StepLook<Pod>> => {
    const pod = await read(api, 'pods', namespace, name, signal)
    if (isReady(pod) && pod.status?.podIP !== undefined) return { done: true, value: pod }
    const waits = (pod.status?.conditions ?? []).find((one) => one.status === 'False' && one.message)
    return { done: false, saw: `Pod ${pod.status?.phase}${waits === undefined ? '' : `: ${waits.message}`}` }
  }
  return come('ready', look, { limit: limits.ready, signal })
}

export async function sliced(
  { api, namespace, signal, limits = usual }: CanaryMeans,
  name: string,
  address: string,
): Promise<void> {
  for (const service of [name, virtualOf(name)]) {
    const look = async (): Promise<StepLook<void>> => {
      const labels = `kubernetes.io/service-name=${service}`
      const slices = await list(api, 'endpointslices', { namespace, labels, signal, timeout: 5000 })
      const endpoints = slices.flatMap((one) => one.endpoints ?? [])
      const ready = endpoints.filter((one) => one.conditions?.ready !== false).flatMap((one) => one.addresses)
      if (ready.includes(address)) return { done: true, value: undefined }
      return { done: false, saw: `ready endpoints {${ready.join(', ')}} of ${service} in ${slices.length} slices` }
    }
    await come('sliced', look, { limit: limits.sliced, signal })
  }
}

/** Waits until every server says of the name what it is to say, asked from every node. */
export async function resolves(
  { sights, serversOf, signal, limits = usual }: CanaryMeans,
  step: 'answered' | 'gone',
  question: Question,
  isIt: (outcome: DnsOutcome) => boolean,
  came: (key: string) => void,
): Promise<void> {
  const waits = sights.flatMap((sight) =>
    serversOf(sight.pod.node).map((server) => {
      const key = `${sight.pod.node} ${server.name}`
      const look = async (): Promise<StepLook<void>> => {
        const { outcome } = await sight.query(server, question, 'udp')
        if (isIt(outcome)) {
          came(key)
          return { done: true, value: undefined }
        }
        // Opened anew next time: a connection may be dead for long before anybody says so.
        if (outcome.kind === 'lost') sight.close()
        return { done: false, saw: `${key}: ${outcomeText(outcome)}`, blind: outcome.kind === 'lost' }
      }
      return come(step, look, { limit: limits[step], signal })
    }),
  )
  await allCome(waits)
}

export async function reaches(
  { sights, signal, limits = usual }: CanaryMeans,
  step: 'direct' | 'virtual',
  name: string,
  address: string,
  came: (node: string) => void,
): Promise<void> {
  const host = address.includes(':') ? `[${address}]` : address
  const waits = sights.map((sight) => {
    const { node } = sight.pod
    const look = async (): Promise<StepLook<void>> => {
      const outcome = parseHttp(await sight.http(`http://${host}:8080/`, 2))
      if (outcome.kind === 'answer' && outcome.hostname === name) {
        came(node)
        return { done: true, value: undefined }
      }
      if (outcome.kind === 'lost') sight.close()
      return { done: false, saw: `${node}: ${httpText(outcome)}`, blind: outcome.kind === 'lost' }
    }
    return come(step, look, { limit: limits[step], signal })
  })
  await allCome(waits)
}

export function addressOf(pod: Pod): string {
  return pod.status?.podIP ?? ''
}

/** Not there, or without an address: there is no Pod any more. */
export function isNobody(outcome: DnsOutcome): boolean {
  if (outcome.kind !== 'answer' || addressesIn(outcome).length > 0) return false
  return ['NXDOMAIN', 'NOERROR'].includes(outcome.answer.rcode)
}

export function addressesIn(outcome: DnsOutcome): string[] {
  return outcome.kind === 'answer'
    ? outcome.answer.answers.flatMap((one) => ('address' in one ? [one.address] : []))
    : []
}

function outcomeText(outcome: DnsOutcome): string {
  if (outcome.kind === 'answer') return `${outcome.answer.rcode} {${addressesIn(outcome).join(', ')}}`
  return outcome.kind === 'timeout' ? `no answer within ${outcome.after} ms` : `${outcome.kind}: ${outcome.reason}`
}

function httpText(outcome: HttpOutcome): string {
  return outcome.kind === 'answer' ? `answered by ${outcome.hostname}` : outcome.reason
}
