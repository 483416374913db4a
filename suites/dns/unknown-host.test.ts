import { addressType, describe, familiesOf, nameError, serviceNamed, specs, staged } from '../../helpers/harness.ts'

// Whoever looks up a Pod that is gone, or mistypes its name, must learn that nobody has it.
const test = staged('headless')

describe('a headless Service', () => {
  test(
    'answers NXDOMAIN for a name below it that is no Pod of its own',
    { meta: { id: 'dns.headless.host.unknown', level: 'MUST', spec: `${specs.dns} 2.4.1` } },
    async ({ stage, lookout, decide }) =>
      decide(async () => {
        const [family = 'IPv4'] = familiesOf(serviceNamed(await stage.snapshot(), 'web-clusterip'))
        const type = addressType(family)
        const presence = await lookout.dns.ask(type, stage.fqdn('web-clusterip'))
        return nameError(await lookout.dns.ask(type, stage.fqdn('nobody.web')), presence)
      }),
  )
})
