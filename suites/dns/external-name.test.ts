import {
  aliasOf,
  answersExactly,
  describe,
  type Lookout,
  madeService,
  madeSlice,
  type Observation,
  type StageView,
  serviceNamed,
  sliceAddresses,
  specs,
  srvCounts,
  srvEndpoints,
  staged,
  withholds,
} from '../../helpers/harness.ts'

// Names in `.example` (RFC 2606) belong to nobody, and nobody has to resolve them.
const test = staged('fresh')
const own = [{ addresses: ['198.51.100.91'], hostname: 'first', conditions: { ready: true } }]

async function alias(stage: StageView, lookout: Lookout, service: string): Promise<Observation[]> {
  const { spec } = serviceNamed(await stage.snapshot(), service)
  return aliasOf(await lookout.dns.ask('CNAME', stage.fqdn(service)), spec?.externalName)
}

/** Besides the alias, what the slice says that is there all the time: the Service's own only while it is headless. */
async function aliasOrAddresses(stage: StageView, lookout: Lookout, service: string): Promise<Observation[]> {
  const snapshot = await stage.snapshot()
  const addresses = sliceAddresses(snapshot, service, 'IPv4')
  const isAlias = serviceNamed(snapshot, service).spec?.type === 'ExternalName'
  const names = [service, `first.${service}`].map((name) => ({ name: stage.fqdn(name), type: 'A' }) as const)
  const [seen, ports] = await Promise.all([
    lookout.dns.everywhere(names),
    lookout.dns.ask('SRV', stage.fqdn(`_http._tcp.${service}`)),
  ])
  return [
    ...(await alias(stage, lookout, service)),
    ...(isAlias ? withholds(seen, addresses) : answersExactly(seen, addresses)),
    ...srvCounts(ports, () => (isAlias ? [] : srvEndpoints(snapshot, service, 'http'))),
  ]
}

describe('a Service of type ExternalName', () => {
  test('is an alias of the name that it has now', {
    meta: { id: 'dns.externalname.update', level: 'MUST', spec: `${specs.dns} 2.5` },
  }, async ({ stage, lookout, decide }) => {
    const look = () => alias(stage, lookout, 'onward')
    for (const externalName of ['one.rollcall.example', 'two.rollcall.example'])
      await decide(look, { after: async (hands) => void (await hands.apply(madeService('onward', { externalName }))) })
  })

  test('has none of the records that it had as a headless Service, and has them back as one', {
    meta: { id: 'dns.externalname.type-change', level: 'MUST', spec: `${specs.dns} 2.4, 2.5` },
  }, async ({ stage, lookout, decide }) => {
    const look = () => aliasOrAddresses(stage, lookout, 'turned')
    await decide(look, {
      after: async (hands) => {
        await hands.remove('services', 'turned')
        await hands.apply(madeSlice('turned', own))
        await hands.apply(madeService('turned'))
      },
    })
    const away = {
      type: 'ExternalName',
      // Within the zone: a server that is sent outside may wait there for longer than anybody waits for it.
      externalName: stage.fqdn('nobody'),
      clusterIP: null,
      clusterIPs: null,
    }
    await decide(look, { after: (hands) => hands.merge('services', 'turned', { spec: away }) })
    const back = { type: 'ClusterIP', externalName: null, clusterIP: 'None' }
    await decide(look, { after: (hands) => hands.merge('services', 'turned', { spec: back }) })
  })
})
