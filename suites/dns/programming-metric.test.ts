import {
  describe,
  type Hands,
  type Lookout,
  type Metered,
  madeService,
  measuresMore,
  meteredBy,
  notApplicable,
  serviceNamed,
  slicesOf,
  staged,
} from '../../helpers/harness.ts'

// The figure that operators have alarms on. It needs the time of the change on each slice, which the controller writes there.
const test = staged('changing')
// Several: CoreDNS does not measure what it hears of a Service before the Service itself.
const services = ['metered-1', 'metered-2', 'metered-3']
const [noted, port] = ['rollcall.dev/metered', 9153]

async function metered(lookout: Lookout): Promise<Metered> {
  const { service } = lookout.roll.facts.dns
  const backends = service.seen ? service.value.backends : []
  const read = backends.map(async ({ name, address }) => {
    return [name, meteredBy(await lookout.fetchText(address, port, '/metrics'))] as const
  })
  return Object.fromEntries(await Promise.all(read))
}

/** Makes Services anew over a Pod that is there, and notes on the first what had been measured before. */
async function change(hands: Hands, before: Metered): Promise<void> {
  const annotations = { [noted]: JSON.stringify(before) }
  for (const name of services) {
    await hands.remove('services', name)
    await hands.until(`the slices of ${name} to be gone`, (snapshot) => slicesOf(snapshot, name).length === 0)
    const service = madeService(name, { selector: { app: 'rollcall-hidden' } })
    await hands.apply({ ...service, metadata: { ...service.metadata, annotations } })
  }
}

describe('CoreDNS', () => {
  test('measures how late it hears of changes of headless Services', {
    meta: { id: 'lat.coredns-metric', level: 'SHOULD', spec: 'coredns plugin kubernetes, object/metrics.go' },
  }, async ({ stage, lookout, decide }) => {
    const look = async () => {
      const now = await metered(lookout)
      if (Object.keys(now).length === 0) return notApplicable('no DNS backend is in sight')
      const { metadata } = serviceNamed(await stage.snapshot(), services[0] ?? '')
      return measuresMore(JSON.parse(metadata?.annotations?.[noted] ?? '{}') as Metered, now)
    }
    await decide(look, { after: async (hands) => change(hands, await metered(lookout)) })
  })
})
