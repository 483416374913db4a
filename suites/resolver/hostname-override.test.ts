import {
  addressType,
  answersExactly,
  describe,
  familiesOf,
  hostnamesFollowSubdomain,
  kernelTellsOverride,
  kubeletOf,
  type Lookout,
  noAddress,
  notApplicable,
  type Observation,
  podAddresses,
  podNamed,
  type StageView,
  serviceNamed,
  specs,
  staged,
} from '../../helpers/harness.ts'

// Software that insists on a hostname of its own gets one, and must not lead its peers astray by it.
const test = staged('resolvers')
const name = 'overridden'

async function everyName(stage: StageView, lookout: Lookout): Promise<Observation[]> {
  const snapshot = await stage.snapshot()
  const pod = podNamed(snapshot, name)
  const { hostname, hostnameOverride } = pod?.spec ?? {}
  if (pod === undefined || hostnameOverride === undefined)
    return notApplicable(
      'the API server keeps no hostnameOverride, which Kubernetes has had since 1.34 and turned on in 1.35',
    )
  const inside = await lookout.inside([pod])
  const [family = 'IPv4'] = familiesOf(serviceNamed(snapshot, name))
  const ask = (first: string) => lookout.dns.ask(addressType(family), stage.fqdn(`${first}.${name}`))
  const [known, unheardOf] = await Promise.all([ask(hostname ?? ''), ask(hostnameOverride)])
  return [
    ...inside.flatMap((one) => kernelTellsOverride(pod, one, kubeletOf(lookout, pod))),
    ...hostnamesFollowSubdomain(snapshot, name),
    ...answersExactly(known, podAddresses(pod, family)),
    ...noAddress(unheardOf, known, () => []),
  ]
}

describe('a Pod with hostnameOverride', () => {
  test(
    'is called so in its own kernel alone: slices and DNS go by its hostname',
    { meta: { id: 'pod.hostname.override-no-dns', level: 'SHOULD', spec: `${specs.pod} hostnameOverride` } },
    async ({ stage, lookout, decide }) => decide(() => everyName(stage, lookout)),
  )
})
