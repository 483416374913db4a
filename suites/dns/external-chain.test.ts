import {
  addressType,
  answersExactly,
  chainTo,
  describe,
  expectedAddresses,
  familiesOf,
  type Hands,
  podAddresses,
  podNamed,
  serviceNamed,
  specs,
  staged,
} from '../../helpers/harness.ts'

// The targets are names of this stage, which no manifest can know: `toggled-0` is Ready all the time.
const test = staged('changing')

function pointing(name: string, externalName: string): (hands: Hands) => Promise<void> {
  return async (hands) => {
    const object = {
      apiVersion: 'v1',
      kind: 'Service',
      metadata: { name },
      spec: { type: 'ExternalName', externalName },
    }
    await hands.apply(object)
    await hands.until(`${name} to be there`, ({ services }) =>
      services.some((one) => one.metadata?.name === name && one.spec?.externalName === externalName),
    )
  }
}

describe('an ExternalName Service', () => {
  test('answers A with its alias, and then with the addresses of the headless Service that it names', {
    meta: { id: 'dns.externalname.chain', level: 'SHOULD', spec: `${specs.dns} 2.5; RFC 1034 4.3.2` },
  }, async ({ stage, lookout, decide }) => {
    const look = async () => {
      const snapshot = await stage.snapshot()
      const [family = 'IPv4'] = familiesOf(serviceNamed(snapshot, 'toggled'))
      const seen = await lookout.dns.ask(addressType(family), stage.fqdn('alias-of-all'))
      return chainTo(seen, stage.fqdn('toggled'), expectedAddresses(snapshot, 'toggled', family))
    }
    await decide(look, { after: pointing('alias-of-all', stage.fqdn('toggled')) })
  })

  test('leads to one Pod where it names that Pod below its headless Service', {
    meta: { id: 'dns.externalname.headless-target', level: 'SHOULD', spec: `${specs.dns} 2.5` },
  }, async ({ stage, lookout, decide }) => {
    const look = async () => {
      const snapshot = await stage.snapshot()
      const pod = podNamed(snapshot, 'toggled-0')
      const [family = 'IPv4'] = familiesOf(serviceNamed(snapshot, 'toggled'))
      const addresses = pod === undefined ? [] : podAddresses(pod, family)
      return answersExactly(await lookout.dns.ask(addressType(family), stage.fqdn('alias-of-one')), addresses)
    }
    await decide(look, { after: pointing('alias-of-one', stage.fqdn('toggled-0.toggled')) })
  })
})
