import {
  addressType,
  answersExactly,
  describe,
  namedEndpoints,
  namedFamilies,
  sliceAddresses,
  specs,
  staged,
} from '../../helpers/harness.ts'

// A client takes whichever family it likes: a name that has lost one of them works for some and not for others. A Service
// without selector has both on every cluster.
const test = staged('slices')
const service = 'hand-made'

describe('a headless Service of both families', () => {
  test(
    'answers A and AAAA, for its own name and for that of an endpoint',
    { meta: { id: 'ds.dns-both', level: 'MUST', spec: `${specs.dns} 2.4.1` } },
    async ({ stage, lookout, decide }) =>
      decide(async () => {
        const snapshot = await stage.snapshot()
        const families = namedFamilies(snapshot, service)
        const named = namedEndpoints(snapshot, service)
        const hostnames = [...new Set(named.map((one) => one.hostname))]
        const ofFamily = families.flatMap((family) => [
          { family, name: service, addresses: sliceAddresses(snapshot, service, family) },
          ...hostnames.map((hostname) => ({
            family,
            name: `${hostname}.${service}`,
            addresses: namedEndpoints(snapshot, service, family)
              .filter((one) => one.hostname === hostname)
              .flatMap((one) => one.addresses),
          })),
        ])
        const both = ofFamily.filter(({ name }) =>
          ofFamily.filter((one) => one.name === name).every(({ addresses }) => addresses.length > 0),
        )
        const judged = both.map(async ({ family, name, addresses }) =>
          answersExactly(await lookout.dns.ask(addressType(family), stage.fqdn(name)), addresses),
        )
        return (await Promise.all(judged)).flat()
      }),
  )
})
