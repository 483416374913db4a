import {
  answersExactly,
  describe,
  type Lookout,
  namedEndpoints,
  type Observation,
  type StageView,
  specs,
  srvCounts,
  srvEndpoints,
  staged,
  writing,
} from '../../helpers/harness.ts'

// Names and ports of endpoints that stay where they are.
const test = staged('fresh')
const first = { addresses: ['198.51.100.1'], hostname: 'first', conditions: { ready: true } }
const hostnames = ['first', 'second'] as const

/** The names of both hostnames, of which an endpoint has one at a time. */
async function bothNames(stage: StageView, lookout: Lookout, service: string): Promise<Observation[]> {
  const named = namedEndpoints(await stage.snapshot(), service, 'IPv4')
  const judged = hostnames.map(async (hostname) => {
    const holders = named.filter((one) => one.hostname === hostname)
    const seen = await lookout.dns.ask('A', stage.fqdn(`${hostname}.${service}`))
    return answersExactly(
      seen,
      holders.flatMap((one) => one.addresses),
    )
  })
  return (await Promise.all(judged)).flat()
}

describe('a headless Service', () => {
  test('moves the name of an endpoint along with its hostname', {
    meta: { id: 'dns.fresh.hostname', level: 'MUST', spec: `${specs.dns} 2.4; ${specs.endpointSlice}` },
  }, async ({ stage, lookout, decide }) => {
    const look = () => bothNames(stage, lookout, 'renamed')
    await decide(look, { after: writing('renamed', [first]) })
    await decide(look, { after: writing('renamed', [{ ...first, hostname: 'second' }]) })
  })

  test('answers SRV with the port as it is now', {
    meta: { id: 'dns.fresh.port', level: 'MUST', spec: `${specs.dns} 2.4.2` },
  }, async ({ stage, lookout, decide }) => {
    const look = async () => {
      const endpoints = srvEndpoints(await stage.snapshot(), 'moved', 'http')
      return srvCounts(await lookout.dns.ask('SRV', stage.fqdn('_http._tcp.moved')), () => endpoints)
    }
    await decide(look, { after: writing('moved', [first], 80) })
    await decide(look, { after: writing('moved', [first], 81) })
  })
})
