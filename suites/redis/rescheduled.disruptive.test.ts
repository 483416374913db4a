import {
  type Churn,
  dataAreAs,
  declaredData,
  describe,
  masterReturns,
  notApplicable,
  type Observation,
  podNames,
  replicaRejoins,
  type StageView,
  specs,
  staged,
  writesAccountedFor,
} from '../../helpers/harness.ts'

// A node is drained: a replica goes and comes back, then the master, under the same names. Clients go on writing all the time.
const test = staged('failover')
const [set, service] = ['kv', 'kv-headless']

/** What the set says of its data, the name that its replicas were given, and what was seen while its Pods were deleted. */
interface Seen extends Churn {
  readonly declared: ReturnType<typeof declaredData>
  readonly masterName: string
}

/** Judges the one time that Pods of the set are deleted, which all requirements share. */
async function seen(stage: StageView, judge: (seen: Seen) => readonly Observation[]): Promise<readonly Observation[]> {
  const snapshot = await stage.snapshot('statefulSets')
  const declared = declaredData(snapshot.statefulSets?.find((one) => one.metadata?.name === set))
  const churn = await stage.ordeal('churn', podNames(snapshot, set), service)
  if (!churn.seen) return notApplicable(`you may not delete Pods: ${churn.reason}`)
  return judge({ ...churn.value, declared, masterName: `${set}-0.${service}.${stage.namespace}.svc` })
}

describe('a replicated Redis set', () => {
  test('has a replica that was deleted back under its name, with all data', {
    meta: { id: 'redis.replica.reschedule', level: 'MUST', spec: `${specs.redis} stable network identity` },
  }, async ({ stage, decide }) => {
    await decide(() => seen(stage, (churn) => replicaRejoins(churn, churn.masterName)), { once: true })
  })

  test('is read without its master, and follows it by name to wherever it comes back', {
    meta: { id: 'redis.master.reschedule', level: 'MUST', spec: `${specs.redis} stable network identity` },
  }, async ({ stage, decide }) => {
    await decide(() => seen(stage, (churn) => masterReturns(churn, churn.masterName)), { once: true })
  })

  test('has its data after its master was deleted exactly if it stores them', {
    meta: { id: 'redis.master.data', level: 'MUST', spec: `${specs.redis} safety without persistence` },
  }, async ({ stage, decide }) => {
    await decide(() => seen(stage, (churn) => dataAreAs(churn.declared, churn)), { once: true })
  })

  test('accounts for every write that it acknowledged while its Pods were deleted', {
    meta: { id: 'redis.ledger.accounted', level: 'MUST', spec: `${specs.redis} WAIT` },
  }, async ({ stage, decide }) => {
    await decide(() => seen(stage, (churn) => writesAccountedFor(churn.declared, churn)), { once: true })
  })
})
