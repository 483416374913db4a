import {
  describe,
  judgeSentinels,
  podAddresses,
  podsOfSet,
  someAddress,
  staged,
  watchBriefly,
} from '../../helpers/harness.ts'

// Names end with a dot: what search lists make of them is for others. An instance without replicas is watched, where a Sentinel
// has nothing to put right.
const test = staged('redis')
const [master, client, named] = ['independent-0', 'independent-1', 'sentinel-0']

describe('a Sentinel', () => {
  test(
    'reports a master by the DNS name that it was given where it is set to, and takes none where it is not',
    {
      meta: {
        id: 'redis.sentinel.hostnames',
        level: 'SHOULD',
        spec: 'sentinel.conf resolve-hostnames, announce-hostnames',
      },
    },
    async ({ stage, decide }) =>
      decide(async () => {
        const snapshot = await stage.snapshot('statefulSets')
        const from = podsOfSet(snapshot, 'independent').find((one) => one.metadata?.name === client)
        if (from === undefined) throw new Error(`there is no Pod ${client}`)
        const sentinels = podsOfSet(snapshot, 'sentinel').map((one) => {
          const pod = one.metadata?.name ?? ''
          const name = `${stage.fqdn(`${pod}.sentinel`)}.`
          return { pod, name, addresses: podAddresses(one), takesNames: pod === named }
        })
        const all = sentinels.map((one) => one.name)
        const withoutNames = sentinels.flatMap((one) => (one.takesNames ? [] : [one.name]))
        const watched = `${stage.fqdn(`${master}.independent`)}.`
        const [byName, byAddress] = await Promise.all([
          stage.visits(from, all, watchBriefly(watched)),
          stage.visits(from, withoutNames, watchBriefly(someAddress)),
        ])
        return judgeSentinels({ byName, byAddress }, sentinels, watched)
      }),
  )
})
