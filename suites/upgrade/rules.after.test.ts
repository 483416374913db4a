import {
  clusterIpTwin,
  describe,
  headlessService,
  judgeClusterIpProgrammed,
  judgeHeadlessUnprogrammed,
  nothingLeftOf,
  nothingLeftOfMode,
  specs,
  staged,
  standingPairs,
} from '../../helpers/harness.ts'

// A proxy that is replaced leaves its rules in the kernel. Who takes over has to know which of them are still meant.
const test = staged('upgrade')

describe('the rules of every node', () => {
  test(
    'are after an upgrade those of the Services that are there, and none of what is gone or of a mode that is over',
    { meta: { id: 'up.rules', level: 'MUST', spec: `${specs.services} virtual IPs` } },
    async ({ stage, lookout, decide }) =>
      decide(async () => {
        const [pairs, all] = [await standingPairs(lookout), await stage.snapshot()]
        const twin = clusterIpTwin(all, 'up-web')
        const { proxies } = lookout.upgrade.before.facts
        const { facts } = lookout.roll
        const modeNow = (node: string) => facts.proxies.find((one) => one.node === node)?.mode ?? 'unknown'
        const live = await lookout.judgeNodeRules((vantage, rules) => [
          judgeClusterIpProgrammed({ vantage, rules, twin }),
          ...pairs.flatMap(({ before, now }) => [
            nothingLeftOf(before, now.namespace === all.namespace ? all : now, vantage, rules),
            ...now.services
              .filter(({ spec }) => spec?.clusterIP === 'None')
              .map(({ metadata }) => headlessService(now, metadata?.name ?? ''))
              .map((headless) => judgeHeadlessUnprogrammed({ vantage, rules, headless, twin })),
          ]),
        ])
        const over = await lookout.judgeNodeRules(
          (vantage, rules) => [nothingLeftOfMode(vantage, rules, modeNow(vantage))],
          (node, mode) => {
            const before = proxies.find((one) => one.node === node)?.mode
            return before === undefined || before === 'unknown' || before === mode ? undefined : before
          },
        )
        return [...live, ...over]
      }),
  )
})
