import { describe, hasNoAddress, specs, staged } from '../../helpers/harness.ts'

// Everything after it hangs on this field: who reads an address here programs rules and answers with that address.
const test = staged('headless')
const services = ['web', 'db', 'peers']

describe('a Service that is created with clusterIP: None', () => {
  test(
    'reads back as None, in clusterIP and clusterIPs, and is given no address',
    { meta: { id: 'svc.headless.none-normalized', level: 'MUST', spec: `${specs.service} spec.clusterIPs` } },
    async ({ stage, decide }) =>
      decide(async () => {
        const snapshot = await stage.snapshot()
        return services.map((service) => hasNoAddress(snapshot, service))
      }),
  )
})
