import {
  addressType,
  describe,
  familiesOf,
  namedEndpoints,
  namedFamilies,
  nameError,
  noData,
  notApplicable,
  serviceNamed,
  specs,
  staged,
} from '../../helpers/harness.ts'

// A stub resolver walks its search list on NXDOMAIN alone: any other answer for a name that is not there ends the walk, and
// NXDOMAIN for one that is there ends in the belief that nobody has it.
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

  test(
    'answers NOERROR without an address for the family that a name does not have',
    { meta: { id: 'dns.neg.other-family-nodata', level: 'MUST', spec: 'RFC 2308 2.2; RFC 8020 2' } },
    async ({ stage, lookout, decide }) =>
      decide(async () => {
        const snapshot = await stage.snapshot()
        const hosts = namedEndpoints(snapshot, 'db').map(({ hostname }) => ({ name: `${hostname}.db`, of: 'db' }))
        const names = [...['web', 'db', 'web-clusterip'].map((name) => ({ name, of: name })), ...hosts]
        const ofOneFamily = names.flatMap(({ name, of }) => {
          const [family, second] = namedFamilies(snapshot, of)
          return family === undefined || second !== undefined ? [] : [{ name: stage.fqdn(name), family }]
        })
        if (ofOneFamily.length === 0) return notApplicable('every name has addresses of both families')
        const judged = ofOneFamily.map(async ({ name, family }) => {
          const presence = await lookout.dns.ask(addressType(family), name)
          return noData(await lookout.dns.ask(family === 'IPv4' ? 'AAAA' : 'A', name), presence)
        })
        return (await Promise.all(judged)).flat()
      }),
  )
})
