import { addressType, describe, familiesOf, nameError, serviceNamed, specs, staged } from '../../helpers/harness.ts'

// A stub resolver walks its search list on NXDOMAIN alone: any other answer for a name that is not there ends the walk.
const test = staged('headless')

describe('cluster DNS', () => {
  test(
    'answers NXDOMAIN for a Service and for a namespace that do not exist',
    { meta: { id: 'dns.neg.unknown-service', level: 'MUST', spec: `${specs.dns} 2.3, 2.4; RFC 2308 2.1` } },
    async ({ stage, lookout, decide }) =>
      decide(async () => {
        const [family = 'IPv4'] = familiesOf(serviceNamed(await stage.snapshot(), 'web-clusterip'))
        const presence = await lookout.dns.ask(addressType(family), stage.fqdn('web-clusterip'))
        const domain = lookout.roll.facts.dns.clusterDomain
        const unknown = [stage.fqdn('no-such-service'), `web.no-such-namespace.svc.${domain}`]
        const types = ['A', 'AAAA', 'SRV', 'TXT'] as const
        const questions = unknown.flatMap((name) => types.map((type) => ({ name, type })))
        return nameError(await lookout.dns.everywhere(questions), presence)
      }),
  )
})
