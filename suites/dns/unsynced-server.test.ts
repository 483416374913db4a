import {
  addressType,
  deniesNothing,
  describe,
  familyOf,
  notApplicable,
  type Observation,
  podNamed,
  staged,
} from '../../helpers/harness.ts'

// A server that starts, or has lost the API, and denies what it has not seen yet, empties the caches of all who ask it. The copy
// that is asked here may not read the API, so that it stays what a server is at first.
const test = staged('fresh')
const copy = 'unsynced'
/** Milliseconds that a server may take before it answers; CoreDNS waits 5 s for the API, and our Pod may have to wait for its node. */
const patience = 20_000

describe('a DNS server', () => {
  test('denies no name before it has seen the API', {
    meta: {
      id: 'dns.server.no-false-nxdomain',
      level: 'MUST',
      spec: 'RFC 2308 2; coredns plugin kubernetes, "Startup"',
    },
  }, async ({ stage, lookout, decide }) => {
    const { service } = lookout.roll.facts.dns
    const [backend] = service.seen ? service.value.backends : []
    if (!service.seen || backend === undefined)
      return decide(async () => notApplicable('no DNS backend is in sight that could be copied'))
    let refusal: string | undefined
    const began = Date.now()
    const look = async (): Promise<Observation[]> => {
      if (refusal !== undefined) return notApplicable(refusal)
      const pod = podNamed(await stage.snapshot(), copy)
      const address = pod?.status?.podIP
      if (pod === undefined || address === undefined) throw new Error(`${copy} has no address`)
      const server = { role: 'backend', name: copy, address, port: backend.port } as const
      const seen = await lookout.dnsAt(server).ask(addressType(familyOf(address)), lookout.apiName)
      return deniesNothing(seen, pod, Date.now() - began < patience)
    }
    return decide(look, {
      after: async (hands) => {
        refusal = await hands.copy({ namespace: service.value.namespace, pod: backend.name }, copy)
        if (refusal !== undefined) return
        await hands.untilPods('a copy of a DNS server to have an address', (pods) => {
          return podNamed({ pods }, copy)?.status?.podIP !== undefined
        })
      },
      within: patience + 10_000,
      lastly: (hands) => hands.remove('pods', copy, 0),
    })
  })
})
