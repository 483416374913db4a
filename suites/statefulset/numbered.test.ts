import {
  type Deed,
  describe,
  type Hands,
  type HostnameSighting,
  hostnamesAreNames,
  type Lookout,
  madeService,
  notingPods,
  type Observation,
  ordinalsNamePods,
  podIndexLabels,
  podNameFollows,
  podNames,
  podsUntouched,
  type StageView,
  setNamed,
  specs,
  staffed,
  staged,
  standing,
} from '../../helpers/harness.ts'

// One Pod that is not the zeroth: its number, its name and its Service come and go, and whoever asks for the name has to notice.
const test = staged('changing')
const set = 'numbered'
const starts = [5, 6] as const
const service = madeService(set, { port: 8080, selector: { app: 'rollcall-numbered' } })
/** Milliseconds for which a cache may go on denying a name that was asked for too early: 30 s, and as long as all else takes. */
const denials = 40_000

/** The number that the set was told to begin with, whatever the cluster has made of that. */
const asked = 'rollcall.dev/start'

/** What each name stands for that the Pod may have. */
async function eachName(stage: StageView, lookout: Lookout): Promise<Observation[]> {
  const snapshot = await stage.snapshot('statefulSets')
  const judged = starts.map((start) =>
    podNameFollows(stage, lookout, snapshot, { set, service: set, pod: `${set}-${start}` }),
  )
  return (await Promise.all(judged)).flat()
}

async function eachNumber(stage: StageView, lookout: Lookout): Promise<Observation[]> {
  const snapshot = await stage.snapshot('statefulSets')
  const start = Number(setNamed(snapshot, set).metadata?.annotations?.[asked])
  const pods = podNames(snapshot, set).map((name) => ({ name, container: 'idle' }))
  const hostnames: HostnameSighting[] = await stage.hostnames(pods)
  return [
    ordinalsNamePods(snapshot, set, start),
    ...podIndexLabels(snapshot, set, lookout.roll.facts.version.gitVersion),
    ...hostnamesAreNames(snapshot, set, hostnames),
    ...(await eachName(stage, lookout)),
  ]
}

/** One Pod of this number below the Service, or whatever the cluster makes of that. */
const startingAt = (start: number) => async (hands: Hands) => {
  await hands.apply(service)
  const deed: Deed = async (until) => {
    await hands.merge('statefulsets', set, {
      metadata: { annotations: { [asked]: `${start}` } },
      spec: { replicas: 1, ordinals: { start } },
    })
    await until(`${set}-${start}`, (pods) => standing(1)(pods) && pods.has(`${set}-${start}`))
  }
  await hands.watched('numbered', set, deed, 15_000)
}

describe('a Pod of a StatefulSet', () => {
  test('has no name without the governing Service, and has one as soon as that is there, without a restart', {
    meta: { id: 'sts.dns.needs-service', level: 'MUST', spec: `${specs.statefulSet} spec.serviceName` },
  }, async ({ stage, lookout, decide }) => {
    const look = async () => [
      ...(await eachName(stage, lookout)),
      ...podsUntouched(await stage.snapshot('statefulSets'), set),
    ]
    await decide(look, {
      after: async (hands) => {
        await hands.remove('services', set)
        await staffed(hands, { set, first: starts[0] }, 1)
        await hands.merge('statefulsets', set, notingPods(await stage.snapshot('statefulSets'), set))
      },
    })
    const after = async (hands: Hands) => void (await hands.apply(service))
    await decide(look, { after, within: denials })
  })

  test('comes back under its name, which leads to its new address alone', {
    meta: { id: 'sts.dns.stable-name-new-ip', level: 'MUST', spec: `${specs.statefulSet}; ${specs.dns} 2.4.1` },
  }, async ({ stage, lookout, decide }) => {
    await decide(() => eachName(stage, lookout), { after: startingAt(starts[0]) })
    await decide(() => eachName(stage, lookout), {
      after: async (hands) => {
        await hands.watched('replaced', set, async (until, before) => {
          const name = `${set}-${starts[0]}`
          await hands.remove('pods', name)
          await until('another Pod', (pods) => {
            const now = pods.get(name)
            return now?.ready === true && now.uid !== before.get(name)?.uid
          })
        })
        if (!hands.hasWatched('replaced')) throw new Error('the Pod that was deleted has not come back')
      },
    })
  })

  test('counts from where the set is told to begin, also when that is moved', {
    meta: { id: 'sts.ordinals.start', level: 'MUST', spec: `${specs.statefulSet} spec.ordinals.start` },
  }, async ({ stage, lookout, decide }) => {
    for (const start of starts) await decide(() => eachNumber(stage, lookout), { after: startingAt(start) })
  })
})
