import {
  alikeBySize,
  answersExactly,
  describe,
  type Lookout,
  type Observation,
  type StageView,
  sliceAddresses,
  staged,
  ttlCap,
  writing,
} from '../../helpers/harness.ts'

// The last peer of a large set waits no longer than the last of a small one: it would be the one that everybody looks for.
const test = staged('fresh')
const sizes = { few: 5, many: 100 } as const
const rounds = 3
const service = 'sized'
/** Milliseconds. */
const slack = 5000
/** Milliseconds after which no further round is begun: each change may take what a cache holds. */
const patience = 20_000

/** As many endpoints as wanted, none of which was there before. */
function strangers(size: number, round: number): { addresses: string[] }[] {
  return Array.from({ length: size }, (_, index) => ({ addresses: [`198.19.${round}.${size + index}`] }))
}

async function everyAddress(stage: StageView, lookout: Lookout): Promise<Observation[]> {
  const wanted = sliceAddresses(await stage.snapshot(), service, 'IPv4')
  return answersExactly(await lookout.dns.ask('A', stage.fqdn(service)), wanted)
}

describe('DNS', () => {
  test('learns of a hundred endpoints as soon as of five', {
    meta: { id: 'lat.size-independent', level: 'SHOULD', spec: 'SIG Scalability SLO dns_programming_latency' },
  }, async ({ stage, lookout, decide }) => {
    const look = () => everyAddress(stage, lookout)
    const took: Record<keyof typeof sizes, number[]> = { few: [], many: [] }
    const began = Date.now()
    for (const round of Array.from({ length: rounds }, (_, index) => index)) {
      if (Date.now() - began > patience) break
      for (const name of ['few', 'many'] as const) {
        const since = await decide(look, { after: writing(service, strangers(sizes[name], round)) })
        if (since !== undefined) took[name].push(lookout.dns.lifetimes.beyond(since, ttlCap))
      }
    }
    await decide(async () => [...(await look()), alikeBySize(took.few, took.many, slack)])
  })
})
