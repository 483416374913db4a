import {
  addressType,
  describe,
  familiesOf,
  hostnameLeadsToFullName,
  hostnamesFollowSubdomain,
  type Lookout,
  noAddress,
  type Observation,
  podAddresses,
  podNameFollows,
  podNames,
  podsOfSet,
  publishedPods,
  reachesOne,
  type Snapshot,
  type StageView,
  serviceNamed,
  slicesHoldOne,
  specs,
  staged,
  withoutSubdomain,
} from '../../helpers/harness.ts'

// A peer is found by its name, which only the governing Service gives, or by an address of its own that a Service adds.
const test = staged('headless')

/** No Pod that a Service publishes has its own name there, neither in slices nor in DNS, which knows the Service itself. */
async function noneIsNamed(
  stage: StageView,
  lookout: Lookout,
  snapshot: Snapshot,
  name: string,
): Promise<Observation[]> {
  const service = serviceNamed(snapshot, name)
  const judged = familiesOf(service).map(async (family) => {
    const type = addressType(family)
    const presence = await lookout.dns.ask(type, stage.fqdn(name))
    const pods = publishedPods(snapshot, service).map(async (pod) => {
      const seen = await lookout.dns.ask(type, stage.fqdn(`${pod.metadata?.name}.${name}`))
      return noAddress(seen, presence, () => podAddresses(pod, family))
    })
    return (await Promise.all(pods)).flat()
  })
  return [...hostnamesFollowSubdomain(snapshot, name), ...(await Promise.all(judged)).flat()]
}

describe('a Pod of a StatefulSet', () => {
  test(
    'has its name below the governing Service, with its own addresses and no other',
    { meta: { id: 'sts.dns.per-pod', level: 'MUST', spec: `${specs.statefulSet} spec.serviceName` } },
    async ({ stage, lookout, decide }) =>
      decide(async () => {
        const snapshot = await stage.snapshot('statefulSets')
        const judged = podNames(snapshot, 'db').map((pod) =>
          podNameFollows(stage, lookout, snapshot, { set: 'db', service: 'db', pod }),
        )
        return (await Promise.all(judged)).flat()
      }),
  )

  test(
    'finds its whole name for its hostname',
    { meta: { id: 'sts.hostname.full', level: 'MUST', spec: `${specs.podDns} hostname and subdomain` } },
    async ({ stage, lookout, decide }) =>
      decide(async () => {
        const { clusterDomain } = lookout.roll.facts.dns
        const judged = podsOfSet(await stage.snapshot('statefulSets'), 'db').map(async (pod) =>
          (await lookout.inside([pod])).flatMap((one) => hostnameLeadsToFullName(pod, one, clusterDomain)),
        )
        return (await Promise.all(judged)).flat()
      }),
  )

  test(
    'has no name below another headless Service that selects it',
    { meta: { id: 'sts.dns.wrong-service', level: 'MUST', spec: `${specs.statefulSet} spec.serviceName` } },
    async ({ stage, lookout, decide }) =>
      decide(async () => noneIsNamed(stage, lookout, await stage.snapshot(), 'db-families')),
  )

  test(
    'has no name anywhere if its set names no Service, not even below one of its name that selects it',
    { meta: { id: 'sts.dns.no-service-name', level: 'MUST', spec: `${specs.statefulSet} spec.serviceName` } },
    async ({ stage, lookout, decide }) =>
      decide(async () => {
        const snapshot = await stage.snapshot('statefulSets')
        return [
          ...withoutSubdomain(snapshot, 'ungoverned'),
          ...(await noneIsNamed(stage, lookout, snapshot, 'ungoverned')),
        ]
      }),
  )

  test(
    'is alone behind a Service that selects it by the label with its name',
    { meta: { id: 'sts.service-per-pod', level: 'SHOULD', spec: `${specs.statefulSet} label pod-name` } },
    async ({ stage, lookout, decide }) =>
      decide(async () => {
        const snapshot = await stage.snapshot()
        const { clusterIPs = [] } = serviceNamed(snapshot, 'db-first').spec ?? {}
        const seen = await lookout.fetchAll(clusterIPs, 8080)
        return [...slicesHoldOne(snapshot, 'db-first', 'db-0'), ...reachesOne(seen, 'db-0')]
      }),
  )
})
