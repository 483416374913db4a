import {
  addressType,
  answersExactly,
  describe,
  expectedAddresses,
  familiesOf,
  hasEnded,
  noAddress,
  notApplicable,
  selectedPods,
  serviceNamed,
  slicesHoldPods,
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
        const always = `kubernetes.default.svc.${lookout.roll.facts.dns.clusterDomain}`
        const presence = await lookout.dns.ask(type, always)
        const names = ended.flatMap((pod) => (pod.spec?.hostname === undefined ? [] : `${pod.spec.hostname}.ended`))
        const judged = names.map(async (name) =>
          noAddress(await lookout.dns.ask(type, stage.fqdn(name)), presence, () => []),
        )
        const every = await lookout.dns.ask(type, stage.fqdn('ended'))
        const expected = expectedAddresses(snapshot, 'ended', family)
        return [
          slicesHoldPods(snapshot, 'ended', family),
          ...(expected.length > 0 ? answersExactly(every, expected) : noAddress(every, presence, () => [])),
          ...(await Promise.all(judged)).flat(),
        ]
      },
      { after: (hands) => hands.touch('ended') },
    )
  })
})
