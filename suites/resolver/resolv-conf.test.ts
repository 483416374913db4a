import {
  clusterDnsOf,
  clusterFirst,
  describe,
  dnsConfigAlone,
  dotsOf,
  type GivenResolver,
  givenResolvers,
  type Lookout,
  nodeDomains,
  nodeResolver,
  type Observation,
  optionsMerged,
  type Pod,
  podNamed,
  resolverOfNode,
  type StageView,
  specs,
  staged,
} from '../../helpers/harness.ts'

// What the kubelet writes into resolv.conf decides whether a short name leads anywhere at all.
const test = staged('resolvers')
const byItself = 'resolves-by-itself-and-has-a-name-that-is-longer-than-a-hostname-may-be'

async function podOf(stage: StageView, name: string): Promise<Pod> {
  const pod = podNamed(await stage.snapshot(), name)
  if (pod === undefined) throw new Error(`there is no Pod ${name}`)
  return pod
}

/** Judges the nameservers and the search list of a Pod by what its node gives to all. */
async function asTheClusterGives(stage: StageView, lookout: Lookout, name: string): Promise<Observation[]> {
  const pod = await podOf(stage, name)
  const cluster = await clusterDnsOf(lookout, pod.spec?.nodeName ?? '')
  return (await lookout.inside([pod])).flatMap((one) => clusterFirst(pod, one, cluster))
}

/** Judges the resolvers that the nodes have given to the vantages. Whether their nameservers answer, all of DNS asks. */
function onEveryNode(lookout: Lookout, judged: (given: GivenResolver) => Observation[]): Observation[] {
  return givenResolvers(lookout).flatMap((one) => judged(one).map((each) => ({ ...each, vantage: one.node })))
}

describe('a Pod', () => {
  test(
    'asks the DNS of the cluster, and searches its own namespace, then all Services, then the zone',
    { meta: { id: 'pod.resolv.cluster-first', level: 'MUST', spec: `${specs.podDns} ClusterFirst` } },
    async ({ stage, lookout, decide }) =>
      decide(async () => {
        const cluster = { domain: lookout.roll.facts.dns.clusterDomain, nameservers: undefined }
        return [
          ...(await asTheClusterGives(stage, lookout, 'asks')),
          ...onEveryNode(lookout, ({ pod, sighting }) => clusterFirst(pod, sighting, cluster)),
        ]
      }),
  )

  test(
    'searches the domains of its node behind those of the cluster, and no others',
    { meta: { id: 'pod.resolv.node-domains', level: 'MUST', spec: `${specs.podDns} ClusterFirst` } },
    async ({ stage, lookout, decide }) =>
      decide(async () => {
        const { clusterDomain } = lookout.roll.facts.dns
        const pod = await podOf(stage, 'asks')
        const node = pod.spec?.nodeName ?? ''
        const judge = async (one: GivenResolver): Promise<Observation[]> =>
          nodeDomains(one.pod, one.sighting, await resolverOfNode(lookout, one.node), clusterDomain)
        const own = (await lookout.inside([pod])).map((sighting) => judge({ node, pod, sighting }))
        const given = givenResolvers(lookout).map(async (one) =>
          (await judge(one)).map((each) => ({ ...each, vantage: one.node })),
        )
        return (await Promise.all([...own, ...given])).flat()
      }),
  )

  test(
    'searches for names of fewer than five dots, unless its dnsConfig says otherwise',
    { meta: { id: 'pod.resolv.ndots', level: 'MUST', spec: `${specs.podDns} ndots` } },
    async ({ stage, lookout, decide }) =>
      decide(async () => {
        const pods = [await podOf(stage, 'asks'), await podOf(stage, 'asked')]
        const judged = pods.map(async (pod) => (await lookout.inside([pod])).flatMap((one) => dotsOf(pod, one)))
        return [
          ...(await Promise.all(judged)).flat(),
          ...onEveryNode(lookout, ({ pod, sighting }) => dotsOf(pod, sighting)),
        ]
      }),
  )

  test(
    'takes what its dnsConfig adds beside what the cluster gives',
    { meta: { id: 'pod.resolv.config-merged', level: 'MUST', spec: `${specs.pod} dnsConfig` } },
    async ({ stage, lookout, decide }) =>
      decide(async () => {
        const pod = await podOf(stage, 'asked')
        const sightings = await lookout.inside([pod])
        return [
          ...(await asTheClusterGives(stage, lookout, 'asked')),
          ...sightings.flatMap((one) => optionsMerged(pod, one)),
        ]
      }),
  )

  test(
    'takes nothing but its dnsConfig where its policy is None',
    { meta: { id: 'pod.resolv.none', level: 'MUST', spec: `${specs.pod} dnsPolicy` } },
    async ({ stage, lookout, decide }) =>
      decide(async () => {
        const pod = await podOf(stage, byItself)
        return (await lookout.inside([pod])).flatMap((one) => dnsConfigAlone(pod, one))
      }),
  )

  test(
    'takes the resolver of its node where its policy is Default',
    { meta: { id: 'pod.resolv.default', level: 'MUST', spec: `${specs.pod} dnsPolicy` } },
    async ({ stage, lookout, decide }) =>
      decide(async () => {
        const pod = await podOf(stage, 'namesake')
        const node = await resolverOfNode(lookout, pod.spec?.nodeName ?? '')
        const { clusterDomain } = lookout.roll.facts.dns
        return (await lookout.inside([pod])).flatMap((one) => nodeResolver(pod, one, node, clusterDomain))
      }),
  )
})
