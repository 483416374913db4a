import {
  addressType,
  answersExactly,
  canonical,
  describe,
  emptyKeepsAddress,
  familyOf,
  notApplicable,
  serviceNamed,
  specs,
  srvOfService,
  staged,
  targetQuestions,
} from '../../helpers/harness.ts'

const test = staged('headless')

describe('a ClusterIP Service', () => {
  // Programs that run in Pods find the API by this name alone.
  test(
    'resolves to the address of the API where it is kubernetes.default',
    { meta: { id: 'dns.clusterip.kubernetes-default', level: 'MUST', spec: `${specs.dns} 2.3.1` } },
    async ({ lookout, decide }) =>
      decide(async () => {
        const service = await lookout.eyes.service('default', 'kubernetes')
        if (!service.seen) return notApplicable(service.reason)
        const judged = (service.value.spec?.clusterIPs ?? []).map(async (address) =>
          answersExactly(await lookout.dns.ask(addressType(familyOf(address)), lookout.apiName), [canonical(address)]),
        )
        return (await Promise.all(judged)).flat()
      }),
  )

  // Its port is that of the virtual address; the port on which the Pods listen is nobody's business here.
  test(
    'answers SRV with one record for each named port, which has the port of the Service and leads to its address',
    { meta: { id: 'dns.clusterip.srv', level: 'MUST', spec: `${specs.dns} 2.3.2` } },
    async ({ stage, lookout, decide }) =>
      decide(async () => {
        const { clusterIPs = [], ports = [] } = serviceNamed(await stage.snapshot(), 'remapped').spec ?? {}
        const types = clusterIPs.map((address) => addressType(familyOf(address)))
        const asked = ports.map(({ name, port }) => ({ name: stage.fqdn(`_${name}._tcp.remapped`), port }))
        const srv = await lookout.dns.everywhere(asked.map(({ name }) => ({ name, type: 'SRV' })))
        const resolved = await lookout.dns.follow(srv, targetQuestions(types))
        return srvOfService(srv, resolved, (name) => ({
          port: asked.find((one) => one.name === name)?.port ?? 0,
          clusterIPs: clusterIPs.map(canonical),
        }))
      }),
  )

  // Clients that come before the first Pod must learn where to come back to.
  test(
    'resolves to its cluster IPs even if nobody behind it is ready',
    { meta: { id: 'dns.clusterip.empty', level: 'SHOULD', spec: `${specs.dns} 2.3.1` } },
    async ({ stage, lookout, decide }) =>
      decide(async () => {
        const { clusterIPs = [] } = serviceNamed(await stage.snapshot(), 'unmanned').spec ?? {}
        const judged = clusterIPs.map(async (address) => {
          const type = addressType(familyOf(address))
          return emptyKeepsAddress(await lookout.dns.ask(type, stage.fqdn('unmanned')), [canonical(address)])
        })
        return (await Promise.all(judged)).flat()
      }),
  )
})
