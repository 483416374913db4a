import {
  answersExactly,
  describe,
  type Lookout,
  type Observation,
  type StageView,
  sliceAddresses,
  specs,
  staged,
  writing,
} from '../../helpers/harness.ts'

// Each Service has a slice that we write ourselves, so that nothing but DNS has to follow; see `Lifetimes` for what a cache may do.
const test = staged('fresh')
const spec = `${specs.dns} 2.4; ${specs.endpointSlice}`
const first = { addresses: ['198.51.100.1'], hostname: 'first', conditions: { ready: true } }
const second = { addresses: ['198.51.100.2'], hostname: 'second', conditions: { ready: true } }

async function everyAddress(stage: StageView, lookout: Lookout, service: string): Promise<Observation[]> {
  const snapshot = await stage.snapshot()
  return answersExactly(await lookout.dns.ask('A', stage.fqdn(service)), sliceAddresses(snapshot, service, 'IPv4'))
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
})
