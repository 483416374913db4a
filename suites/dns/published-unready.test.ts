import {
  addressType,
  answersExactly,
  describe,
  expectedAddresses,
  familiesOf,
  namedEndpoints,
  serviceNamed,
  slicesHoldPods,
  specs,
  srvCounts,
  srvEndpoints,
  srvTargets,
  staged,
  targetQuestions,
} from '../../helpers/harness.ts'

// Peers that have to meet before they can be Ready find each other no other way. One Pod of `other` never is.
const test = staged('headless')
const service = 'other'

describe('a headless Service that publishes addresses of Pods that are not ready', () => {
  test(
    'answers A, AAAA and SRV with every Pod that has an address, Ready or not',
    {
      meta: {
        id: 'dns.headless.a.publish-not-ready',
        level: 'MUST',
        spec: `${specs.service} spec.publishNotReadyAddresses`,
      },
    },
    async ({ stage, lookout, decide }) =>
      decide(async () => {
        const snapshot = await stage.snapshot()
        const families = familiesOf(serviceNamed(snapshot, service))
        const types = families.map(addressType)
        const all = families.map(async (family) => [
          slicesHoldPods(snapshot, service, family),
          ...answersExactly(
            await lookout.dns.ask(addressType(family), stage.fqdn(service)),
            expectedAddresses(snapshot, service, family),
          ),
        ])
        const named = families.flatMap((family) =>
          namedEndpoints(snapshot, service, family).map(async ({ hostname, addresses }) =>
            answersExactly(await lookout.dns.ask(addressType(family), stage.fqdn(`${hostname}.${service}`)), addresses),
          ),
        )
        const srv = await lookout.dns.ask('SRV', stage.fqdn(`_http._tcp.${service}`))
        // A Pod that has not asked for a name below this Service is found by the one that its SRV record names.
        const resolved = await lookout.dns.follow(srv, targetQuestions(types))
        const endpoints = srvEndpoints(snapshot, service, 'http')
        return [
          ...(await Promise.all([...all, ...named])).flat(),
          ...srvCounts(srv, () => endpoints),
          ...srvTargets(srv, resolved, { serviceName: stage.fqdn(service), endpoints }),
        ]
      }),
  )
})
