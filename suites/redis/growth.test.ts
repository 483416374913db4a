import {
  addressType,
  allSlicesHoldPods,
  answersExactly,
  describe,
  expectedAddresses,
  familiesOf,
  type Hands,
  judgeRoles,
  type Observation,
  ordinalsNamePods,
  podNameFollows,
  podNames,
  readyIfPublished,
  serviceNamed,
  specs,
  srvCounts,
  srvEndpoints,
  srvNames,
  staged,
} from '../../helpers/harness.ts'

// From nothing to a few, to more, and back: Pods that wait for each other's names, and a master that has to notice each one.
const test = staged('failover')
const [set, service] = ['pool', 'pool-headless']
/** Milliseconds that a cache may go on saying that there is no such name, and then some. */
const denied = 40_000

const publishing = (hands: Hands, publishNotReadyAddresses: boolean) =>
  hands.merge('services', service, { spec: { publishNotReadyAddresses } })

/** Scales the set, and waits until it has as many Pods, all running; whether they get ready is what is looked at. */
async function scaled(hands: Hands, replicas: number): Promise<void> {
  await hands.merge('statefulsets', set, { spec: { replicas } })
  await hands.untilPods(`${replicas} running Pods of ${set}`, (pods) => {
    const own = pods.filter((one) => one.metadata?.labels?.app === `rollcall-${set}`)
    return own.length === replicas && own.every(({ status }) => status?.containerStatuses?.[0]?.state?.running)
  })
}

const emptied = async (hands: Hands): Promise<void> => {
  await publishing(hands, false)
  await scaled(hands, 0)
}

describe('a replicated Redis set whose Pods wait for each other', () => {
  test('starts from nothing if they are published before they are ready, and only then', {
    meta: { id: 'redis.bootstrap.unready', level: 'MUST', spec: `${specs.service} spec.publishNotReadyAddresses` },
  }, async ({ stage, lookout, decide }) => {
    const look = async (): Promise<Observation[]> => {
      const snapshot = await stage.snapshot('statefulSets')
      const looks = await stage.standing(podNames(snapshot, set), service)
      const named = await podNameFollows(stage, lookout, snapshot, { set, service, pod: `${set}-0` })
      return [...allSlicesHoldPods(snapshot, service), ...named, ...readyIfPublished(snapshot, set, looks)]
    }
    const begun = async (hands: Hands): Promise<void> => {
      await emptied(hands)
      await scaled(hands, 2)
    }
    await decide(look, { after: begun })
    await decide(look, { after: (hands) => publishing(hands, true), within: denied })
  })
})

describe('a Redis master', () => {
  test('has each replica that its set is scaled to, and none that it is no more, as DNS has', {
    meta: { id: 'redis.scale', level: 'MUST', spec: `${specs.statefulSet} spec.replicas` },
  }, async ({ stage, lookout, decide }) => {
    const look = async (): Promise<Observation[]> => {
      const snapshot = await stage.snapshot('statefulSets')
      const looks = await stage.standing(podNames(snapshot, set), service)
      const srv = await lookout.dns.ask('SRV', stage.fqdn(`_redis._tcp.${service}`))
      const endpoints = srvEndpoints(snapshot, service, 'redis')
      const [family = 'IPv4'] = familiesOf(serviceNamed(snapshot, service))
      return [
        ordinalsNamePods(snapshot, set),
        ...judgeRoles(looks, `${set}-0`),
        ...allSlicesHoldPods(snapshot, service),
        ...answersExactly(
          await lookout.dns.ask(addressType(family), stage.fqdn(service)),
          expectedAddresses(snapshot, service, family),
        ),
        ...srvCounts(srv, () => endpoints),
        ...srvNames(srv, stage.fqdn(service), endpoints),
      ]
    }
    const grown = async (hands: Hands): Promise<void> => {
      await publishing(hands, true)
      await scaled(hands, 3)
    }
    await decide(look, { after: grown, within: denied })
    await decide(look, { after: (hands) => scaled(hands, 5) })
    await decide(look, { after: (hands) => scaled(hands, 3), lastly: emptied })
  })
})
