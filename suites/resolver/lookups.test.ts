import {
  addressesOf,
  addressType,
  askedFor,
  blameLookup,
  describe,
  dnsOnTheWay,
  familiesOf,
  type Lookout,
  lookedUp,
  ndotsOf,
  notApplicable,
  type Observation,
  podAddresses,
  podNamed,
  type Snapshot,
  type StageView,
  serviceNamed,
  specs,
  staged,
  type Wanted,
} from '../../helpers/harness.ts'

// Programs do not speak DNS: they ask their C library, which reads /etc/hosts and walks the search list.
const test = staged('resolvers')

/** Looks names up in the Pod `asks`. Of those that lead astray, asks DNS for every name on the way. */
async function everyLookup(
  stage: StageView,
  lookout: Lookout,
  wantedOf: (snapshot: Snapshot) => readonly Wanted[],
): Promise<Observation[]> {
  const snapshot = await stage.snapshot()
  const pod = podNamed(snapshot, 'asks')
  if (pod === undefined) throw new Error('there is no Pod asks')
  const wanted = wantedOf(snapshot)
  const names = wanted.map((one) => one.name)
  const [sighting] = await lookout.inside([pod], names)
  if (sighting === undefined) throw new Error('nobody has looked into the Pod asks')
  const judged = lookedUp(wanted, sighting, ndotsOf(pod)).map(async (lookup, index) => {
    const one = wanted[index]
    if (lookup.verdict !== 'non-conformant' || sighting.outcome.kind === 'lost' || one === undefined) return [lookup]
    const { clusterDomain } = lookout.roll.facts.dns
    const first = [`${stage.namespace}.svc.${clusterDomain}`, `svc.${clusterDomain}`, clusterDomain]
    const asked = askedFor(one, first, sighting.outcome.view.resolver).map(async (name) => ({
      name,
      sightings: [...(await lookout.dns.ask('A', name)), ...(await lookout.dns.ask('AAAA', name))],
    }))
    return blameLookup(lookup, dnsOnTheWay(one, await Promise.all(asked)))
  })
  return (await Promise.all(judged)).flat()
}

/** The addresses of a Pod by its name below a Service: those of the families that the Service has. */
function named(snapshot: Snapshot, pod: string, service: string): string[] {
  const found = podNamed(snapshot, pod)
  const families = familiesOf(serviceNamed(snapshot, service))
  return found === undefined ? [] : families.flatMap((family) => podAddresses(found, family))
}

describe('the C library of a Pod', () => {
  test(
    'finds a Service, and a Pod below it, by the short names that hold in their namespace',
    { meta: { id: 'pod.resolv.short-names', level: 'MUST', spec: `${specs.podDns} Namespaces of Services` } },
    async ({ stage, lookout, decide }) =>
      decide(async () =>
        everyLookup(stage, lookout, (snapshot) => [
          ...['asked', `asked.${stage.namespace}`, `asked.${stage.namespace}.svc`].map((name) => ({
            name,
            means: stage.fqdn('asked'),
            addresses: addressesOf(snapshot, 'asked'),
          })),
          { name: 'pod-0.asked', means: stage.fqdn('pod-0.asked'), addresses: named(snapshot, 'asked', 'asked') },
        ]),
      ),
  )

  test(
    'finds the name of its own namespace before that of another',
    { meta: { id: 'pod.resolv.search-order', level: 'MUST', spec: `${specs.podDns} Namespaces of Services` } },
    async ({ stage, lookout, decide }) =>
      decide(async () => {
        const other = `kube-dns.kube-system.svc.${lookout.roll.facts.dns.clusterDomain}`
        const [family = 'IPv4'] = familiesOf(serviceNamed(await stage.snapshot(), 'kube-system'))
        const presence = await lookout.dns.ask(addressType(family), other)
        if (presence.every(({ outcome }) => outcome.kind === 'answer' && outcome.answer.answers.length === 0))
          return notApplicable(`there is no ${other} that could be taken for it`)
        return everyLookup(stage, lookout, (snapshot) => [
          {
            name: 'kube-dns.kube-system',
            means: stage.fqdn('kube-dns.kube-system'),
            addresses: named(snapshot, 'namesake', 'kube-system'),
          },
        ])
      }),
  )

  test(
    'finds for an absolute name, with a dot at its end and without, what DNS answers',
    { meta: { id: 'pod.resolv.fqdn', level: 'MUST', spec: `${specs.podDns} Pods` } },
    async ({ stage, lookout, decide }) =>
      decide(async () =>
        everyLookup(stage, lookout, (snapshot) => {
          const meant = [
            { means: stage.fqdn('asked'), addresses: addressesOf(snapshot, 'asked') },
            { means: stage.fqdn('asked-clusterip'), addresses: addressesOf(snapshot, 'asked-clusterip') },
            { means: stage.fqdn('pod-0.asked'), addresses: named(snapshot, 'asked', 'asked') },
          ]
          return meant.flatMap((one) => ['', '.'].map((dot) => ({ ...one, name: `${one.means}${dot}` })))
        }),
      ),
  )
})
