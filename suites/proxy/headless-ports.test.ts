import { describe, dialledAt, notRemapped, specs, staged } from '../../helpers/harness.ts'

// No proxy stands in front of a headless Service: whoever dials its port dials that port of the Pod.
const test = staged('headless')
/** Says 80, and its Pods listen on 8080. */
const service = 'nearby'
const [servicePort, targetPort] = [80, 8080]

describe('the port of a headless Service', () => {
  test(
    'is not translated to that of its Pods, who answer on their own alone',
    { meta: { id: 'proxy.headless.no-port-remap', level: 'MUST', spec: `${specs.services} headless-services` } },
    async ({ stage, lookout, decide }) =>
      decide(async () => {
        const snapshot = await stage.snapshot()
        const { addresses, podAt } = dialledAt(snapshot, service)
        const [atServicePort, atTargetPort] = await Promise.all([
          lookout.fetchAll(addresses, servicePort, 2),
          lookout.fetchAll(addresses, targetPort),
        ])
        return notRemapped({ atServicePort, atTargetPort }, podAt)
      }),
  )
})
