import type { Lookout } from './look.ts'
import { type Front, frontsOf, proxiedSlices } from './matchers/fronts.ts'
import { expectedAddresses, type Family } from './matchers/truth.ts'
import { answeredThrough, type Passage } from './matchers/virtual.ts'
import type { Observation } from './report/record.ts'
import { propagationWindow } from './settle.ts'
import { madeSlice } from './stage/hand-made.ts'
import type { Hands } from './stage/hands.ts'
import type { StageView } from './stage-view.ts'
import type { EndpointSlice, KubernetesObject, Service } from './target/objects.ts'

/** Seconds that a connection may take: enough for one that is answered at all, and few where nobody is to answer. */
const limit = 2

/** How addresses of Services are dialled. */
export interface Dialling {
  /** Connections to each address in all, or one from each vantage, whichever is more. */
  readonly times?: number | undefined
  /** All vantages unless told. */
  readonly from?: Lookout['vantages']
  /** Dials the endpoints themselves from everywhere, and not only where nobody has answered at the address. */
  readonly endpointsToo?: boolean
}

/**
 * Connects to addresses of Services, and where nobody answers, once to each endpoint itself: one that cannot be reached at all
 * says nothing of who stands in front of it.
 */
export async function passagesThrough(
  lookout: Pick<Lookout, 'fetchAll' | 'recorder' | 'vantages'>,
  fronts: readonly Front[],
  { times = 1, from = lookout.vantages, endpointsToo = false }: Dialling = {},
): Promise<Passage[]> {
  const each = Math.ceil(times / Math.max(1, from.length))
  // What is kept is judged again when it has been spoilt: then nobody may answer where somebody did.
  const isAskedForAll = endpointsToo || lookout.recorder !== undefined
  return Promise.all(
    fronts.map(async (front) => {
      const dial = (to: Pick<Front, 'address' | 'port'>, some: Lookout['vantages']) =>
        lookout.fetchAll([to.address], to.port, limit, some)
      const through = (await Promise.all(Array.from({ length: each }, () => dial(front, from)))).flat()
      const isAnswered = ({ pod }: Lookout['vantages'][number]): boolean =>
        through.some(({ vantage, outcome }) => vantage.node === pod.node && outcome.kind === 'answer')
      const unanswered = isAskedForAll ? from : from.filter((vantage) => !isAnswered(vantage))
      const direct = await Promise.all(front.endpoints.map((one) => dial(one, unanswered)))
      return { front, through, direct: direct.flat() }
    }),
  )
}

/** Two vantages for a node, where there are two: its own and the next one, so that what all nodes take grows with their number alone. */
export function vantagesFor(lookout: Pick<Lookout, 'vantages'>, node: string, index: number): Lookout['vantages'] {
  const { vantages } = lookout
  const own = vantages.findIndex(({ pod }) => pod.node === node)
  const first = own < 0 ? index : own
  const chosen = [first, first + 1].flatMap((at) => vantages[at % vantages.length] ?? [])
  return [...new Set(chosen)]
}

/** Connects to all virtual addresses of a Service, and judges who answers by what the API shows at this moment. */
export async function virtualFollowsSlices(
  stage: Pick<StageView, 'snapshot'>,
  lookout: Lookout,
  service: string,
  times?: number,
): Promise<Observation[]> {
  const snapshot = await stage.snapshot()
  const slices = proxiedSlices(snapshot, service)
  const passages = await passagesThrough(lookout, frontsOf(snapshot, service, slices), { times })
  return passages.flatMap(answeredThrough)
}

/**
 * What excuses a proxy from a rule does so once it has had the time to keep it: before, it may be about to. `changedAt` is a Unix
 * time in ms; 0 where nothing was changed, as on a recording.
 */
export function excusedLate(observations: readonly Observation[], changedAt: number): Observation[] {
  const isLate = Date.now() - changedAt >= propagationWindow
  return observations.map((one) =>
    one.verdict === 'not-applicable' && !isLate ? { ...one, verdict: 'inconclusive' } : one,
  )
}

/** How the endpoints of a Service are, and how their slice is labelled. */
export interface Backed {
  readonly conditions: readonly NonNullable<EndpointSlice['endpoints'][number]['conditions']>[]
  readonly labels?: Readonly<Record<string, string>>
}

/**
 * Writes a Service without selector and its slice, with as many Pods of `web` as there are conditions: Pods of another set, since
 * each of them is dear, and answers as well in the name of this Service.
 */
export async function writeFront(
  hands: Hands,
  pods: Pick<StageView, 'snapshot'>,
  service: KubernetesObject,
  { conditions, labels = {} }: Backed,
): Promise<void> {
  const { spec } = (await hands.apply(service)) as unknown as Service
  const family = (spec?.ipFamilies?.[0] ?? 'IPv4') as Family
  const addresses = expectedAddresses(await pods.snapshot(), 'web', family).sort()
  if (addresses.length < conditions.length) throw new Error(`web has ${addresses.length} ready Pods of ${family}`)
  const endpoints = conditions.map((one, index) => ({ addresses: addresses.slice(index, index + 1), conditions: one }))
  const slice = madeSlice(service.metadata.name, endpoints, 8080)
  const metadata = { ...slice.metadata, labels: { ...slice.metadata.labels, ...labels } }
  await hands.apply({ ...slice, metadata, addressType: family })
}
