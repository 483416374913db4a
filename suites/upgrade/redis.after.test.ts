import {
  claimsNamed,
  claimsSurvive,
  describe,
  judgeLinks,
  judgeReplids,
  judgeRoles,
  ledgerHolds,
  ledgerKeysOf,
  marksSurvive,
  masterWritable,
  notApplicable,
  podNames,
  readLists,
  specs,
  staged,
  standingAt,
  standingPairs,
  volumeMark,
} from '../../helpers/harness.ts'

// A store that is replicated by names: what it has acknowledged is what an upgrade may cost.
const test = staged('upgrade-redis')
const [set, service, master] = ['up-kv', 'up-kv', 'up-kv-0']
const { container } = volumeMark

describe('a replicated set of Redis', () => {
  test(
    'has, after an upgrade, every write that it acknowledged meanwhile, but for those that it never promised to keep',
    { meta: { id: 'up.redis.ledger', level: 'MUST', spec: `${specs.redis} WAIT` } },
    async ({ stage, lookout, decide }) =>
      decide(async () => {
        const watch = await lookout.upgrade.watch()
        if (!watch.seen) return notApplicable(watch.reason)
        const pods = podNames(await stage.snapshot('statefulSets'), set)
        const runId = standingAt(await stage.standing(pods, service), master)?.runId
        const keys = ledgerKeysOf(watch.value.watched)
        const lists = await readLists(lookout.eyes, { namespace: stage.namespace, container }, pods, keys)
        const { data } = lookout.upgrade
        const always = JSON.stringify(lookout.upgrade.snapshot('upgrade-redis').pods).includes('appendfsync always')
        return ledgerHolds(watch.value, { data, always, runId }, lists)
      }),
  )

  test(
    'has a master that takes writes while the cluster is upgraded',
    { meta: { id: 'up.redis.master', level: 'SHOULD', spec: `${specs.redis} How Redis replication works` } },
    async ({ lookout, decide }) => decide(() => lookout.upgrade.judgeWatch(masterWritable), { once: true }),
  )

  test(
    'follows its master, after an upgrade, by the name that each member was given',
    { meta: { id: 'up.redis.follows', level: 'MUST', spec: `${specs.redis} INFO replication` } },
    async ({ stage, lookout, decide }) =>
      decide(async () => {
        const pods = podNames(await stage.snapshot('statefulSets'), set)
        const { redis: told } = lookout.upgrade.before
        const given = (pod: string): string =>
          told.find((one) => one.pod === pod)?.masterHost ?? `${master}.${service}.${stage.namespace}.svc`
        return stage.redis(pods, async (redis) => {
          const looks = await redis.replication()
          const replicas = looks.filter(({ pod }) => pod !== master)
          return [
            ...judgeRoles(looks, master),
            ...replicas.flatMap((one) => judgeLinks([one], given(one.pod))),
            ...judgeReplids(looks, master),
          ]
        })
      }),
  )
})

describe('a StatefulSet with volumes', () => {
  test(
    'has the claims and the volumes that it had before an upgrade, with what was written there',
    { meta: { id: 'up.volumes', level: 'MUST', spec: `${specs.statefulSet} spec.volumeClaimTemplates` } },
    async ({ stage, lookout, decide }) =>
      decide(async () => {
        if (lookout.upgrade.data === 'lost') return notApplicable('the fixture has no volumes on this cluster')
        const pairs = await standingPairs(lookout, 'statefulSets', 'claims')
        const { marks } = lookout.upgrade.before
        const sightings = await stage.marks(
          marks.map((one) => one.pod),
          container,
          volumeMark.file,
        )
        return [
          ...pairs.flatMap(({ before, now }) => [
            ...claimsSurvive(before, now),
            ...(now.statefulSets?.some(({ metadata }) => metadata?.name === set) ? claimsNamed(now, set) : []),
          ]),
          ...marksSurvive(marks, sightings),
        ]
      }),
  )
})
