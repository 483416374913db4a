import {
  clusterIpTwin,
  describe,
  headlessService,
  judgeClusterIpProgrammed,
  judgeHeadlessUnprogrammed,
  specs,
  staged,
} from '../../helpers/harness.ts'

// That a rule is absent means something only on a node where the same look finds the rules of the ClusterIP twin.
const test = staged('headless')

describe('the proxy of every node', () => {
  test(
    'sends a ClusterIP Service to exactly its ready endpoints',
    { meta: { id: 'proxy.clusterip.rules', level: 'MUST', spec: `${specs.services} virtual IPs` } },
    async ({ stage, lookout, decide }) =>
      decide(async () => {
        const twin = clusterIpTwin(await stage.snapshot(), 'web-clusterip')
        return lookout.judgeNodeRules((vantage, rules) => [judgeClusterIpProgrammed({ vantage, rules, twin })])
      }),
  )

  test(
    'has no rule for a headless Service',
    { meta: { id: 'proxy.headless.no-rules', level: 'MUST', spec: `${specs.services} headless-services` } },
    async ({ stage, lookout, decide }) =>
      decide(async () => {
        const snapshot = await stage.snapshot()
        const twin = clusterIpTwin(snapshot, 'web-clusterip')
        const services = ['web', 'db'].map((service) => headlessService(snapshot, service))
        return lookout.judgeNodeRules((vantage, rules) =>
          services.map((headless) => judgeHeadlessUnprogrammed({ vantage, rules, headless, twin })),
        )
      }),
  )
})
