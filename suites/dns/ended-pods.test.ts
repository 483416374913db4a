import {
  addressType,
  describe,
  familiesOf,
  hasEnded,
  nameFollowsPods,
  noAddress,
  notApplicable,
  selectedPods,
  serviceNamed,
  specs,
  staged,
} from '../../helpers/harness.ts'

// The address of a Pod that has ended may be another's by now: who is led there talks to a stranger.
const test = staged('changing')

describe('a headless Service that publishes Pods that are not ready', () => {
  test('has no address and no name for a Pod that has ended', {
    meta: { id: 'dns.headless.a.terminal-removed', level: 'MUST', spec: `${specs.dns} 2.4.1` },
  }, async ({ stage, lookout, decide }) => {
    await decide(
      async () => {
        const snapshot = await stage.snapshot()
        const service = serviceNamed(snapshot, 'ended')
        const ended = selectedPods(snapshot, service).filter(hasEnded)
        if (ended.length === 0) return notApplicable('no Pod that has ended is in sight')
        const [family = 'IPv4'] = familiesOf(service)
        const type = addressType(family)
        const presence = await lookout.dns.ask(type, lookout.apiName)
        const names = ended.flatMap((pod) => (pod.spec?.hostname === undefined ? [] : `${pod.spec.hostname}.ended`))
        const judged = names.map(async (name) =>
          noAddress(await lookout.dns.ask(type, stage.fqdn(name)), presence, () => []),
        )
        return [...(await nameFollowsPods(stage, lookout, 'ended')), ...(await Promise.all(judged)).flat()]
      },
      { after: (hands) => hands.touch('ended') },
    )
  })
})
