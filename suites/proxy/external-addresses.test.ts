import {
  describe,
  excusedLate,
  externalFronts,
  externalIgnored,
  type Hands,
  madeService,
  notApplicable,
  passagesThrough,
  refusalOf,
  specs,
  staged,
  writeFront,
} from '../../helpers/harness.ts'

// Where externalIPs are admitted at all, they are a word to the proxy, and no proxy stands in front of a headless Service.
const test = staged('fresh')
const ready = { ready: true, serving: true, terminating: false }
/** For documentation (RFC 5737, RFC 3849): nobody has these addresses. Who has heard of the second has heard of the first. */
const claims = [
  { name: 'claimed-headless', clusterIP: 'None', IPv4: '192.0.2.202', IPv6: '2001:db8::202' },
  { name: 'claimed', clusterIP: undefined, IPv4: '192.0.2.201', IPv6: '2001:db8::201' },
] as const

describe('a headless Service', () => {
  test('is not reached at the external addresses that it claims', {
    meta: { id: 'proxy.headless.externalip-ignored', level: 'SHOULD', spec: `${specs.service} externalIPs` },
  }, async ({ stage, lookout, decide }) => {
    const pods = lookout.stage('headless')
    const [family = 'IPv4'] = lookout.roll.facts.families
    let claimedAt = 0
    const after = async (hands: Hands): Promise<void> => {
      // Whether they were taken shows in what the API holds.
      await refusalOf(async () => {
        for (const { name, clusterIP, ...addresses } of claims) {
          const made = madeService(name, { clusterIP })
          const spec = { ...(made.spec as object), ipFamilies: [family], externalIPs: [addresses[family]] }
          await writeFront(hands, pods, { ...made, spec }, { conditions: [ready, ready] })
        }
      })
      claimedAt = Date.now()
    }
    const lastly = async (hands: Hands): Promise<void> => {
      for (const { name } of claims) {
        await hands.remove('services', name)
        await hands.remove('endpointslices', `${name}-1`)
      }
    }
    await decide(
      async () => {
        const snapshot = await stage.snapshot()
        const taken = claims.map(({ name }) => snapshot.services.some((one) => one.metadata?.name === name))
        const [headless = [], twin = []] = claims.map(({ name }, index) =>
          taken[index] ? externalFronts(snapshot, name) : [],
        )
        if (twin.length === 0 || headless.length === 0)
          return notApplicable('the cluster takes no Service with external addresses')
        const dialled = [twin, headless].map((fronts) => passagesThrough(lookout, fronts))
        const [ofTwin = [], ofHeadless = []] = await Promise.all(dialled)
        return excusedLate(externalIgnored(ofHeadless, ofTwin), claimedAt)
      },
      { after, lastly, within: 30_000 },
    )
  })
})
