import {
  countsThoseLeft,
  describe,
  podNames,
  refusesStaleReads,
  resumesPartially,
  type StageView,
  specs,
  staged,
  stepsBack,
  takesOver,
  wantsReplicas,
  writesStayLocal,
} from '../../helpers/harness.ts'

// What an operator meets in a bad night, one at a time: a network that blinks, a replica that hangs, a master that has to go.
const test = staged('failover')
const service = 'kv-headless'

/** The Pods of the set, the master first. */
async function members(stage: StageView): Promise<readonly string[]> {
  return podNames(await stage.snapshot('statefulSets'), 'kv')
}

describe('a Redis replica', () => {
  test('goes on where it was once a broken link is up again', {
    meta: { id: 'redis.psync.reconnect', level: 'MUST', spec: `${specs.redis} partial synchronization` },
  }, async ({ stage, decide }) => {
    const look = async () => resumesPartially(await stage.ordeal('broken links', await members(stage), service))
    await decide(look, { once: true })
  })

  test('is not read while its link is down if it must not serve what may be stale', {
    meta: { id: 'redis.stale-no', level: 'SHOULD', spec: 'redis.conf, "replica-serve-stale-data"' },
  }, async ({ stage, decide }) => {
    const look = async () => refusesStaleReads(await stage.ordeal('a lost master', await members(stage), service))
    await decide(look, { once: true })
  })

  test('keeps to itself what it takes while it is told not to be read-only', {
    meta: { id: 'redis.readonly.local', level: 'MUST', spec: `${specs.redis} writable replicas` },
  }, async ({ stage, decide }) => {
    const look = async () => writesStayLocal(await stage.ordeal('a local write', await members(stage), service))
    await decide(look, { once: true })
  })
})

describe('a Redis master', () => {
  test('counts the replicas that are left when one stands still, once WAIT has waited', {
    meta: { id: 'redis.wait.partial', level: 'MUST', spec: `${specs.redis} WAIT` },
  }, async ({ stage, decide }) => {
    const look = async () => {
      const pods = await members(stage)
      return countsThoseLeft(pods[0] ?? '', await stage.ordeal('a pause', pods, service))
    }
    await decide(look, { once: true })
  })

  test('refuses writes with NOREPLICAS while it wants more replicas than it has', {
    meta: { id: 'redis.minreplicas', level: 'MUST', spec: 'redis.conf, "min-replicas-to-write"' },
  }, async ({ stage, decide }) => {
    const look = async () => wantsReplicas(await stage.ordeal('a minimum', await members(stage), service))
    await decide(look, { once: true })
  })
})

describe('a Redis replica that is promoted', () => {
  test('takes writes, and the other replicas without a full synchronisation', {
    meta: { id: 'redis.failover.promote', level: 'SHOULD', spec: `${specs.redis} replication ID` },
  }, async ({ stage, decide }) => {
    const look = async () => takesOver(await stage.ordeal('a promotion', await members(stage), service))
    await decide(look, { once: true })
  })

  test('takes the former master as a replica, which forgets what nobody else had', {
    meta: { id: 'redis.failover.back', level: 'SHOULD', spec: `${specs.redis} replication ID` },
  }, async ({ stage, decide }) => {
    const look = async () => stepsBack(await stage.ordeal('a promotion', await members(stage), service))
    await decide(look, { once: true })
  })
})
