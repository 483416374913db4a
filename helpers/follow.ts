import type { Lookout } from './look.ts'
import { noAddress } from './matchers/absence.ts'
import { answersExactly, slicesHoldPods } from './matchers/addresses.ts'
import { type Governed, ownAddresses, sliceNamesPod } from './matchers/identity.ts'
import { addressType, expectedAddresses, familiesOf, serviceNamed } from './matchers/truth.ts'
import type { Observation } from './report/record.ts'
import type { Snapshot } from './stage/snapshot.ts'
import type { StageView } from './stage-view.ts'

/** What is asked of the name of a Service in one family, where its ready Pods have these addresses. */
type Asking = (type: 'A' | 'AAAA', wanted: readonly string[]) => Promise<readonly Observation[]>

/** Looks, in each family of a Service, at its EndpointSlices and then at its name, beside the Pods of this moment. */
async function inEachFamily(stage: Pick<StageView, 'snapshot'>, service: string, ask: Asking): Promise<Observation[]> {
  const snapshot = await stage.snapshot()
  const judged = familiesOf(serviceNamed(snapshot, service)).map(async (family) => [
    slicesHoldPods(snapshot, service, family),
    ...(await ask(addressType(family), expectedAddresses(snapshot, service, family))),
  ])
  return (await Promise.all(judged)).flat()
}

/**
 * Looks whether a name stands for exactly these addresses. Where there are none, the server has to show at the same time that it serves
 * the zone, by the name of the API server, which every cluster has.
 */
async function standsFor(
  lookout: Lookout,
  type: 'A' | 'AAAA',
  name: string,
  wanted: readonly string[],
): Promise<Observation[]> {
  const [seen, presence] = await Promise.all([lookout.dns.ask(type, name), lookout.dns.ask(type, lookout.apiName)])
  return wanted.length > 0 ? answersExactly(seen, wanted) : noAddress(seen, presence, () => [])
}

/**
 * Looks whether the name of a headless Service, and before it its EndpointSlices, follow the Pods that the API shows at this
 * moment, whatever these are: so that one look serves before and after a change.
 */
export async function nameFollowsPods(
  stage: Pick<StageView, 'snapshot' | 'fqdn'>,
  lookout: Lookout,
  service: string,
): Promise<Observation[]> {
  return inEachFamily(stage, service, (type, wanted) => standsFor(lookout, type, stage.fqdn(service), wanted))
}

/** Looks whether a Service that has ready Pods answers with their addresses, and its EndpointSlices hold them. */
export async function addressesFollowPods(
  stage: Pick<StageView, 'snapshot' | 'fqdn'>,
  lookout: Lookout,
  service: string,
): Promise<Observation[]> {
  return inEachFamily(stage, service, async (type, wanted) =>
    answersExactly(await lookout.dns.ask(type, stage.fqdn(service)), wanted),
  )
}

/**
 * Looks whether the name of a Pod of a StatefulSet, below the governing Service and before it in the EndpointSlices, stands for
 * that Pod as the API shows it: its addresses while it is there and published, and nothing without the Pod or the Service.
 */
export async function podNameFollows(
  stage: Pick<StageView, 'fqdn'>,
  lookout: Lookout,
  snapshot: Snapshot,
  governed: Governed,
): Promise<Observation[]> {
  const name = stage.fqdn(`${governed.pod}.${governed.service}`)
  const judged = ownAddresses(snapshot, governed).map(async (own) => [
    sliceNamesPod(snapshot, governed, own),
    ...(await standsFor(lookout, addressType(own.family), name, own.addresses)),
  ])
  return (await Promise.all(judged)).flat()
}
