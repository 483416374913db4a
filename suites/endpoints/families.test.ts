import {
  describe,
  expectedAddresses,
  familiesOf,
  notApplicable,
  serviceNamed,
  slicesHoldPods,
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
})
