import type { Lookout } from './look.ts'
import { noAddress } from './matchers/absence.ts'
import { answersExactly, slicesHoldPods } from './matchers/addresses.ts'
import { type Governed, ownAddresses, sliceNamesPod } from './matchers/identity.ts'
import { addressType, expectedAddresses, familiesOf, serviceNamed } from './matchers/truth.ts'
import type { Observation } from './report/record.ts'
import type { Snapshot } from './stage/snapshot.ts'
import type { StageView } from './stage-view.ts'

/**
 * Looks whether the name of a headless Service, and before it its EndpointSlices, follow the Pods that the API shows at this
 * moment, whatever these are: so that one look serves before and after a change. Where no address is left, the server has to
 * show at the same time that it serves the zone, by the name of the API server, which every cluster has.
 */
export async function nameFollowsPods(
  stage: Pick<StageView, 'snapshot' | 'fqdn'>,
  lookout: Lookout,
  service: string,
): Promise<Observation[]> {
  const snapshot = await stage.snapshot()
  const judged = familiesOf(serviceNamed(snapshot, service)).map(async (family) => {
    const type = addressType(family)
    const wanted = expectedAddresses(snapshot, service, family)
    const [seen, presence] = await Promise.all([
      lookout.dns.ask(type, stage.fqdn(service)),
      lookout.dns.ask(type, lookout.apiName),
    ])
    const answers = wanted.length > 0 ? answersExactly(seen, wanted) : noAddress(seen, presence, () => [])
    return [slicesHoldPods(snapshot, service, family), ...answers]
  })
  return (await Promise.all(judged)).flat()
}

/** Looks whether a Service that has ready Pods answers with their addresses, and its EndpointSlices hold them. */
export async function addressesFollowPods(
  stage: Pick<StageView, 'snapshot' | 'fqdn'>,
  lookout: Lookout,
  service: string,
): Promise<Observation[]> {
  const snapshot = await stage.snapshot()
  const judged = familiesOf(serviceNamed(snapshot, service)).map(async (family) => [
    slicesHoldPods(snapshot, service, family),
    ...answersExactly(
      await lookout.dns.ask(addressType(family), stage.fqdn(service)),
      expectedAddresses(snapshot, service, family),
    ),
  ])
  return (await Promise.all(judged)).flat()
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
  const judged = ownAddresses(snapshot, governed).map(async (own) => {
    const type = addressType(own.family)
    const [seen, presence] = await Promise.all([
      lookout.dns.ask(type, stage.fqdn(`${governed.pod}.${governed.service}`)),
      lookout.dns.ask(type, lookout.apiName),
    ])
    const answers = own.addresses.length > 0 ? answersExactly(seen, own.addresses) : noAddress(seen, presence, () => [])
    return [sliceNamesPod(snapshot, governed, own), ...answers]
  })
  return (await Promise.all(judged)).flat()
}
