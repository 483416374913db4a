import {
  addressType,
  describe,
  expectedAddresses,
  familiesOf,
  type Lookout,
  notApplicable,
  type StageView,
  servesSome,
  serviceNamed,
  sliceAddresses,
  specs,
  staged,
} from '../../helpers/harness.ts'

// A server can be told to keep quiet about endpoints, or about whole namespaces: then a headless Service has no name at all.
const test = staged('headless')

async function some(lookout: Lookout, stage: StageView, service: string) {
  const snapshot = await stage.snapshot()
  const [family = 'IPv4'] = familiesOf(serviceNamed(snapshot, service))
  const { clusterIP, selector } = serviceNamed(snapshot, service).spec ?? {}
  // The name of a Service with an address of its own stands for that, and rightly.
  if (clusterIP !== 'None') return notApplicable(`${service} is not headless`)
  const written = selector === undefined
  const wanted = written ? sliceAddresses(snapshot, service, family) : expectedAddresses(snapshot, service, family)
  const sightings = await lookout.dns.ask(addressType(family), stage.fqdn(service))
  return servesSome(sightings, wanted, await lookout.corefile())
}

describe('cluster DNS', () => {
  test(
    'keeps quiet neither about the endpoints of Services with a selector nor about those of others, in any namespace of ours',
    { meta: { id: 'dns.server.endpoints-served', level: 'MUST', spec: `${specs.dns} 2.4; CoreDNS plugin kubernetes` } },
    async ({ stage, lookout, decide }) =>
      decide(async () => {
        const byHand = lookout.stage('slices')
        const { refusal } = byHand.staged
        return [
          ...(await some(lookout, stage, 'web')),
          ...(refusal === undefined ? await some(lookout, byHand, 'hand-made') : notApplicable(refusal)),
        ]
      }),
  )
})
