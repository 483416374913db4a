import {
  answersExactly,
  describe,
  expectedAddresses,
  familiesOf,
  notApplicable,
  serviceNamed,
  slicesHoldPods,
  specs,
  staged,
} from '../../helpers/harness.ts'

// With `clusterIP: None` there is no virtual address to hide behind: DNS must name the Pods themselves.
const test = staged('headless')

describe('a headless Service', () => {
  test(
    'answers A with every ready Pod, and nothing else',
    { meta: { id: 'dns.headless.a.exact-set', level: 'MUST', spec: `${specs.dns} 2.4.1` } },
    async ({ stage, lookout, decide }) =>
      decide(async () => {
        const snapshot = await stage.snapshot()
        const services = ['web', 'db'].filter((name) => familiesOf(serviceNamed(snapshot, name)).includes('IPv4'))
        if (services.length === 0) return notApplicable('the cluster gives its Services no IPv4 family')
        const judged = services.map(async (name) => [
          slicesHoldPods(snapshot, name, 'IPv4'),
          ...answersExactly(
            await lookout.dns.ask('A', stage.fqdn(name), ['tcp', 'udp']),
            expectedAddresses(snapshot, name, 'IPv4'),
          ),
        ])
        return (await Promise.all(judged)).flat()
      }),
  )
})
