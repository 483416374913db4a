import {
  addressType,
  describe,
  dialsIn,
  familiesOf,
  nameAt,
  selectedPods,
  serviceNamed,
  specs,
  srvEndpoints,
  srvReaches,
  staged,
  targetQuestions,
} from '../../helpers/harness.ts'

// No proxy translates the port of a headless Service: `nearby` says 80 and 81, and its Pods listen on others.
const test = staged('headless')
const service = 'nearby'
const ports = ['http', 'admin']

describe('a headless Service', () => {
  test(
    'answers SRV with targets and ports at which its Pods answer',
    { meta: { id: 'dns.headless.srv.port-reaches', level: 'MUST', spec: `${specs.endpointSlice} ports[].port` } },
    async ({ stage, lookout, decide }) =>
      decide(async () => {
        const snapshot = await stage.snapshot()
        const headless = serviceNamed(snapshot, service)
        const types = familiesOf(headless).map(addressType)
        const questions = ports.map((port) => ({ name: stage.fqdn(`_${port}._tcp.${service}`), type: 'SRV' as const }))
        const srv = await lookout.dns.everywhere(questions)
        const resolved = await lookout.dns.follow(srv, targetQuestions(types))
        const dials = dialsIn(srv, resolved)
        const numbers = [...new Set(dials.map((one) => one.port))]
        const fetched = numbers.map((port) => {
          const addresses = dials.filter((one) => one.port === port).map((one) => one.address)
          return lookout.fetchAll([...new Set(addresses)], port)
        })
        const endpoints = ports.flatMap((port) => srvEndpoints(snapshot, service, port))
        const pods = selectedPods(snapshot, headless)
        const podAt = nameAt(pods)
        return srvReaches(
          { srv, resolved, fetched: (await Promise.all(fetched)).flat() },
          (address, port) =>
            endpoints.some((one) => one.addresses.includes(address) && one.port === port) ? podAt(address) : undefined,
          podAt,
        )
      }),
  )
})
