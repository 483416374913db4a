import {
  describe,
  hostsHoldPod,
  type InsideSighting,
  kernelTellsFullName,
  kernelTellsHostname,
  type Lookout,
  nameKeepsFromStarting,
  type Observation,
  type Pod,
  podNamed,
  type StageView,
  specs,
  staged,
} from '../../helpers/harness.ts'

// Software that forms a cluster tells its peers the name that it finds for itself: theirs must lead to it.
const test = staged('resolvers')
const apps = ['asks', 'asked', 'namesake', 'by-itself'].map((name) => `rollcall-${name}`)

async function eachPod(
  stage: StageView,
  lookout: Lookout,
  which: (pod: Pod) => boolean,
  judge: (pod: Pod, sighting: InsideSighting) => readonly Observation[],
): Promise<Observation[]> {
  const { pods } = await stage.snapshot()
  const own = pods.filter((pod) => apps.includes(pod.metadata?.labels?.app ?? '') && which(pod))
  const judged = own.map(async (pod) => (await lookout.inside([pod])).flatMap((one) => judge(pod, one)))
  return (await Promise.all(judged)).flat()
}

describe('a Pod', () => {
  test(
    'finds its full name and its hostname in /etc/hosts, with all its addresses',
    { meta: { id: 'pod.hosts.fqdn', level: 'MUST', spec: `${specs.podDns} hostname and subdomain` } },
    async ({ stage, lookout, decide }) =>
      decide(async () => {
        const { clusterDomain } = lookout.roll.facts.dns
        const named = (pod: Pod): boolean => pod.spec?.subdomain !== undefined && pod.status?.phase === 'Running'
        return eachPod(stage, lookout, named, (pod, one) => hostsHoldPod(pod, one, clusterDomain))
      }),
  )

  test(
    'has as hostname what its spec says, or its own name cut to 63 characters',
    { meta: { id: 'pod.hostname.spec', level: 'MUST', spec: `${specs.pod} hostname` } },
    async ({ stage, lookout, decide }) =>
      decide(async () => eachPod(stage, lookout, (pod) => pod.spec?.setHostnameAsFQDN !== true, kernelTellsHostname)),
  )

  test(
    'has its full name as hostname where it asks for that',
    { meta: { id: 'pod.hostname.fqdn-flag', level: 'MUST', spec: `${specs.pod} setHostnameAsFQDN` } },
    async ({ stage, lookout, decide }) =>
      decide(async () => {
        const { clusterDomain } = lookout.roll.facts.dns
        const asks = (pod: Pod): boolean => pod.spec?.setHostnameAsFQDN === true
        return eachPod(stage, lookout, asks, (pod, one) => kernelTellsFullName(pod, one, clusterDomain))
      }),
  )

  test(
    'does not start where its full name is to be its hostname, and is longer than that may be',
    { meta: { id: 'pod.hostname.fqdn-limit', level: 'MUST', spec: `${specs.pod} setHostnameAsFQDN` } },
    async ({ stage, lookout, decide }) =>
      decide(async () => {
        const snapshot = await stage.snapshot()
        const [pod, twin] = ['full-name-too-long', 'asked'].map((name) => podNamed(snapshot, name))
        if (pod === undefined || twin === undefined) throw new Error('a Pod of the fixture is not there')
        return [nameKeepsFromStarting(pod, twin, lookout.roll.facts.dns.clusterDomain)]
      }),
  )
})
