import {
  bornAnew,
  claimOf,
  claimsGone,
  claimsKept,
  describe,
  type Hands,
  knowsRetention,
  membersAre,
  notApplicable,
  notingClaims,
  type Observation,
  retentionHeld,
  type StageView,
  specs,
  staged,
} from '../../helpers/harness.ts'

// Of the two cases in which a claim may go along, each set wants one: what is kept in the other shows that this was meant.
const test = staged('claims')
const service = 'claims'
const [pruned, dissolved] = ['pruned', 'dissolved']
const sets = [pruned, dissolved]
const claim = (set: string, ordinal: number): string => claimOf('rollcall', `${set}-${ordinal}`)
const claims = sets.flatMap((set) => [claim(set, 0), claim(set, 1)])
/** What goes along goes by the garbage collector, which takes its time in a large cluster. */
const collection = 45_000

/** Two Pods of each set, all of whose claims are noted, and then one. */
async function scaledDown(hands: Hands, stage: StageView): Promise<void> {
  const written = stage.written().filter((one) => one.kind === 'StatefulSet')
  await hands.merge('services', service, notingClaims(await bornAnew(hands, written), claims))
  for (const set of sets) await hands.merge('statefulsets', set, { spec: { replicas: 1 } })
  for (const set of sets) await membersAre(hands, set, { ordinals: [0] })
}

async function deleted(hands: Hands): Promise<void> {
  for (const set of sets) await hands.remove('statefulsets', set)
  for (const set of sets) await membersAre(hands, set, { ordinals: [] })
}

describe('a StatefulSet with a retention policy', () => {
  test('takes claims along when it is scaled down, or when it is deleted, and in no other case than it says', {
    meta: {
      id: 'sts.pvc.retention',
      level: 'MUST',
      spec: `${specs.statefulSet} spec.persistentVolumeClaimRetentionPolicy`,
    },
    timeout: 300_000,
  }, async ({ stage, lookout, decide }) => {
    const { gitVersion } = lookout.roll.facts.version
    let known = knowsRetention(gitVersion)
    const unknown = notApplicable(`Kubernetes ${gitVersion} retains every claim`)
    // What is to become of a claim whose Pod was scaled down before its set was deleted, nobody promises.
    const look = async (): Promise<Observation[]> => {
      if (!known) return unknown
      const snapshot = await stage.snapshot('statefulSets', 'claims')
      if (snapshot.statefulSets?.some(({ metadata }) => metadata?.name === pruned) !== true)
        return [
          ...claimsGone(snapshot, service, [claim(dissolved, 0)]),
          ...claimsKept(snapshot, service, [claim(pruned, 0)]),
        ]
      const held = [
        retentionHeld(snapshot, pruned, { whenDeleted: 'Retain', whenScaled: 'Delete' }, gitVersion),
        retentionHeld(snapshot, dissolved, { whenDeleted: 'Delete', whenScaled: 'Retain' }, gitVersion),
      ]
      // A feature gate may have it so that the API server does not know the field: then there is nothing to go by.
      known = held.some((one) => one.verdict !== 'not-applicable')
      if (!known) return held
      return [
        ...held,
        ...claimsGone(snapshot, service, [claim(pruned, 1)]),
        ...claimsKept(snapshot, service, [claim(pruned, 0), claim(dissolved, 0), claim(dissolved, 1)]),
      ]
    }
    const ifKnown = (change: (hands: Hands) => Promise<void>) => async (hands: Hands) => {
      if (known) await change(hands)
    }
    await decide(look, { after: ifKnown((hands) => scaledDown(hands, stage)), within: collection })
    await decide(look, { after: ifKnown(deleted), within: collection })
  })
})
