import {
  addressType,
  aliasOf,
  answersExactly,
  canonical,
  describe,
  familyOf,
  madeService,
  madeSlice,
  serviceNamed,
  specs,
  staged,
  withholds,
} from '../../helpers/harness.ts'

// A Service without selector, so that nobody but us writes its slice.
const test = staged('fresh')
const service = 'addressed'
const own = [{ addresses: ['198.51.100.92'], hostname: 'first', conditions: { ready: true } }]

describe('a Service of type ExternalName', () => {
  test('has none of the addresses that it had of its own before, and has one again without its alias', {
    meta: { id: 'dns.externalname.from-clusterip', level: 'MUST', spec: `${specs.dns} 2.3, 2.5` },
  }, async ({ stage, lookout, decide }) => {
    let had: readonly string[] = []
    const look = async () => {
      const { spec } = serviceNamed(await stage.snapshot(), service)
      if (spec?.type !== 'ExternalName') had = (spec?.clusterIPs ?? []).map(canonical)
      const judged = had.map(async (address) => {
        const seen = await lookout.dns.ask(addressType(familyOf(address)), stage.fqdn(service))
        return spec?.type === 'ExternalName' ? withholds(seen, [address]) : answersExactly(seen, [address])
      })
      const alias = aliasOf(await lookout.dns.ask('CNAME', stage.fqdn(service)), spec?.externalName)
      return [...alias, ...(await Promise.all(judged)).flat()]
    }
    await decide(look, {
      after: async (hands) => {
        await hands.remove('services', service)
        // A server may say nothing of a Service without endpoints.
        await hands.apply(madeSlice(service, own))
        await hands.apply(madeService(service, { clusterIP: undefined }))
      },
    })
    // Within the zone: a server that is sent outside may wait there for longer than anybody waits for it.
    const away = { type: 'ExternalName', externalName: stage.fqdn('nobody'), clusterIP: null, clusterIPs: null }
    await decide(look, { after: (hands) => hands.merge('services', service, { spec: away }) })
    const back = { type: 'ClusterIP', externalName: null }
    await decide(look, { after: (hands) => hands.merge('services', service, { spec: back }) })
  })
})
