import {
  addressType,
  answersExactly,
  describe,
  familiesOf,
  isPublished,
  noAddress,
  podAddresses,
  readyFollowsPods,
  selectedPods,
  serviceNamed,
  specs,
  staged,
} from '../../helpers/harness.ts'

// One Pod of `peers` has a hostname and the Service as its subdomain, and never becomes Ready.
const test = staged('headless')

describe('a headless Service', () => {
  test(
    'gives a Pod that is not ready no name, unless it publishes such Pods',
    { meta: { id: 'dns.headless.host.ready-only', level: 'MUST', spec: `${specs.dns} 2.4.1` } },
    async ({ stage, lookout, decide }) =>
      decide(async () => {
        const snapshot = await stage.snapshot()
        const service = serviceNamed(snapshot, 'peers')
        const [family = 'IPv4'] = familiesOf(service)
        const type = addressType(family)
        const presence = await lookout.dns.ask(type, stage.fqdn('web-clusterip'))
        const pods = selectedPods(snapshot, service).filter((pod) => pod.spec?.subdomain === 'peers')
        const judged = pods.map(async (pod) => {
          const seen = await lookout.dns.ask(type, stage.fqdn(`${pod.spec?.hostname}.peers`))
          if (isPublished(pod, service)) return answersExactly(seen, podAddresses(pod, family))
          return noAddress(seen, presence, () => [])
        })
        return [...readyFollowsPods(snapshot, 'peers'), ...(await Promise.all(judged)).flat()]
      }),
  )
})
