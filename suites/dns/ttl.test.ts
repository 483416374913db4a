import { addressType, describe, familiesOf, serviceNamed, specs, staged, ttlBounded } from '../../helpers/harness.ts'

// The TTL is how long a client may go on dialling a Pod that is gone.
const test = staged('headless')

describe('a headless Service', () => {
  test(
    'answers with one TTL of at most a minute',
    { meta: { id: 'dns.ttl.bound', level: 'SHOULD', spec: `${specs.dns} 2.4.1` } },
    async ({ stage, lookout, decide }) =>
      decide(async () => {
        const [family = 'IPv4'] = familiesOf(serviceNamed(await stage.snapshot(), 'web'))
        return ttlBounded(await lookout.dns.ask(addressType(family), stage.fqdn('web')))
      }),
  )
})
