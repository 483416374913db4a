import {
  addressType,
  answersExactly,
  canonical,
  describe,
  familyOf,
  serviceNamed,
  specs,
  staged,
} from '../../helpers/harness.ts'

// The control group: the same Pods behind a virtual address answer with that address, never with their own.
const test = staged('headless')

describe('a ClusterIP Service', () => {
  test(
    'resolves to exactly its cluster IPs, never to Pods',
    { meta: { id: 'dns.clusterip.address', level: 'MUST', spec: `${specs.dns} 2.3.1` } },
    async ({ stage, lookout, decide }) =>
      decide(async () => {
        const service = serviceNamed(await stage.snapshot(), 'web-clusterip')
        const judged = (service.spec?.clusterIPs ?? []).map(async (address) => {
          const type = addressType(familyOf(address))
          return answersExactly(await lookout.dns.ask(type, stage.fqdn('web-clusterip')), [canonical(address)])
        })
        return (await Promise.all(judged)).flat()
      }),
  )
})
