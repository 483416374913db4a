import {
  addressType,
  describe,
  expectedAddresses,
  familiesOf,
  noAddress,
  notApplicable,
  otherFamilies,
  serviceNamed,
  slicesHoldPods,
  slicesKeepFamilies,
  specs,
  staged,
} from '../../helpers/harness.ts'

// A headless Service has no address of its own, so its families decide nothing but which addresses of its Pods it shows.
const test = staged('headless')
const dual = 'db-families'

describe('a headless Service', () => {
  test(
    'has EndpointSlices of both its families, each with that address of every ready Pod',
    { meta: { id: 'ds.slices-per-family', level: 'MUST', spec: `${specs.service} spec.ipFamilies` } },
    async ({ stage, decide }) =>
      decide(async () => {
        const snapshot = await stage.snapshot()
        const families = familiesOf(serviceNamed(snapshot, dual))
        if (families.length < 2) return notApplicable(`the cluster gives its Services ${families.join()} alone`)
        const missing = families.find((family) => expectedAddresses(snapshot, dual, family).length === 0)
        if (missing !== undefined) return notApplicable(`the Pods have no ${missing} address`)
        return families.map((family) => slicesHoldPods(snapshot, dual, family))
      }),
  )

  test(
    'of one family shows no address of the other, though its Pods have one',
    { meta: { id: 'ds.family-limits', level: 'MUST', spec: `${specs.service} spec.ipFamilies` } },
    async ({ stage, lookout, decide }) =>
      decide(async () => {
        const snapshot = await stage.snapshot()
        const asked = ['web', 'db'].flatMap((service) =>
          otherFamilies(snapshot, service).map((family) => ({ service, family })),
        )
        if (asked.length === 0) return notApplicable('no Pod has an address of a second family')
        const judged = asked.map(async ({ service, family }) => {
          const slices = slicesKeepFamilies(snapshot, service)
          // No Service may have the family either, so that nothing could show that DNS would.
          if (!familiesOf(serviceNamed(snapshot, dual)).includes(family)) return slices
          const type = addressType(family)
          const presence = await lookout.dns.ask(type, stage.fqdn(dual))
          return [...slices, ...noAddress(await lookout.dns.ask(type, stage.fqdn(service)), presence, () => [])]
        })
        return (await Promise.all(judged)).flat()
      }),
  )
})
