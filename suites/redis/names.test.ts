import {
  describe,
  judgeApart,
  judgeReachable,
  judgeRouting,
  ordinalsNamePods,
  type Pod,
  podAddresses,
  podNames,
  podsOfSet,
  type Snapshot,
  specs,
  staged,
} from '../../helpers/harness.ts'

// A name below a headless Service is one server; the name of the Service is any of them, which only who reads can make use of.
// Names end with a dot: what search lists make of them is for others.
const test = staged('redis')
const master = 'redis-0'

function named(snapshot: Snapshot, set: string): { pod: string; addresses: string[]; spec: Pod }[] {
  return podsOfSet(snapshot, set).map((one) => ({
    pod: one.metadata?.name ?? '',
    addresses: podAddresses(one),
    spec: one,
  }))
}

describe('a set of Redis servers', () => {
  // Whoever counts replicas, or tells instances apart, takes those that are there for all.
  test(
    'has a Pod for each of its members',
    { meta: { id: 'redis.members', level: 'MUST', spec: `${specs.statefulSet} spec.replicas` } },
    async ({ stage, decide }) =>
      decide(async () => {
        const snapshot = await stage.snapshot('statefulSets')
        return ['redis', 'independent'].map((set) => ordinalsNamePods(snapshot, set))
      }),
  )
})

describe('an instance of Redis by the name of its Pod', () => {
  test(
    'answers PING and INFO wherever the name is dialled',
    { meta: { id: 'redis.standalone.reachable', level: 'MUST', spec: `${specs.statefulSet} stable network id` } },
    async ({ stage, decide }) =>
      decide(async () => {
        const pods = named(await stage.snapshot('statefulSets'), 'independent')
        const instances = pods.map((one) => ({ ...one, name: `${stage.fqdn(`${one.pod}.independent`)}.` }))
        const names = instances.map((one) => one.name)
        const visits = pods.map((one) => stage.visits(one.spec, names, ['PING', 'INFO server']))
        return judgeReachable(await Promise.all(visits), instances)
      }),
  )

  test(
    'is a server of its own: what is set there is on no other',
    { meta: { id: 'redis.standalone.independent', level: 'MUST', spec: `${specs.statefulSet} stable network id` } },
    async ({ stage, decide }) =>
      decide(async () => {
        const pods = podNames(await stage.snapshot('statefulSets'), 'independent')
        return stage.redis(pods, async (redis) => judgeApart(await redis.apart()))
      }),
  )
})

describe('a client of a replicated Redis set', () => {
  test(
    'always writes by the name of the master, and by the name of the Service where that leads to the master alone',
    { meta: { id: 'redis.routing.headless-vs-master', level: 'MUST', spec: `${specs.services} headless-services` } },
    async ({ stage, decide }) =>
      decide(async () => {
        const snapshot = await stage.snapshot('statefulSets')
        const [client] = named(snapshot, 'independent')
        const all = named(snapshot, 'redis')
        const first = all.find((one) => one.pod === master)
        if (client === undefined || first === undefined) throw new Error(`there is no client, or no ${master}`)
        const service = `${stage.fqdn('redis-headless')}.`
        const names = { service, own: `${master}.${service}` }
        const visits = await stage.visits(client.spec, [names.service, names.own], ['SET KEY routed PX 5000'])
        return judgeRouting(
          visits,
          names,
          first,
          all.filter((one) => one !== first),
        )
      }),
  )
})
