import {
  addressType,
  answersExactly,
  clusterAddresses,
  describe,
  type Hands,
  type Lookout,
  madeService,
  madeSlice,
  type Observation,
  type StageView,
  specs,
  staged,
} from '../../helpers/harness.ts'

// Whoever deletes a Service and creates it again must not meet what is left of the old one.
const test = staged('fresh')
const endpoint = { addresses: ['198.51.100.1'], hostname: 'first', conditions: { ready: true } }

/** What the Service's name stands for now: its endpoints, its own addresses, or nothing where there is no Service. */
async function everyAddress(stage: StageView, lookout: Lookout, service: string): Promise<Observation[]> {
  const truth = clusterAddresses(await stage.snapshot(), service)
  const judged = truth.map(async ({ family, addresses }) =>
    answersExactly(await lookout.dns.ask(addressType(family), stage.fqdn(service)), addresses),
  )
  return (await Promise.all(judged)).flat()
}

async function create(hands: Hands, service: string, clusterIP: 'None' | undefined): Promise<void> {
  await hands.remove('services', service)
  await hands.apply(madeSlice(service, [endpoint]))
  await hands.apply(madeService(service, { clusterIP }))
}

describe('the name of a Service', () => {
  test('has only the answer of the new kind once a headless Service is created again with an address, and back', {
    meta: { id: 'dns.fresh.recreate', level: 'MUST', spec: `${specs.dns} 2.3, 2.4` },
  }, async ({ stage, lookout, decide }) => {
    const look = () => everyAddress(stage, lookout, 'reborn')
    await decide(look, { after: (hands) => create(hands, 'reborn', 'None') })
    await decide(look, { after: (hands) => create(hands, 'reborn', undefined) })
    await decide(look, { after: (hands) => create(hands, 'reborn', 'None') })
  })

  // Clients that start before their peers look too early; what they are told then must not stick.
  test('resolves soon after it exists for those who have asked before', {
    meta: { id: 'dns.fresh.negative', level: 'SHOULD', spec: 'RFC 2308 5; kubernetes/kubernetes#92559' },
  }, async ({ stage, lookout, decide }) => {
    const look = () => everyAddress(stage, lookout, 'early')
    await decide(look, { after: (hands) => hands.remove('services', 'early') })
    await decide(look, { after: (hands) => create(hands, 'early', 'None') })
  })

  // Servers that go on with what they knew of one before, and controllers whose empty slices lie beside those of others.
  test('stands for the last of several Services that came and went in quick succession', {
    meta: { id: 'dns.fresh.ghost', level: 'MUST', spec: `${specs.dns} 2.4; ${specs.endpointSlice}` },
  }, async ({ stage, lookout, decide }) => {
    const look = async () => {
      const seen = await Promise.all(['hasty', 'deserted'].map((one) => everyAddress(stage, lookout, one)))
      return seen.flat()
    }
    const after = async (hands: Hands) => {
      const inTurn = [11, 12, 13, 14, 15 + Math.floor(Math.random() * 200)]
      for (const last of inTurn) {
        await Promise.all(['hasty', 'deserted'].map((one) => hands.remove('services', one)))
        const made = { ...endpoint, addresses: [`198.51.100.${last}`] }
        await Promise.all(['hasty', 'deserted'].map((one) => hands.apply(madeSlice(one, [made]))))
        await hands.apply(madeService('hasty', { clusterIP: last % 2 === 0 ? undefined : 'None' }))
        await hands.apply(madeService('deserted', { selector: { app: 'rollcall-nobody' } }))
      }
    }
    await decide(look, { after })
  })
})
