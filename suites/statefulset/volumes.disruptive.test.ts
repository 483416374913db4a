import {
  bornAnew,
  claimOf,
  claimsKept,
  claimsNamed,
  describe,
  type Hands,
  markOf,
  marksHeld,
  membersAre,
  notingClaims,
  type Observation,
  podNamed,
  retentionHeld,
  type StageView,
  specs,
  staged,
} from '../../helpers/harness.ts'

// What a database wrote is worth more than the Pod that wrote it: it has to be there for whoever bears the same name next.
const test = staged('volumes')
const set = 'kept'
const [first, second] = ['kept-0', 'kept-1']
const pods = [first, second]
const [container, template, file] = ['idle', 'rollcall', '/data/mark']
const claims = pods.map((pod) => claimOf(template, pod))
/** Nothing was written, and so this is what holds (StatefulSetPersistentVolumeClaimRetentionPolicy). */
const byDefault = { whenDeleted: 'Retain', whenScaled: 'Retain' }

/** Two Pods, each of which has written into its volume which claim that is of. */
async function marked(hands: Hands, stage: StageView): Promise<string | undefined> {
  const sets = stage.written().filter((one) => one.kind === 'StatefulSet')
  const there = await bornAnew(hands, sets, { ready: true })
  for (const pod of pods) {
    const write = ['sh', '-c', `echo "$1" > ${file}`, 'sh', markOf(there, pod, template)]
    await hands.run(pod, container, write)
  }
  await hands.merge('services', set, notingClaims(there, claims))
  return podNamed(there, first)?.metadata?.uid
}

describe('a Pod of a StatefulSet', () => {
  test('has the claim of its name, and finds in its volume what it has written, however often it goes and comes back', {
    meta: { id: 'sts.pvc.identity', level: 'MUST', spec: `${specs.statefulSet} spec.volumeClaimTemplates` },
    // Clouds take a minute for each time that a disk moves.
    timeout: 600_000,
  }, async ({ stage, lookout, decide }) => {
    const { gitVersion } = lookout.roll.facts.version
    const look = async (): Promise<Observation[]> => {
      const snapshot = await stage.snapshot('statefulSets', 'claims')
      const gone = snapshot.statefulSets?.some(({ metadata }) => metadata?.name === set) !== true
      if (gone) return claimsKept(snapshot, set, claims)
      return [
        retentionHeld(snapshot, set, byDefault, gitVersion),
        ...claimsNamed(snapshot, set),
        ...claimsKept(snapshot, set, claims),
        ...marksHeld(snapshot, set, template, await stage.marks(pods, container, file)),
      ]
    }
    await decide(look, {
      after: async (hands) => {
        const gone = await marked(hands, stage)
        await hands.remove('pods', first)
        await hands.merge('statefulsets', set, { spec: { replicas: 1 } })
        await membersAre(hands, set, { ordinals: [0], ready: true, gone })
        await hands.merge('statefulsets', set, { spec: { replicas: 2 } })
        await membersAre(hands, set, { ordinals: [0, 1], ready: true })
      },
    })
    await decide(look, {
      after: async (hands) => {
        await hands.remove('statefulsets', set)
        await membersAre(hands, set, { ordinals: [] })
      },
    })
  })
})
