import {
  addressType,
  describe,
  type Family,
  familiesOf,
  familyOf,
  type Hands,
  type Lookout,
  nameFollowsPods,
  noAddress,
  notApplicable,
  type Observation,
  otherFamilies,
  podAddresses,
  type Snapshot,
  type StageView,
  selectedPods,
  serviceNamed,
  slicesKeepFamilies,
  specs,
  staged,
} from '../../helpers/harness.ts'

// A cluster that is moved to a second family takes its Services along one by one, and some of them back.
const test = staged('changing')
const service = 'widening'

/** Gives the Service a second family of those that its Pod has, or leaves it one. */
const withFamilies = (count: 1 | 2) => async (hands: Hands) => {
  const snapshot = await hands.until('its Pod to have an address', (seen) => familiesOfPods(seen).length > 0)
  const [first = 'IPv4'] = familiesOf(serviceNamed(snapshot, service))
  const others = familiesOfPods(snapshot).filter((family) => family !== first)
  if (others.length === 0) return
  const ipFamilyPolicy = count === 2 ? 'RequireDualStack' : 'SingleStack'
  await hands.merge('services', service, { spec: { ipFamilyPolicy, ipFamilies: [first, ...others].slice(0, count) } })
}

function familiesOfPods(snapshot: Snapshot): Family[] {
  const pods = selectedPods(snapshot, serviceNamed(snapshot, service))
  return [...new Set(pods.flatMap((pod) => podAddresses(pod).map(familyOf)))]
}

/** Slices and names of the families that the Service has, and none of the other, which the same servers are asked for. */
async function everyFamily(stage: StageView, lookout: Lookout): Promise<Observation[]> {
  const snapshot = await stage.snapshot()
  if (familiesOfPods(snapshot).length < 2) return notApplicable('no Pod has an address of a second family')
  const [first = 'IPv4'] = familiesOf(serviceNamed(snapshot, service))
  const presence = await lookout.dns.ask(addressType(first), stage.fqdn(service))
  const others = otherFamilies(snapshot, service).map(async (family) =>
    noAddress(await lookout.dns.ask(addressType(family), stage.fqdn(service)), presence, () => []),
  )
  const own = await nameFollowsPods(stage, lookout, service)
  return [...own, ...slicesKeepFamilies(snapshot, service), ...(await Promise.all(others)).flat()]
}

describe('a headless Service', () => {
  test('has the slices and the records of a second family as long as it has that family', {
    meta: { id: 'ds.family-update', level: 'MUST', spec: `${specs.service} spec.ipFamilies` },
  }, async ({ stage, lookout, decide }) => {
    const look = (): Promise<Observation[]> => everyFamily(stage, lookout)
    await decide(look, { after: withFamilies(2) })
    await decide(look, { after: withFamilies(1) })
  })
})
