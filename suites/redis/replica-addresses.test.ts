import {
  addressType,
  describe,
  familiesOf,
  judgeAnnounced,
  judgePeers,
  podAddresses,
  podNames,
  podsOfSet,
  serviceNamed,
  specs,
  staged,
} from '../../helpers/harness.ts'

// What a master tells of its replicas is where failover and clients look for them. redis-2 announces itself by its name.
const test = staged('redis')
const [master, announcing] = ['redis-0', 'redis-2']

describe('the master of a replicated Redis set', () => {
  test(
    'sees every replica at the address of its Pod, untranslated, or by the name that it announces',
    { meta: { id: 'redis.peer-ip', level: 'MUST', spec: `${specs.redis} INFO replication` } },
    async ({ stage, decide }) =>
      decide(async () => {
        const snapshot = await stage.snapshot('statefulSets')
        const replicas = podsOfSet(snapshot, 'redis').flatMap((one) => {
          const pod = one.metadata?.name ?? ''
          return pod === master ? [] : [{ pod, addresses: podAddresses(one) }]
        })
        return stage.redis(podNames(snapshot, 'redis'), async (redis) =>
          judgePeers(await redis.membership(master), replicas),
        )
      }),
  )

  test(
    'lists a replica by the DNS name that it announces, which leads to its Pod',
    { meta: { id: 'redis.announce.hostname', level: 'SHOULD', spec: 'redis.conf replica-announce-ip' } },
    async ({ stage, lookout, decide }) =>
      decide(async () => {
        const snapshot = await stage.snapshot('statefulSets')
        const addresses = podsOfSet(snapshot, 'redis').flatMap((one) =>
          one.metadata?.name === announcing ? podAddresses(one) : [],
        )
        const name = stage.fqdn(`${announcing}.redis-headless`)
        const families = familiesOf(serviceNamed(snapshot, 'redis-headless'))
        const sightings = await Promise.all(families.map((family) => lookout.dns.ask(addressType(family), name)))
        return stage.redis(podNames(snapshot, 'redis'), async (redis) =>
          judgeAnnounced(await redis.membership(master), { pod: announcing, addresses }, name, sightings.flat()),
        )
      }),
  )
})
