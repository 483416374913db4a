import {
  addressType,
  describe,
  familiesOf,
  isAnswered,
  lookupsKept,
  notApplicable,
  type Observation,
  serviceNamed,
  staged,
  type Tries,
} from '../../helpers/harness.ts'

// Nodes are drained and DNS is upgraded in the middle of the day: clients that ask once more must not notice.
const test = staged('headless')

describe('cluster DNS', () => {
  test('answers 99 of 100 lookups while its servers are restarted one after the other', {
    meta: { id: 'dns.server.rollout', level: 'SHOULD', spec: 'coredns plugin health, "lameduck"' },
  }, async ({ stage, lookout, decide }) => {
    const { service } = lookout.roll.facts.dns
    const name = stage.fqdn('web')
    const look = async (): Promise<Observation[]> => {
      if (!service.seen) return notApplicable(`DNS backends: ${service.reason}`)
      if (service.value.backends.length < 2) return notApplicable('fewer than two DNS backends are there to take turns')
      const [family = 'IPv4'] = familiesOf(serviceNamed(await stage.snapshot(), 'web'))
      const lookups: Tries[] = []
      const calls = await lookout.eyes.restartDns(service.value, async () => {
        lookups.push(...(await lookout.lookUpTwice(addressType(family), name, isAnswered)))
      })
      return calls.seen ? lookupsKept(lookups, name) : notApplicable(`you may not restart DNS: ${calls.reason}`)
    }
    await decide(look, { once: true })
  })
})
