import {
  addressType,
  describe,
  namedEndpoints,
  namedFamilies,
  namesBelow,
  pointsThereAndBack,
  pointsTo,
  reverseName,
  sliceAddresses,
  specs,
  srvEndpoints,
  srvTargets,
  staged,
  targetQuestions,
} from '../../helpers/harness.ts'

// An endpoint without hostname has a name nevertheless; which one is the server's choice, so it has to be asked for.
const test = staged('slices')
const service = 'made-nameless'

describe('a headless Service', () => {
  test(
    'gives each endpoint without hostname a name of its own, which leads to it alone',
    { meta: { id: 'dns.headless.host.system-id', level: 'MUST', spec: `${specs.dns} 2.1, 2.4.2` } },
    async ({ stage, lookout, decide }) =>
      decide(async () => {
        const endpoints = srvEndpoints(await stage.snapshot(), service, 'http')
        const srv = await lookout.dns.ask('SRV', stage.fqdn(`_http._tcp.${service}`))
        const resolved = await lookout.dns.follow(srv, targetQuestions(['A', 'AAAA']))
        return srvTargets(srv, resolved, { serviceName: stage.fqdn(service), endpoints })
      }),
  )

  test(
    'answers PTR of an endpoint without hostname with the name that it has chosen for it',
    { meta: { id: 'dns.headless.ptr.system-id', level: 'SHOULD', spec: `${specs.dns} 2.1, 2.4.3` } },
    async ({ stage, lookout, decide }) =>
      decide(async () => {
        const snapshot = await stage.snapshot()
        const serviceName = stage.fqdn(service)
        const asked = namedFamilies(snapshot, service).flatMap((family) =>
          sliceAddresses(snapshot, service, family).map((address) => ({ address, type: addressType(family) })),
        )
        const judged = asked.map(async ({ address, type }) => {
          const ptr = await lookout.dns.ask('PTR', reverseName(address))
          const resolved = await lookout.dns.follow(ptr, ({ outcome }) =>
            (outcome.kind === 'answer' ? namesBelow(outcome.answer, serviceName) : []).map((name) => ({ name, type })),
          )
          return pointsThereAndBack(ptr, resolved, { serviceName, address })
        })
        return (await Promise.all(judged)).flat()
      }),
  )

  test(
    'answers PTR of an address behind several Services with its name in each',
    { meta: { id: 'dns.headless.ptr.multi', level: 'SHOULD', spec: `${specs.dns} 2.4.3` } },
    async ({ stage, lookout, decide }) =>
      decide(async () => {
        const snapshot = await stage.snapshot()
        const named = ['made-shared', 'made-second'].flatMap((name) =>
          namedEndpoints(snapshot, name, 'IPv4').flatMap(({ hostname, addresses }) =>
            addresses.map((address) => ({ address, service: name, name: stage.fqdn(`${hostname}.${name}`) })),
          ),
        )
        const inBoth = named.filter(({ address, service: own }) =>
          named.some((one) => one.address === address && one.service !== own),
        )
        const judged = inBoth.map(async ({ address, name }) =>
          pointsTo(await lookout.dns.ask('PTR', reverseName(address)), name),
        )
        return (await Promise.all(judged)).flat()
      }),
  )
})
