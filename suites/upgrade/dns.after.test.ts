import {
  addressType,
  answersExactly,
  answersTrue,
  describe,
  dnsContinues,
  namedEndpoints,
  namedFamilies,
  type Snapshot,
  type StageView,
  sliceAddresses,
  specs,
  staged,
  standingPairs,
} from '../../helpers/harness.ts'

// A cluster is upgraded server by server. DNS is what all others find each other by meanwhile.
const test = staged('upgrade')

/** Every question that a set is known by, and what the API says of it now. */
function questionsOf(stage: StageView, now: Snapshot) {
  return now.services.flatMap(({ metadata, spec }) => {
    const name = metadata?.name ?? ''
    return namedFamilies(now, name).flatMap((family) => {
      const type = addressType(family)
      const own = (spec?.clusterIPs ?? []).filter((one) => one.includes(':') === (family === 'IPv6'))
      if (spec?.clusterIP !== 'None') return own.length === 0 ? [] : [{ name: stage.fqdn(name), type, addresses: own }]
      const hosts = namedEndpoints(now, name, family)
      return [
        { name: stage.fqdn(name), type, addresses: sliceAddresses(now, name, family) },
        ...[...new Set(hosts.map((one) => one.hostname))].map((host) => ({
          ...{ name: stage.fqdn(`${host}.${name}`), type },
          addresses: hosts.filter((one) => one.hostname === host).flatMap((one) => one.addresses),
        })),
      ]
    })
  })
}

describe('cluster DNS', () => {
  test(
    'tells nothing untrue for longer than its propagation, at any node, while the cluster is upgraded',
    { meta: { id: 'up.dns.values', level: 'MUST', spec: specs.upgrade } },
    async ({ lookout, decide }) => decide(() => lookout.upgrade.judgeWatch(answersTrue), { once: true }),
  )

  test(
    'answers every node while the cluster is upgraded, and never denies a name that lives',
    { meta: { id: 'up.dns-continuity', level: 'SHOULD', spec: specs.upgrade } },
    async ({ lookout, decide }) => decide(() => lookout.upgrade.judgeWatch(dnsContinues), { once: true }),
  )

  test(
    'answers by every server, after an upgrade, each name that stood before it with what it stands for now',
    { meta: { id: 'up.dns.backends', level: 'MUST', spec: specs.upgrade } },
    async ({ lookout, decide }) =>
      decide(async () => {
        const pairs = await standingPairs(lookout)
        const questions = pairs.flatMap(({ stage, now }) => questionsOf(stage, now))
        const sightings = await lookout.dns.everywhere(questions.map(({ name, type }) => ({ name, type })))
        return questions.flatMap(({ name, type, addresses }) =>
          answersExactly(
            sightings.filter(({ question }) => question.name === name && question.type === type),
            addresses,
          ),
        )
      }),
  )
})
