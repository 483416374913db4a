import {
  bornAnew,
  dataAreAs,
  declaredData,
  describe,
  type Hands,
  notApplicable,
  type Observation,
  podNames,
  type StageView,
  setNamed,
  specs,
  staged,
  writesAccountedFor,
} from '../../helpers/harness.ts'

// What Pods lose by going, a volume is to keep: the master is deleted, and has to come back with all that it has acknowledged.
const test = staged('volumes')
const [set, service] = ['stored', 'stored-headless']

/** A master and a replica, each of them with a new volume. */
async function begun(hands: Hands, stage: StageView): Promise<void> {
  const sets = stage.written().filter((one) => one.kind === 'StatefulSet' && one.metadata.name === set)
  await bornAnew(hands, sets, { ready: true })
}

const ended = (hands: Hands): Promise<unknown> => hands.merge('statefulsets', set, { spec: { replicas: 0 } })

describe('a replicated Redis set that stores its data in volumes', () => {
  test('has its data, and every write that it acknowledged, after its Pods were deleted', {
    meta: { id: 'redis.master.stored', level: 'MUST', spec: `${specs.redis} persistence` },
    // Clouds take a minute for each time that a disk moves.
    timeout: 600_000,
  }, async ({ stage, decide }) => {
    const look = async (): Promise<readonly Observation[]> => {
      const snapshot = await stage.snapshot('statefulSets')
      const declared = declaredData(setNamed(snapshot, set))
      const churn = await stage.ordeal('churn', podNames(snapshot, set), service)
      if (!churn.seen) return notApplicable(`you may not delete Pods: ${churn.reason}`)
      return [...dataAreAs(declared, churn.value), ...writesAccountedFor(declared, churn.value)]
    }
    await decide(look, {
      after: (hands) => begun(hands, stage),
      lastly: async (hands) => void (await ended(hands)),
      once: true,
    })
  })
})
