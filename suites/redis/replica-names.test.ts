import { describe, hasCounted, judgeReading, podAddresses, podsOfSet, specs, staged } from '../../helpers/harness.ts'

// Whoever spreads reads over replicas knows each by its name, which nothing within the set ever asks for.
const test = staged('redis')
const master = 'redis-0'
/** Counts the writes of a minute; WAIT has them on both replicas before anybody reads. */
const count = ['INCR rollcall:counted', 'PEXPIRE rollcall:counted 60000', 'WAIT 2 3000']

describe('a client of a replicated Redis set', () => {
  test(
    'reads at the name of each replica what was written by the name of the master',
    { meta: { id: 'redis.propagate.by-name', level: 'MUST', spec: `${specs.statefulSet} stable network id` } },
    async ({ stage, decide }) =>
      decide(async () => {
        const snapshot = await stage.snapshot('statefulSets')
        const [client] = podsOfSet(snapshot, 'independent')
        if (client === undefined) throw new Error('there is no client')
        const service = `${stage.fqdn('redis-headless')}.`
        const replicas = podsOfSet(snapshot, 'redis')
          .map((one) => ({ pod: one.metadata?.name ?? '', addresses: podAddresses(one) }))
          .filter((one) => one.pod !== master)
          .map((one) => ({ ...one, name: `${one.pod}.${service}` }))
        const counted = await stage.visits(client, [`${master}.${service}`], count)
        const names = replicas.map((one) => one.name)
        // Names that do not resolve take a client many seconds each.
        const read = hasCounted(counted) ? await stage.visits(client, names, ['GET rollcall:counted']) : undefined
        return judgeReading(counted, read, replicas)
      }),
  )
})
