import { test as base } from 'vitest'
import { type Deciding, decideOn, type Look } from './decide.ts'
import { Lookout, StageView } from './look.ts'
import './report/task-meta.ts'
import './roll.ts'
import type { SetName } from './stage/sets.ts'

export { describe } from 'vitest'
export { notApplicable } from './decide.ts'
export type { Lookout, StageView } from './look.ts'
export { nameError, noAddress, noData, noRecord } from './matchers/absence.ts'
export { answersExactly, slicesHoldPods } from './matchers/addresses.ts'
export { aliasOf, withholds } from './matchers/alias.ts'
export { answersAlike, backendsAgree } from './matchers/alike.ts'
export { readyFollowsPods, servingFollowsPods, terminatingFollowsPods } from './matchers/conditions.ts'
export { reachedDirectly } from './matchers/direct.ts'
export { endpointsArePods, hostnamesFollowSubdomain, nodesAndZones } from './matchers/endpoints.ts'
export {
  hostnamesAreNames,
  ordinalsNamePods,
  podIndexLabels,
  podNameLabels,
  podNames,
  podsOfSet,
} from './matchers/identity.ts'
export { sliceLatency, spread } from './matchers/latency.ts'
export { clusterAddresses, onlyForeignSlices, ownedByLiveService } from './matchers/lifecycle.ts'
export { controllerManages, headlessIsLabelled, slicesNameService } from './matchers/own-slices.ts'
export { pointsOnlyTo, pointsTo, reverseName } from './matchers/pointers.ts'
export { portsAreTargets } from './matchers/ports.ts'
export { judgeLinks, judgeRoles } from './matchers/redis.ts'
export { judgePropagation, judgeReadonlyError, judgeReadonlyNoEffect } from './matchers/redis-writes.ts'
export { judgeClusterIpProgrammed } from './matchers/rules-clusterip.ts'
export { judgeHeadlessUnprogrammed } from './matchers/rules-headless.ts'
export { versionTold } from './matchers/schema-version.ts'
export { clusterIpTwin, hasNoAddress, headlessService } from './matchers/services.ts'
export { srvCounts, srvEndpoints, srvIn } from './matchers/srv.ts'
export { srvTargets } from './matchers/srv-targets.ts'
export * from './matchers/truth.ts'
export { ttlBounded } from './matchers/ttl.ts'
export type { Observation } from './report/record.ts'
export { madeService, madeSlice } from './stage/hand-made.ts'
export type { Hands } from './stage/hands.ts'
export { isReady } from './target/objects.ts'

/** The specifications that requirements cite. */
export const specs = {
  dns: 'kubernetes/dns specification 1.1.0',
  services: 'kubernetes.io/docs/concepts/services-networking/service',
  service: 'v1 Service',
  endpointSlice: 'discovery.k8s.io/v1 EndpointSlice',
  statefulSet: 'apps/v1 StatefulSet',
  redis: 'redis.io/docs/management/replication',
} as const

const withLookout = base.extend(
  'lookout',
  { scope: 'worker' },
  // biome-ignore lint/correctness/noEmptyPattern: vitest reads the names of the fixtures from this pattern
  async ({}, { onCleanup }: { onCleanup(close: () => void): void }) => {
    const lookout = Lookout.open()
    onCleanup(() => lookout.close())
    return lookout
  },
)

/** What a suite's tests are handed, for one staged set. */
function lookingAt(set: SetName) {
  return withLookout
    .extend('stage', async ({ lookout }) => new StageView(lookout, set))
    .extend(
      'decide',
      async ({ stage, lookout, task, signal }) =>
        (look: Look, deciding: Deciding = {}) =>
          decideOn({ stage, lookout, meta: task.meta, signal }, look, deciding),
    )
}

// vitest keeps a worker fixture per extended `test`: only files that share one share its open channels.
const tests = {
  changing: lookingAt('changing'),
  fresh: lookingAt('fresh'),
  headless: lookingAt('headless'),
  redis: lookingAt('redis'),
  resolvers: lookingAt('resolvers'),
  slices: lookingAt('slices'),
} as const

/**
 * The `test` of a suite that looks at one staged set. Besides vitest's own context it offers `lookout` (vantages, DNS view,
 * facts), `stage` (the set's namespace and truth) and `decide`, which looks until the cluster has settled, records every
 * observation, and ends the test with the verdict.
 */
export function staged<S extends SetName>(set: S): (typeof tests)[S] {
  return tests[set]
}
