import {
  answersExactly,
  describe,
  type Endpoint,
  type Hands,
  type Lookout,
  madeService,
  madeSlice,
  namedEndpoints,
  type Observation,
  type StageView,
  sliceAddresses,
  specs,
  srvCounts,
  srvEndpoints,
  staged,
} from '../../helpers/harness.ts'

// Each Service has a slice that we write ourselves, so that nothing but DNS has to follow; see `Lifetimes` for what a cache may do.
const test = staged('fresh')
const spec = `${specs.dns} 2.4; ${specs.endpointSlice}`
const first = { addresses: ['198.51.100.1'], hostname: 'first', conditions: { ready: true } }
const second = { addresses: ['198.51.100.2'], hostname: 'second', conditions: { ready: true } }

/** Writes what a Service has, from whatever is there. */
function writing(service: string, endpoints: readonly Partial<Endpoint>[], port = 80) {
  return async (hands: Hands): Promise<void> => {
    await hands.apply(madeService(service, { port }))
    await hands.apply(madeSlice(service, endpoints, port))
  }
}

async function everyAddress(stage: StageView, lookout: Lookout, service: string): Promise<Observation[]> {
  const snapshot = await stage.snapshot()
  return answersExactly(await lookout.dns.ask('A', stage.fqdn(service)), sliceAddresses(snapshot, service, 'IPv4'))
}

/** The names of both hostnames, of which an endpoint has one at a time. */
async function bothNames(stage: StageView, lookout: Lookout, service: string): Promise<Observation[]> {
  const named = namedEndpoints(await stage.snapshot(), service, 'IPv4')
  const judged = [first, second].map(async ({ hostname }) => {
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
  test('answers with an endpoint as soon as it is added', {
    meta: { id: 'dns.fresh.add', level: 'MUST', spec },
  }, async ({ stage, lookout, decide }) => {
    const look = () => everyAddress(stage, lookout, 'grows')
    await decide(look, { after: writing('grows', [first]) })
    await decide(look, { after: writing('grows', [first, second]) })
  })

  test('no longer answers with an endpoint that is removed', {
    meta: { id: 'dns.fresh.remove', level: 'MUST', spec },
  }, async ({ stage, lookout, decide }) => {
    const look = () => everyAddress(stage, lookout, 'shrinks')
    await decide(look, { after: writing('shrinks', [first, second]) })
    await decide(look, { after: writing('shrinks', [first]) })
  })

  // A consumer that compares addresses alone misses a flip that changes nothing else.
  test('follows an endpoint that does nothing but stop or start being ready', {
    meta: { id: 'dns.fresh.ready', level: 'MUST', spec: `${spec} EndpointConditions.Ready` },
  }, async ({ stage, lookout, decide }) => {
    const look = () => everyAddress(stage, lookout, 'flips')
    await decide(look, { after: writing('flips', [first, second]) })
    await decide(look, { after: writing('flips', [first, { ...second, conditions: { ready: false } }]) })
    await decide(look, { after: writing('flips', [first, second]) })
  })

  test('moves the name of an endpoint along with its hostname', {
    meta: { id: 'dns.fresh.hostname', level: 'MUST', spec },
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
