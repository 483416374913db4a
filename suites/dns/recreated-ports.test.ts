import {
  addressType,
  answersExactly,
  canonical,
  describe,
  familyOf,
  type Hands,
  type Lookout,
  madeService,
  madeSlice,
  type Observation,
  type StageView,
  sliceAddresses,
  specs,
  srvCounts,
  srvEndpoints,
  srvOfService,
  staged,
  targetQuestions,
} from '../../helpers/harness.ts'

// The port of the Service and that of its endpoint differ, so that a record tells whose it is.
const test = staged('fresh')
const service = 'renumbered'
const [own, theirs] = [80, 8080]
const endpoint = { addresses: ['198.51.100.131'], hostname: 'first', conditions: { ready: true } }

async function create(hands: Hands, clusterIP: 'None' | undefined): Promise<void> {
  await hands.remove('services', service)
  await hands.apply(madeSlice(service, [endpoint], theirs))
  await hands.apply(madeService(service, { clusterIP, port: own }))
}

/** Records of its port, and the name of its endpoint, which servers may have below a Service with an address as well. */
async function everyRecord(stage: StageView, lookout: Lookout): Promise<Observation[]> {
  const snapshot = await stage.snapshot()
  const { clusterIP, clusterIPs = [] } =
    snapshot.services.find(({ metadata }) => metadata?.name === service)?.spec ?? {}
  const srv = await lookout.dns.ask('SRV', stage.fqdn(`_http._tcp.${service}`))
  if (clusterIP === undefined || clusterIP === 'None') {
    const host = await lookout.dns.ask('A', stage.fqdn(`first.${service}`))
    const isThere = clusterIP !== undefined
    return [
      ...srvCounts(srv, () => (isThere ? srvEndpoints(snapshot, service, 'http') : [])),
      ...answersExactly(host, isThere ? sliceAddresses(snapshot, service, 'IPv4') : []),
    ]
  }
  const types = clusterIPs.map((address) => addressType(familyOf(address)))
  const resolved = await lookout.dns.follow(srv, targetQuestions(types))
  return srvOfService(srv, resolved, () => ({ port: own, clusterIPs: clusterIPs.map(canonical) }))
}

describe('the records of the ports of a Service', () => {
  test('are those of its endpoints, then of its own address, and none any more, as it is created again and deleted', {
    meta: { id: 'dns.fresh.recreate-srv', level: 'MUST', spec: `${specs.dns} 2.3.2, 2.4.2` },
  }, async ({ stage, lookout, decide }) => {
    const look = () => everyRecord(stage, lookout)
    await decide(look, { after: (hands) => create(hands, undefined) })
    await decide(look, { after: (hands) => create(hands, 'None') })
    await decide(look, { after: (hands) => hands.remove('services', service) })
  })
})
