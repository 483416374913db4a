import {
  addressType,
  describe,
  familiesOf,
  noDataAtAll,
  serviceNamed,
  soaCarried,
  staged,
} from '../../helpers/harness.ts'

// What a negative answer looks like decides whether a resolver goes on, and for how long it remembers.
const test = staged('headless')

describe('cluster DNS', () => {
  test(
    'answers NOERROR without a record for svc and for a namespace, since there are names below them',
    { meta: { id: 'dns.neg.empty-nonterminal', level: 'SHOULD', spec: 'RFC 8020 2; RFC 4592 2.2.2' } },
    async ({ stage, lookout, decide }) =>
      decide(async () => {
        const [family = 'IPv4'] = familiesOf(serviceNamed(await stage.snapshot(), 'web-clusterip'))
        const presence = await lookout.dns.ask(addressType(family), stage.fqdn('web-clusterip'))
        const zone = `svc.${lookout.roll.facts.dns.clusterDomain}`
        const names = [zone, `${stage.namespace}.${zone}`]
        const questions = names.map((name) => ({ name, type: addressType(family) }))
        return noDataAtAll(await lookout.dns.everywhere(questions), presence)
      }),
  )

  test(
    'answers NOERROR without a record for a type that a name does not have',
    { meta: { id: 'dns.neg.unknown-type', level: 'SHOULD', spec: 'RFC 2308 2.2' } },
    async ({ stage, lookout, decide }) =>
      decide(async () => {
        const snapshot = await stage.snapshot()
        const judged = ['web-clusterip', 'db'].map(async (name) => {
          const [family = 'IPv4'] = familiesOf(serviceNamed(snapshot, name))
          const presence = await lookout.dns.ask(addressType(family), stage.fqdn(name))
          return noDataAtAll(await lookout.dns.ask('TXT', stage.fqdn(name)), presence)
        })
        return (await Promise.all(judged)).flat()
      }),
  )

  test(
    'says with a negative answer whose word it is, and how long it may be kept',
    { meta: { id: 'dns.neg.soa', level: 'SHOULD', spec: 'RFC 2308 3, 5' } },
    async ({ stage, lookout, decide }) =>
      decide(async () =>
        soaCarried(
          await lookout.dns.everywhere([
            { name: stage.fqdn('no-such-service'), type: 'TXT' },
            { name: stage.fqdn('web-clusterip'), type: 'TXT' },
          ]),
        ),
      ),
  )
})
