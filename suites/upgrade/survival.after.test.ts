import {
  answersSurvive,
  comparison,
  describe,
  endpointsSurvive,
  hostnamesAreNames,
  lastingAnswers,
  ordinalsNamePods,
  podNameLabels,
  podsOfSet,
  podsSurvive,
  servicesSurvive,
  specs,
  staged,
  standingPairs,
  unrestarted,
} from '../../helpers/harness.ts'

// Whoever holds a name, an address or a connection does not know that the cluster below is upgraded, and must not have to.
const test = staged('upgrade')
const sets = [
  { kind: 'upgrade', set: 'up-db', container: 'nginx' },
  { kind: 'upgrade-redis', set: 'up-kv', container: 'redis' },
] as const

describe('across an upgrade', () => {
  test('Services, and the names, addresses and endpoints of Pods that stayed, are what they were', {
    meta: { id: 'up.names-survive', level: 'MUST', spec: specs.upgrade },
  }, async ({ lookout, decide }) => {
    const { upgrade } = lookout
    await decide(
      async () => {
        const pairs = await standingPairs(lookout)
        const lasting = lastingAnswers(
          pairs.map((one) => one.before),
          pairs.map((one) => one.now),
          upgrade.before.answers,
        )
        return [
          ...pairs.flatMap((one) => [
            ...servicesSurvive(one.before, one.now),
            ...podsSurvive(one.before, one.now),
            ...endpointsSurvive(one.before, one.now),
          ]),
          ...answersSurvive(lasting, await lookout.dns.everywhere(lasting.map(({ name, type }) => ({ name, type })))),
        ]
      },
      {
        telling: async () => {
          const pairs = await standingPairs(lookout, 'statefulSets')
          return comparison(
            [upgrade.before.facts, lookout.roll.facts],
            pairs.map((one) => [one.before, one.now]),
            await upgrade.watched(),
          )
        },
      },
    )
  })

  test(
    'a StatefulSet that nobody has changed has no new revision, and no Pod of it goes or starts again but for its node',
    { meta: { id: 'up.no-restart', level: 'SHOULD', spec: `${specs.statefulSet} status.updateRevision` } },
    async ({ lookout, decide }) =>
      decide(async () => {
        const [pairs, watched] = [await standingPairs(lookout, 'statefulSets'), await lookout.upgrade.watched()]
        const { revisions } = lookout.upgrade.before
        return pairs.flatMap(({ before, now }) =>
          sets
            .filter(({ set }) => before.statefulSets?.some(({ metadata }) => metadata?.name === set))
            .flatMap(({ set }) => unrestarted(before, now, set, { revisions, watched })),
        )
      }),
  )

  test(
    'each ordinal of a StatefulSet has a Pod of its name, which knows that name',
    { meta: { id: 'up.identity', level: 'MUST', spec: `${specs.statefulSet} spec.ordinals, spec.serviceName` } },
    async ({ lookout, decide }) =>
      decide(async () => {
        const pairs = await standingPairs(lookout, 'statefulSets')
        const judged = pairs.flatMap(({ stage, before, now }) =>
          sets
            .filter(({ set }) => before.statefulSets?.some(({ metadata }) => metadata?.name === set))
            .map(async ({ set, container }) => {
              const there = now.statefulSets?.some(({ metadata }) => metadata?.name === set) === true
              if (!there) return [ordinalsNamePods({ ...before, pods: [] }, set)]
              const pods = podsOfSet(now, set).map((pod) => ({ name: pod.metadata?.name ?? '', container }))
              return [
                ordinalsNamePods({ ...before, pods: now.pods }, set),
                ...podNameLabels(now, set),
                ...hostnamesAreNames(now, set, await stage.hostnames(pods)),
              ]
            }),
        )
        return (await Promise.all(judged)).flat()
      }),
  )
})
