import {
  addressType,
  describe,
  type Family,
  familiesOf,
  type Hands,
  type Lookout,
  nameFollowsPods,
  noAddress,
  notApplicable,
  type Observation,
  otherFamilies,
  type StageView,
  serviceNamed,
  slicesKeepFamilies,
  specs,
  staged,
} from '../../helpers/harness.ts'

// A cluster that is moved to a second family takes its Services along one by one, and some of them back.
const test = staged('changing')
const service = 'widening'

const ofFamilies = (ipFamilyPolicy: string, ipFamilies: readonly Family[]) => (hands: Hands) =>
  hands.merge('services', service, { spec: { ipFamilyPolicy, ipFamilies } })

/** Slices and names of the families that the Service has, and none of the other, which the same servers are asked for. */
async function everyFamily(stage: StageView, lookout: Lookout): Promise<Observation[]> {
  const snapshot = await stage.snapshot()
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
    const snapshot = await stage.snapshot()
    const [first = 'IPv4'] = familiesOf(serviceNamed(snapshot, service))
    const [second] = otherFamilies(snapshot, service)
    if (second === undefined) return decide(async () => notApplicable('no Pod has an address of a second family'))
    const look = (): Promise<Observation[]> => everyFamily(stage, lookout)
    await decide(look, { after: ofFamilies('RequireDualStack', [first, second]) })
    return decide(look, { after: ofFamilies('SingleStack', [first]) })
  })
})
