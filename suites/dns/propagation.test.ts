import {
  answersExactly,
  describe,
  type Hands,
  type Lookout,
  madeService,
  madeSlice,
  namedEndpoints,
  type Observation,
  type StageView,
  specs,
  spread,
  staged,
  ttlCap,
  writing,
} from '../../helpers/harness.ts'

// What everybody waits for who starts a peer, or has lost one: perf-tests wants the 99th percentile within 10 s.
const test = staged('fresh')
const changes = 10
const spec = 'kubernetes/perf-tests CL2_DNS_PROPAGATION_THRESHOLD'
/** Milliseconds, beyond what a cache may hold. */
const bound = 10_000
/** Milliseconds after which no further change is begun: each may take what a cache holds, which is half a minute on some clusters. */
const patience = 45_000

/** Endpoints whose hostnames nobody has asked for before, so that no cache knows them. */
function strangers(count: number): { addresses: string[]; hostname: string }[] {
  const stem = Date.now().toString(36)
  return Array.from({ length: count }, (_, index) => ({
    addresses: [`203.0.113.${index + 1}`],
    hostname: `p${stem}-${index}`,
  }))
}

async function write(hands: Hands, service: string, endpoints: readonly { addresses: string[] }[]): Promise<void> {
  await hands.apply(madeSlice(service, endpoints))
}

/** The names of the first and the last endpoint, and the Service's own with all of them. */
async function lastName(stage: StageView, lookout: Lookout, service: string): Promise<Observation[]> {
  const named = namedEndpoints(await stage.snapshot(), service, 'IPv4')
  const all = named.flatMap((one) => one.addresses)
  const judged = named.slice(-1).map(async ({ hostname, addresses }) => {
    return answersExactly(await lookout.dns.ask('A', stage.fqdn(`${hostname}.${service}`)), addresses)
  })
  const own = answersExactly(await lookout.dns.ask('A', stage.fqdn(service)), all)
  return [...(await Promise.all(judged)).flat(), ...own]
}

describe('DNS', () => {
  test('has ten endpoints that join, one after the other, within 10 s each', {
    meta: { id: 'lat.dns-propagation', level: 'SHOULD', spec },
  }, async ({ stage, lookout, decide }) => {
    const all = strangers(changes)
    const look = () => lastName(stage, lookout, 'joins')
    const took: number[] = []
    const began = Date.now()
    for (const count of Array.from({ length: changes }, (_, index) => index + 1)) {
      if (Date.now() - began > patience) break
      const after = async (hands: Hands): Promise<void> => {
        if (count === 1) await hands.apply(madeService('joins'))
        await write(hands, 'joins', all.slice(0, count))
      }
      const since = await decide(look, { after })
      if (since !== undefined) took.push(lookout.dns.lifetimes.beyond(since, ttlCap))
    }
    await decide(async () => [...(await look()), spread('joins', took, { p99: bound })])
  })

  test('has ten endpoints that leave, one after the other, off its answers within 10 s each', {
    meta: { id: 'lat.dns-removal', level: 'SHOULD', spec: `${specs.dns} 2.4.1` },
  }, async ({ stage, lookout, decide }) => {
    const all = strangers(changes + 1)
    const look = () => lastName(stage, lookout, 'leaves')
    const took: number[] = []
    await decide(look, { after: writing('leaves', all) })
    const began = Date.now()
    for (const count of Array.from({ length: changes }, (_, index) => changes - index)) {
      if (Date.now() - began > patience) break
      const after = (hands: Hands): Promise<void> => write(hands, 'leaves', all.slice(0, count))
      const since = await decide(look, { after })
      if (since !== undefined) took.push(lookout.dns.lifetimes.beyond(since, ttlCap))
    }
    await decide(async () => [...(await look()), spread('leaves', took, { p99: bound })])
  })
})
