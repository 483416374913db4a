import {
  answersExactly,
  describe,
  type Hands,
  notApplicable,
  type Observation,
  sliceAddresses,
  staged,
  vantagesAgree,
  writing,
} from '../../helpers/harness.ts'

// A cache on each node spares the servers; what it has kept must not outlive its time.
const test = staged('fresh')
const [here, gone] = ['cached', 'cached-gone']
/** Milliseconds: what NodeLocal DNSCache keeps of answers, and 10 s for the change to arrive. */
const within = 40_000

/** Moves one Service to another address, and takes another away, both of which everybody has asked for just before. */
async function change(hands: Hands): Promise<void> {
  const last = 1 + (Math.floor(Date.now() / 1000) % 250)
  await writing(here, [{ addresses: [`192.0.2.${last}`] }])(hands)
  await hands.remove('services', gone)
}

describe('the cache on a node', () => {
  test('says what the servers behind it say once it has kept an answer for 30 s', {
    meta: { id: 'dns.nodelocal.equivalent', level: 'SHOULD', spec: 'kubernetes cluster/addons/dns/nodelocaldns' },
  }, async ({ stage, lookout, decide }) => {
    const { nodeCaches } = lookout.roll.facts.dns
    const without = nodeCaches === undefined || !nodeCaches.seen || nodeCaches.value.length === 0
    const reason = nodeCaches?.seen === false ? nodeCaches.reason : 'no node has a cache of DNS'
    if (without) return decide(async () => notApplicable(reason))
    const ask = () => lookout.dns.everywhere([here, gone].map((name) => ({ name: stage.fqdn(name), type: 'A' })))
    const after = async (hands: Hands): Promise<void> => {
      await writing(gone, [{ addresses: ['192.0.2.251'] }])(hands)
      await ask()
      await change(hands)
    }
    // By the API, too: before the servers have heard of the change, all say the same.
    const look = async (): Promise<Observation[]> => {
      const told = sliceAddresses(await stage.snapshot(), here, 'IPv4')
      const seen = await ask()
      const named = seen.filter(({ question }) => question.name === stage.fqdn(here))
      return [...vantagesAgree(seen, () => undefined), ...answersExactly(named, told)]
    }
    return decide(look, { after, within })
  })
})
