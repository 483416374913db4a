import { aliasOf, describe, noRecord, serviceNamed, specs, staged } from '../../helpers/harness.ts'

// The target of `alias` is a name that nobody has (RFC 2606): only the alias itself is asked for, and nobody outside.
const test = staged('headless')

describe('an ExternalName Service', () => {
  test(
    'is an alias of exactly the name that it is given',
    { meta: { id: 'dns.externalname.cname', level: 'MUST', spec: `${specs.dns} 2.5` } },
    async ({ stage, lookout, decide }) =>
      decide(async () => {
        const { externalName = '' } = serviceNamed(await stage.snapshot(), 'alias').spec ?? {}
        return aliasOf(await lookout.dns.ask('CNAME', stage.fqdn('alias')), externalName)
      }),
  )

  // A name that leads below somebody else's leads to whoever they please.
  test(
    'has no name below it',
    { meta: { id: 'dns.externalname.no-subname', level: 'MUST', spec: `${specs.dns} 2.5` } },
    async ({ stage, lookout, decide }) =>
      decide(async () => {
        const presence = await lookout.dns.ask('CNAME', stage.fqdn('alias'))
        const types = ['A', 'AAAA', 'CNAME'] as const
        const questions = types.map((type) => ({ name: stage.fqdn('somebody.alias'), type }))
        return noRecord(await lookout.dns.everywhere(questions), presence)
      }),
  )
})
